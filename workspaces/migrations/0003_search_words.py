from django.db import migrations
from django.db.models import Func, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Left

from search.stored import made_anew


def written(path):
    found = Func('body', Value(path), function='jsonb_path_query_array')
    return Left(Cast(found, TextField()), 150_000)


BODY = (
    *(KeyTextTransform(name, 'body') for name in ('purpose', 'work', 'conclusion')),
    written('$.**.text'),
    written('$.**.note'),
)


class Migration(migrations.Migration):

    dependencies = [
        ('workspaces', '0002_binder_copies'),
    ]

    operations = made_anew('workpaper', 'workpapers_search', ('reference', 'title'), BODY)
