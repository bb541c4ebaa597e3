from django.db import migrations
from django.utils import timezone

from sdgcities import names


def move(apps, schema_editor):
    """Let each country's one income group become a row of its history, and key names as they are searched now."""
    Country, City, IncomeGroup = (apps.get_model('sdgcities', name) for name in ('Country', 'City', 'IncomeGroup'))
    for country in Country.objects.all():
        country.name_key = names.keys([country.iso3, country.iso2, *country.names.values()])
        country.save(update_fields=['name_key'])
        if country.income_group:
            IncomeGroup.objects.get_or_create(
                country=country,
                starts_on=country.income_group_on,
                defaults={
                    'group': country.income_group,
                    'source': country.income_group_source,
                    'recorded_at': timezone.now(),
                },
            )
    for city in City.objects.all():
        city.name_key = names.keys([city.name, *city.names.values()])
        city.save(update_fields=['name_key'])


class Migration(migrations.Migration):

    dependencies = [
        ('sdgcities', '0002_reference_data'),
    ]

    operations = [
        migrations.RunPython(move, migrations.RunPython.noop),
    ]
