"""``manage.py work``: the embedded worker."""

import signal
from argparse import ArgumentParser
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sdgcities import jobs


class Command(BaseCommand):
    """Does jobs and runs the timers until it is told to stop."""

    help = "Does jobs and runs the timers until SIGTERM; with --until-empty only what waits."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the switch that ends the work with the queue."""
        parser.add_argument("--until-empty", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work."""
        if options["until_empty"]:
            done, failed = jobs.work_until_empty()
            if failed:
                message = f"{failed} jobs failed, {done} were done."
                raise CommandError(message)
            return
        stop = Event()
        for told in (signal.SIGTERM, signal.SIGINT):
            signal.signal(told, lambda *_: stop.set())
        jobs.work(stop)
