from django.db import migrations

from search.stored import made


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0006_thread_beside_internal_valid'),
    ]

    operations = made('comment', 'comments_search', ('body',))
