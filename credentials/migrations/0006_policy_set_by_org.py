from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('credentials', '0005_last_version'),
    ]

    operations = [
        migrations.AddField(
            model_name='servicepolicy',
            name='set_by_org',
            field=models.BooleanField(default=False, editable=False, help_text="A key of the org made it: it narrows what all have, and is the org's to undo."),
        ),
    ]
