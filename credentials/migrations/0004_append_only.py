from django.db import migrations

from credentials import guards


class Migration(migrations.Migration):

    dependencies = [
        ('credentials', '0003_administration'),
    ]

    operations = [
        migrations.RunPython(guards.install, guards.remove),
    ]
