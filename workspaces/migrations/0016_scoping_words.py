from django.db import migrations
from django.db.models import Func, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Left

from search.stored import made


def listed(column, path):
    found = Func(column, Value(path), function='jsonb_path_query_array')
    return Left(Cast(found, TextField()), 100_000)


DOCUMENT = (
    *(KeyTextTransform(name, 'session_objects') for name in ('problem', 'outcome', 'source')),
    listed('session_objects', '$.nodes[*].text'),
    listed('sow_objects', '$.sections[*].text'),
    listed('loe_objects', '$.phases[*].title'),
    listed('loe_objects', '$.lines[*].title'),
)


class Migration(migrations.Migration):

    dependencies = [
        ('workspaces', '0015_ties_stay_in_one_file'),
    ]

    operations = made('scopingsession', 'scoping_search', ('title',), DOCUMENT)
