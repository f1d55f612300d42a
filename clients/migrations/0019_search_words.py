from django.db import migrations

from search.stored import made, made_anew


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0018_document_thread_valid'),
    ]

    operations = [
        *made_anew('client', 'clients_search', ('name', 'code'), ('industry',)),
        *made_anew('informationrequest', 'requests_search', ('title', 'source_ref'), ('category', 'description')),
        *made_anew('documentcontent', 'document_contents_search', ('name',), ('text',)),
        *made('clientcontact', 'client_contacts_search', ('name',), ('email', 'title')),
    ]
