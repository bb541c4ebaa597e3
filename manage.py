#!/usr/bin/env python
"""The command line of the product: `.venv/bin/python manage.py <command>`, with no variable to set."""

import os
import sys


def main() -> None:
    """Hand the words after `manage.py` to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sdgcities.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - after the variable above

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
