"""Names the monitoring floor for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Monitoring(AppConfig):
    """The floor that watches: nothing below it knows it."""

    name = "monitoring"
    verbose_name = _("Monitoring")
    default_auto_field = "django.db.models.BigAutoField"
