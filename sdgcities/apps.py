"""The ground floor as an installed app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SdgCitiesConfig(AppConfig):
    """People, places, jobs and the journal."""

    name = "sdgcities"
    label = "sdgcities"
    verbose_name = _("SDG Cities")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to the library of accounts; nothing is started here."""
        from sdgcities import ownership, signing  # noqa: F401, PLC0415 - models are there only now; its check is registered

        signing.listen()
