"""Browser tickets and uploads: counted calls, and which jobs were started by what."""

import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('credentials', '0008_budgets'),
        ('jobs', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='TicketUse',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('org_id', models.UUIDField()),
                ('calls', models.PositiveIntegerField()),
                ('used', models.PositiveIntegerField(default=0)),
                ('expires_at', models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name='attempt',
            name='end_user',
            field=models.CharField(blank=True, db_default='', default='', max_length=64),
        ),
        migrations.AddField(
            model_name='job',
            name='end_user',
            field=models.CharField(blank=True, db_default='', default='', max_length=64),
        ),
        migrations.AddField(
            model_name='job',
            name='ticket',
            field=models.UUIDField(null=True),
        ),
        migrations.AlterField(
            model_name='job',
            name='kind',
            field=models.CharField(choices=[('vendor', 'work of a vendor'), ('batch', 'many calls'), ('upload', 'a file on its way to a vendor')], default='vendor', max_length=8),
        ),
        migrations.AddIndex(
            model_name='job',
            index=models.Index(condition=models.Q(('ticket__isnull', False)), fields=['ticket'], name='jobs_by_ticket'),
        ),
        migrations.AddIndex(
            model_name='ticketuse',
            index=models.Index(fields=['expires_at'], name='tickets_by_expiry'),
        ),
    ]
