"""The Celery app: a bell that rings in another process. The truth is the job row (see ``jobs``)."""

import os
from pathlib import Path

from celery import Celery
from celery.signals import after_task_publish
from kombu.exceptions import OperationalError
from redis import Redis, RedisError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sdgcities.settings")

DEAF = (RedisError, OperationalError)  # how a broker that does not answer shows itself

app = Celery("sdgcities")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["sdgcities"])


@after_task_publish.connect
def _pulse(**_: object) -> None:
    """Leave a sign of life after each tick that was sent, where beat is told to (its health check reads it)."""
    if sign := os.environ.get("BEAT_PULSE"):
        Path(sign).touch()


def answers(url: str) -> bool:
    """Say whether the broker at URL answers now."""
    try:
        return bool(Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2).ping())
    except RedisError:
        return False


def unheard(url: str) -> int:
    """Count the bells that wait at the broker at URL for a worker; raises one of DEAF where it does not answer."""
    with Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2) as broker:
        return int(broker.llen(app.conf.task_default_queue))
