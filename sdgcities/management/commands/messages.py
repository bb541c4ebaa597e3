"""``manage.py messages``: gather the words of pages and code into sdgcities/locale, and compile what is translated."""

import re
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.management.commands import makemessages
from django.utils.translation import to_locale

NOT_OURS = ("var", "tests", "bench", "docs", "static", "node_modules")
UNSTEADY = re.compile(r'^"(POT-Creation-Date|PO-Revision-Date): .*\n', re.MULTILINE)  # two people would meet in it


class Gather(makemessages.Command):
    """Django's gathering, but: no guesses at a translation, none kept that is unused, no line numbers."""

    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]


class Command(BaseCommand):
    """Brings the catalogues up to date; run again, it changes nothing."""

    help = "Gathers the words marked for translation and compiles the catalogues. Needs GNU gettext."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Gather, tidy, compile; says what is still to be translated."""
        if shutil.which("xgettext") is None:
            raise CommandError(
                "GNU gettext is missing; install it (Debian: apt-get install gettext). Only this needs it."
            )
        locales = [to_locale(code) for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
        call_command(
            Gather(),
            locale=locales,
            ignore_patterns=list(NOT_OURS),
            add_location="file",
            no_wrap=True,
            no_obsolete=True,
            verbosity=0,
        )
        for locale in locales:
            catalogue = Path(settings.LOCALE_PATHS[0]) / locale / "LC_MESSAGES" / "django.po"
            catalogue.write_text(UNSTEADY.sub("", catalogue.read_text(encoding="utf-8")), encoding="utf-8")
        call_command("compilemessages", locale=locales, ignore_patterns=[".*", *NOT_OURS], verbosity=0)
