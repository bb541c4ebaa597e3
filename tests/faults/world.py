"""What the storm is about, in a database of its own: `make` cases ready to be signed, `ask` for their reports, `tell` what came.

One case is walked by the verbs; the others are its copies, row by row, each with a city and a shelf of its own. Every
report is signed by the verb, and so frozen, journaled and asked for as in life.
"""

import hashlib
import json
import os
import sys
import time
from collections import Counter, defaultdict
from copy import copy
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path
from uuid import UUID, uuid4

import django

if __name__ == "__main__":
    django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from certification import models as house
from certification import reports
from certification.actions import reconciling, responding
from certification.actions.telling import officials, players
from certification.flow import State
from certification.models.applications import ApplicationUserObjectPermission as Permission
from sdgcities import proving, roles, storage
from sdgcities.errors import Refused
from sdgcities.models import City, Entry, Job, Mail, Membership
from tests.certification import report_world as play
from tracks.models import Evidence, EvidenceVersion

LOST = (OperationalError, InterfaceError)
SIGNED_AFTER = timedelta(days=1)


# --- cases


def make(count):
    """A database with COUNT cases in which the lead has only to sign."""
    call_command("migrate", verbosity=0)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    w = play.judged(play.in_review(play.submitted(play.world())))
    reconciling.send_draft(w.application, by=w.lead, at=w.later(days=2))
    responding.respond(w.application, text=w.words["response"], corrections={}, by=w.delegate, at=w.later(days=5))
    with transaction.atomic():
        _copies(w.case, count - 1)


def _copies(case, count):
    """Further cases like CASE: every row that hangs on it or on its city, but for what its signing makes."""
    made = defaultdict(list)
    own = {"application": case}
    for number in range(1, count + 1):
        new = {}
        for model, rows in (
            (City, City.objects.filter(pk=case.city_id)),
            (Membership, Membership.objects.filter(city=case.city)),
            (Evidence, Evidence.objects.filter(city=case.city)),
            (EvidenceVersion, EvidenceVersion.objects.filter(evidence__city=case.city)),
            (house.Application, house.Application.objects.filter(pk=case.pk)),
            (Permission, Permission.objects.filter(content_object=case)),
            *((model, model.objects.filter(**own)) for model in (house.Scope, house.Mandate, house.Part, house.Step)),
            *((model, model.objects.filter(**own)) for model in (house.Answer, house.EvidenceLink, house.Submission)),
            *((model, model.objects.filter(**own)) for model in (house.Declaration, house.Finding)),
            (house.RequirementMark, house.RequirementMark.objects.filter(finding__application=case)),
            (house.EvidenceCheck, house.EvidenceCheck.objects.filter(finding__application=case)),
            *((model, model.objects.filter(**own)) for model in (house.Reconciliation, house.Response)),
        ):
            made[model] += [_copy(row, new, number) for row in rows]
    for model, rows in made.items():
        model.objects.bulk_create(rows)


def _copy(row, new, number):
    """ROW under a key of its own, pointing to copies wherever NEW has one."""
    other = copy(row)
    for field in row._meta.concrete_fields:
        if field.is_relation and getattr(row, field.attname) in new:
            setattr(other, field.attname, new[getattr(row, field.attname)])
    other.pk = uuid4() if isinstance(row.pk, UUID) else None
    if other.pk:
        new[row.pk] = other.pk
    if isinstance(row, City):
        other.name, other.slug = f"{row.name} {number}", f"{row.slug}-{number}"
    if isinstance(row, house.Application):
        other.reference = f"SDGC-2099-{number:05}"
    return other


# --- asking


def ask(pause, reserve):
    """Sign every case as its lead, one after the other, and again where the database was lost; tells how it went.

    The last, RESERVE of them, only when a line comes in for each.
    """
    slowest, again, signed = 0.0, 0, 0
    cases = house.Application.objects.filter(state=State.RESPONDING).order_by("reference")
    keys = list(cases.values_list("pk", flat=True))
    for number, key in enumerate(keys):
        if number >= len(keys) - reserve:
            sys.stdin.readline()
        while True:
            begun = time.monotonic()
            try:
                _sign(key)
            except LOST:
                again += 1
                connection.close()
                time.sleep(0.3)
            else:
                slowest = max(slowest, time.monotonic() - begun)
                signed += 1
                break
        time.sleep(pause)
    return {"signed": signed, "again": again, "slowest": round(slowest, 2)}


def _sign(key):
    case = house.Application.objects.get(pk=key)
    lead = case.parts.get(part=house.Part.Kind.LEAD, ended_at__isnull=True).person
    try:
        reconciling.sign(case, by=lead, at=case.responded_at + SIGNED_AFTER)
    except Refused:
        # The connection broke after the commit: signed it is.
        if house.Application.objects.get(pk=key).state == State.RESPONDING:
            raise


# --- telling


def tell():
    """All that stands in the database and on the disk, as the test judges it."""
    signed = house.StageReport.objects.filter(draft=False).select_related("application__city").order_by("pk")
    texts = [one.text for one in signed]
    connection.close()
    with get_context("fork").Pool(os.cpu_count()) as printers:
        undisturbed = printers.map(_undisturbed, texts, chunksize=1)
    return {
        "cases": house.Application.objects.count(),
        "reports": [
            {
                "case": one.application.reference,
                "version": one.version,
                "sha256": one.pdf_sha256,
                "size": one.pdf_size,
                "undisturbed": printed,
                "noted": Entry.objects.filter(
                    act="report.written", object=f"certification.stagereport:{one.pk}"
                ).count(),
                "letters": sorted(Mail.objects.filter(key__contains=str(one.pk)).values_list("key", flat=True)),
                "due": sorted(_due(one)),
                "asked": Job.objects.filter(
                    name="certification.write_report", arguments__report_id=str(one.pk)
                ).count(),
            }
            for one, printed in zip(signed, undisturbed, strict=True)
        ],
        "letters": {
            f"<{mail.pk}@{settings.DEFAULT_FROM_EMAIL.rpartition('@')[2].rstrip('>')}>": {
                "sent": mail.sent_at is not None,
                "tries": Job.objects.get(name="sdgcities.send_mail", key=f"mail:{mail.pk}").attempts,
            }
            for mail in Mail.objects.all()
        },
        "jobs": dict(Counter(Job.objects.values_list("state", flat=True))),
        "tries": sorted(Job.objects.values_list("attempts", flat=True), reverse=True)[:5],
        "lost_tries": sum(tries - 1 for tries in Job.objects.values_list("attempts", flat=True)),
        "files": _files(),
        "journal": proving.verify().fault,
    }


def _undisturbed(text):
    return hashlib.sha256(reports.stage_report(text)).hexdigest()


def _due(report):
    """The keys of the letters that the signing and the writing of REPORT cause, one for each who must hear of it."""
    case, at = report.application, report.frozen_at
    told = [*officials(case.city, at=at), *roles.people_with(roles.Role.SECRETARIAT, at=at)]
    read = [*officials(case.city, at=at), *players(case, house.Part.Kind.LEAD)]
    return {f"signed:{report.pk}:{one.pk}" for one in told} | {f"report:{report.pk}:{one.pk}" for one in read}


def _files():
    """What lies on the disk: whole, spoiled, named by no row, named but absent, torn; then what tidying leaves of it."""
    before = _lying()
    tidied = storage.tidy(at=timezone.now() + 2 * storage.WRITTEN)
    named = set()
    for model, field in storage.naming():
        named |= set(model._default_manager.exclude(**{field: ""}).values_list(field, flat=True))
    whole = {path.name for path in before if storage.WHOLE.fullmatch(path.name)}
    return {
        "whole": len(whole),
        "spoiled": sum(hashlib.sha256(path.read_bytes()).hexdigest() != path.name for path in _lying()),
        "unnamed": sorted(whole - named),
        "absent": sorted(named - whole),
        "torn": len(before) - len(whole),
        "tidied": [tidied.torn, tidied.unnamed],
        "left": sorted(path.name for path in _lying()) == sorted(named),
    }


def _lying():
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


if __name__ == "__main__":
    word, *given = sys.argv[1:]
    if word == "make":
        make(int(given[0]))
    elif word == "ask":
        print(json.dumps(ask(float(given[0]), int(given[1]))))
    else:
        print(json.dumps(tell()))
