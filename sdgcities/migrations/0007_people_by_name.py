from django.db import migrations

from sdgcities import names


def key(apps, schema_editor):
    """Key people and organisations as they are searched."""
    for label in ('User', 'Organisation'):
        for one in apps.get_model('sdgcities', label).objects.all():
            one.name_key = names.key(one.name)
            one.save(update_fields=['name_key'])


class Migration(migrations.Migration):

    dependencies = [
        ('sdgcities', '0006_people_are_managed'),
    ]

    operations = [
        migrations.RunPython(key, migrations.RunPython.noop),
    ]
