from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('sdgcities', '0003_income_groups_into_rows'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='country',
            name='income_group',
        ),
        migrations.RemoveField(
            model_name='country',
            name='income_group_on',
        ),
        migrations.RemoveField(
            model_name='country',
            name='income_group_source',
        ),
    ]
