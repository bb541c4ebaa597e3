"""`manage.py serve`: the web server and the embedded worker in one process group; both end together."""

import signal
import subprocess
import sys
import threading
from types import FrameType
from typing import Any, NoReturn

from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.core.management.base import BaseCommand, CommandError, CommandParser
from waitress.server import BaseWSGIServer, create_server

from sdgcities import ownership

GRACE = 10  # seconds that the worker gets to put down the job in its hand


class Command(BaseCommand):
    """Serve pages until Ctrl-C, SIGTERM or the worker's end."""

    help = "Serve the pages, with the embedded worker beside the web server."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--threads", type=int, default=8)
        parser.add_argument("--no-worker", action="store_true", help="the queue is worked by another process")

    def handle(self, *args: Any, **options: Any) -> None:
        signal.signal(signal.SIGTERM, _end)
        signal.signal(signal.SIGINT, _end)  # said here, since a script's background job inherits it ignored
        server = _listen(options["host"], options["port"], options["threads"])
        if ownership.is_one_role():
            self.stderr.write(f"{ownership.ONE_ROLE} {ownership.HINT}")
        worker = None if options["no_worker"] else subprocess.Popen([sys.executable, sys.argv[0], "work"])  # noqa: S603 - ourselves
        if worker:
            threading.Thread(target=_close_after, args=(worker, threading.get_ident()), daemon=True).start()
        self.stdout.write(f"Serving on http://{options['host']}:{options['port']}/ (Ctrl-C ends it)")
        self.stdout.flush()
        try:
            server.run()
        except KeyboardInterrupt:
            self.stdout.write("")
        finally:
            server.close()
            if worker:
                _stop(worker)
        if worker and worker.returncode not in (0, -signal.SIGTERM, -signal.SIGINT):
            message = f"The worker ended by itself (exit code {worker.returncode}), so the web server ended too."
            raise CommandError(message)


def _listen(host: str, port: int, threads: int) -> BaseWSGIServer:
    from sdgcities.wsgi import application  # noqa: PLC0415 - it sets Django up, which this command already did

    answering: WSGIHandler = application
    if not any("whitenoise" in name for name in settings.MIDDLEWARE):
        answering = StaticFilesHandler(application)
    try:
        return create_server(
            answering,
            host=host,
            port=port,
            threads=threads,
            ident=None,
            clear_untrusted_proxy_headers=not settings.BEHIND_PROXY,  # sdgcities.gate reads our proxy's word
        )
    except OSError as trouble:
        message = (
            f"Port {port} on {host} cannot be opened ({trouble.strerror}); choose another: make demo PORT={port + 1}"
        )
        raise CommandError(message) from trouble


def _close_after(worker: subprocess.Popen[bytes], main: int) -> None:
    """When the worker ends first, send the server's MAIN thread the signal that ends it."""
    worker.wait()
    signal.pthread_kill(main, signal.SIGTERM)


def _end(number: int, frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def _stop(worker: subprocess.Popen[bytes]) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    worker.terminate()
    try:
        worker.wait(GRACE)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
