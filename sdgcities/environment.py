"""What is read from the environment, and from ``var/env``, which holds the defaults of this machine. No Django's settings in here."""

import base64
import os
import secrets
import time
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = BASE_DIR / "var"
VAR.mkdir(exist_ok=True)
ENV_FILE = VAR / "env"


def _kept() -> dict[str, str]:
    if not ENV_FILE.exists():
        return {}
    lines = ENV_FILE.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.lstrip().startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}


KEPT = _kept()


def env(name: str, default: str = "") -> str:
    """Read a variable: from the environment, else from ``var/env``, else DEFAULT."""
    return os.environ.get(name, KEPT.get(name, default))


def flag(name: str, *, default: bool = False) -> bool:
    """Read a yes or no."""
    return env(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}


def secret(name: str, *, needed: bool) -> str:
    """Take the secret NAME from outside; only a development machine on SQLite makes and keeps its own (32 bytes, base64)."""
    if given := env(name):
        return given
    if env("DATABASE_URL"):
        if not needed:
            return ""
        message = f"{name} is missing: set it in the environment or in var/env."
        raise ImproperlyConfigured(message)
    for _attempt in range(50):
        if kept := _kept().get(name):
            return kept
        try:
            descriptor = os.open(VAR / "env.new", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:  # another process is making one this moment
            time.sleep(0.1)
            continue
        if kept := _kept().get(name):  # made between our look and the lock
            os.close(descriptor)
            (VAR / "env.new").unlink()
            return kept
        return _keep(name, base64.b64encode(secrets.token_bytes(32)).decode("ascii"), descriptor)
    message = f"{VAR / 'env.new'} is left from an interrupted start: delete it and start again."
    raise ImproperlyConfigured(message)


def _keep(name: str, made: str, descriptor: int) -> str:
    before = ENV_FILE.read_text(encoding="utf-8") if ENV_FILE.exists() else ""
    with os.fdopen(descriptor, "w", encoding="utf-8") as new:
        new.write(f"{before}{name}={made}\n")
    (VAR / "env.new").replace(ENV_FILE)
    return made
