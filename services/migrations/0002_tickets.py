"""Whom a recent call was made for, by a browser ticket."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('services', '0001_usage'),
    ]

    operations = [
        migrations.AddField(
            model_name='recentcall',
            name='end_user',
            field=models.CharField(blank=True, db_default='', default='', max_length=64),
        ),
    ]
