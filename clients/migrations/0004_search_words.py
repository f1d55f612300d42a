from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import migrations, models


def plain(field):
    return models.Func(
        models.F(field), models.Value('[^[:alnum:]]+'), models.Value(' '), models.Value('g'),
        function='regexp_replace', output_field=models.TextField(),
    )


def renewed(model, index, *fields):
    """A generated column's expression cannot be altered: a new column takes its place, with the same index."""
    vector = SearchVector(*map(plain, fields), config='simple')
    column = models.GeneratedField(db_persist=True, expression=vector, output_field=SearchVectorField())
    return [
        migrations.RemoveIndex(model_name=model, name=index),
        migrations.RemoveField(model_name=model, name='tsv'),
        migrations.AddField(model_name=model, name='tsv', field=column),
        migrations.AddIndex(model_name=model, index=GinIndex(fields=['organization', 'tsv'], name=index)),
    ]


class Migration(migrations.Migration):

    dependencies = [
        ('clients', '0003_client_keys'),
    ]

    operations = [
        *renewed('client', 'clients_search', 'name', 'code', 'industry'),
        *renewed('informationrequest', 'requests_search', 'title', 'description', 'category'),
    ]
