"""Servers of the tests' own: a PostgreSQL that may be cut off, a Redis that may be killed, a mail server that counts."""

import hashlib
import os
import pwd
import shutil
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from email import message_from_bytes
from pathlib import Path

import psycopg2
import redis

NAME = "storm"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def postgres_programs():
    """The folder of PostgreSQL's own programs, newest first; None where there is none."""
    told = []
    if asked := shutil.which("pg_config"):
        told = [subprocess.run([asked, "--bindir"], capture_output=True, text=True, check=True).stdout.strip()]
    told += sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), key=lambda one: (len(one), one), reverse=True)
    fit = (Path(one) for one in told if all((Path(one) / program).exists() for program in ("initdb", "pg_ctl")))
    return next(fit, None)


def absent():
    """What is missing on this machine for the tests' own servers, in words."""
    return [
        name
        for name, there in (("PostgreSQL's initdb and pg_ctl", postgres_programs()), ("redis-server", redis_program()))
        if there is None
    ]


def redis_program():
    return shutil.which("redis-server")


def unprivileged():
    """As whom PostgreSQL runs where we are root, which it refuses; nothing where we are not."""
    if os.getuid():
        return {}
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return {"user": (who := pwd.getpwnam(name)).pw_uid, "group": who.pw_gid, "extra_groups": []}
    raise RuntimeError("PostgreSQL refuses root, and there is neither a user postgres nor a user nobody.")


class Postgres:
    """A cluster in a folder of its own, with fsync; `cut_off` restarts it as a machine does that lost its power."""

    def __init__(self):
        self.programs, self.port, self.cuts = postgres_programs(), free_port(), 0
        self.folder = Path(tempfile.mkdtemp(prefix="sdgc-postgres-"))
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/{NAME}"

    def __enter__(self):
        try:
            if who := unprivileged():
                os.chown(self.folder, who["user"], who["group"])
            self._run("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync")
            self._control("start", "-o", f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1")
            with psycopg2.connect(self.url.replace(NAME, "postgres")) as connection:
                fsync = ask(connection, "SHOW fsync")
            connection.close()
            assert fsync == [("on",)]
            self._run("createdb", "-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", NAME, data=False)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if (self.folder / "data" / "postmaster.pid").exists():
            self._control("stop", "-m", "immediate")
        shutil.rmtree(self.folder)

    def cut_off(self):
        self._control("restart", "-m", "immediate")
        self.cuts += 1

    def _control(self, *words):
        self._run("pg_ctl", "-w", "-t", "60", "-s", "-l", str(self.folder / "log"), *words)

    def _run(self, program, *words, data=True):
        told = [str(self.programs / program), *(("-D", str(self.folder / "data")) if data else ()), *words]
        done = subprocess.run(
            told, cwd=self.folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False, **unprivileged()
        )
        assert done.returncode == 0, (told, done.returncode)


def ask(connection, sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


class Redis:
    """A broker that keeps nothing; `kill` it, and `start` it again empty on the same port."""

    def __init__(self):
        self.port, self.process = free_port(), None
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.client = redis.Redis.from_url(self.url)

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.client.close()
        self.kill()

    def start(self):
        told = [redis_program(), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(told, cwd=tempfile.gettempdir(), stdout=subprocess.DEVNULL)
        for _ in range(200):
            with suppress(redis.RedisError):
                if self.client.ping():
                    return
            time.sleep(0.05)
        raise AssertionError("Redis does not answer.")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


class MailServer(socketserver.ThreadingTCPServer):
    """Takes every letter and says yes; `taken` holds the Message-ID and the digest of each, dates left out."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.taken = []
        self.port = self.server_address[1]

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def take(self, raw):
        letter = message_from_bytes(raw)
        del letter["Date"]
        self.taken.append((letter["Message-ID"], hashlib.sha256(letter.as_bytes()).hexdigest()))


class _Conversation(socketserver.StreamRequestHandler):
    def handle(self):
        with suppress(OSError):  # whoever speaks may be killed in the middle of a word
            self.say(b"220 here")
            for line in self.rfile:
                word = line[:4].upper().strip()
                if word == b"DATA":
                    self.say(b"354 go on")
                    lines = []
                    for part in self.rfile:
                        if part == b".\r\n":
                            self.server.take(b"".join(lines))  # taken is taken, whether or not the yes is heard
                            self.say(b"250 yes")
                            break
                        lines.append(part.removeprefix(b"."))
                elif word == b"QUIT":
                    self.say(b"221 bye")
                    return
                else:
                    self.say(b"250 yes")

    def say(self, line):
        self.wfile.write(line + b"\r\n")
        self.wfile.flush()


if __name__ == "__main__":
    if lacking := absent():
        sys.exit(f"Missing: {', '.join(lacking)}. Without them the checks are not complete.")
