from django.db import migrations, models


class Migration(migrations.Migration):
    """The firm's rules about sign-in go by it, whatever address the person uses since."""

    dependencies = [("organizations", "0014_members_sign_ins")]
    operations = [
        migrations.AddField(
            model_name="membership",
            name="joined_as",
            field=models.EmailField(blank=True, db_default="", default="", editable=False, max_length=254),
        ),
    ]
