"""Names the certification floor for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Certification(AppConfig):
    """The floor that decides on what cities did in their tracks."""

    name = "certification"
    verbose_name = _("Certification")
    default_auto_field = "django.db.models.BigAutoField"
