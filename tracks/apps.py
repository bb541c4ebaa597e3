"""The tracks app's name for Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TracksConfig(AppConfig):
    """The floor where a city works."""

    name = "tracks"
    verbose_name = _("Tracks")
