"""Say of cases whose city has answered the draft that is out now when it did; running it twice changes nothing."""

from django.db import migrations


def fill(apps, schema_editor):
    Response = apps.get_model("certification", "Response")
    handed_in = Response.objects.filter(handed_in_at__isnull=False, application__state="responding")
    for response in handed_in.select_related("application"):
        case = response.application
        if case.responded_at is None and case.cycle == response.cycle:
            case.responded_at = response.handed_in_at
            case.save(update_fields=["responded_at"])


class Migration(migrations.Migration):
    dependencies = [("certification", "0007_the_city_has_responded")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
