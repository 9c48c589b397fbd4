from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('credentials', '0004_append_only'),
    ]

    operations = [
        migrations.AddField(
            model_name='credential',
            name='last_version',
            field=models.PositiveIntegerField(default=0, editable=False, help_text='The highest number that a secret of it ever had.'),
        ),
    ]
