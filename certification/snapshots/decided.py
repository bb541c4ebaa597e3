"""The decision and the certificate: all they rest on, fixed at the moment they are made (R-D2, R-E2)."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from certification import rules
from certification.models import AgendaItem, CommitteeFinding, Decision, Recusal
from certification.snapshots.common import arcs, head, told
from sdgcities import languages
from sdgcities.canonical import moment


def results_on_record(item: AgendaItem, report_document: Mapping[str, Any]) -> dict[str, str]:
    """The results the committee decides on: the report's, but for its own recorded departures (R-D3)."""
    results = {criterion["key"]: str(criterion["result"]) for criterion in report_document["criteria"]}
    results.update(CommitteeFinding.objects.filter(item=item).values_list("criterion", "result"))
    return results


def decision(
    item: AgendaItem,
    *,
    reference: str,
    kind: str,
    reasons: str,
    unmet: Iterable[str],
    missing: str,
    missing_until: datetime | None,
    appeal_until: datetime | None,
    at: datetime,
) -> dict[str, Any]:
    """The decision with all it rests on: report digest, attendance, votes, recusals, dissent, departures (R-D2)."""
    application = item.application
    votes = sorted(rules.counted(item), key=lambda vote: str(vote.person_id))
    attended = sorted(rules.sitting(item, at=at), key=lambda seat: str(seat.person_id))
    recused = Recusal.objects.filter(application=application).order_by("person_id")
    criteria = {one.key: one.title for one in told(application).stage(application.stage).criteria}
    return {
        **head(application, "decision", at=at),
        "reference": reference,
        "decision": kind,
        "meeting": item.meeting.reference,
        "body": item.meeting.committee.name,
        "report": {"version": item.report.version, "digest": item.report.digest},
        "reasons": reasons,
        "unmet": [{"key": key, "title": criteria.get(key, "")} for key in unmet],
        "missing": missing,
        "missing_until": moment(missing_until) if missing_until else "",
        "appeal_until": moment(appeal_until) if appeal_until else "",
        "counts": rules.tally(votes),
        "votes": [
            {
                "person": str(vote.person_id),
                "constituency": vote.seat.constituency,
                "choice": vote.choice,
                "dissent": vote.dissent,
            }
            for vote in votes
        ],
        "attendance": [{"person": str(one.person_id), "constituency": one.constituency} for one in attended],
        "recusals": [{"person": str(one.person_id), "category": one.category, "at": moment(one.at)} for one in recused],
        "departures": [
            {"criterion": one.criterion, "result": one.result, "reasons": one.reasons}
            for one in CommitteeFinding.objects.filter(item=item).order_by("criterion")
        ],
    }


def certificate(
    granted: Decision, *, reference: str, effective_at: datetime, expires_at: datetime, at: datetime
) -> dict[str, Any]:
    """The certificate: all members R-E2 asks for; the signature comes in its own issue."""
    document = head(granted.application, "certificate", at=at)
    return {
        **document,
        "id": reference,
        "url": f"{settings.PUBLIC_URL.rstrip('/')}/register/{reference}/",
        "body": granted.item.meeting.committee.name,
        "holder": granted.application.city.name,
        "level": document["stage"]["level"],
        "arcs": arcs(granted.application),
        "decision": {"reference": granted.reference, "digest": granted.digest},
        "report": {"version": granted.item.report.version, "digest": granted.item.report.digest},
        "granted_at": moment(granted.decided_at),
        "effective_at": moment(effective_at),
        "expires_at": moment(expires_at),
        "disclaimer": _disclaimer(granted.application.language),
    }


def _disclaimer(language: str) -> str:
    with translation.override(languages.catalogue(language)):
        return _(
            "This certificate recognises a milestone and the effort behind it. It is not an opinion on the city's performance and not a comparison with other cities."
        )
