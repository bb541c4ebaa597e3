from django.db import migrations

from sdgcities import names


def key(apps, schema_editor):
    """Key the holders of certificates as names are searched now: without accents."""
    Certificate = apps.get_model('certification', 'Certificate')
    for certificate in Certificate.objects.all():
        certificate.name_key = names.key(certificate.holder)[:400]
        certificate.save(update_fields=['name_key'])


class Migration(migrations.Migration):

    dependencies = [
        ('certification', '0002_one_active_certificate_a_level'),
    ]

    operations = [
        migrations.RunPython(key, migrations.RunPython.noop),
    ]
