from django.db import migrations

from search.stored import made


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0019_search_words'),
    ]

    operations = made('project', 'projects_search', ('name',), ('description',))
