"""Setting up the bodies that judge and decide: mechanisms, panels, committees."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from certification.models import Committee, Mechanism, Panel
from sdgcities import journal, roles
from sdgcities.errors import Refused
from sdgcities.journal import journaled
from sdgcities.models import Country, User


@journaled
def mechanism(
    key: str,
    *,
    name: str,
    kind: str,
    country: Country | None = None,
    policy: Mapping[str, int] | None = None,
    by: User,
    at: datetime,
) -> Mechanism:
    """Set up a mechanism, global or of one COUNTRY, with what its POLICY sets apart from the defaults."""
    _by_the_house(by, at=at)
    if (kind == Mechanism.Kind.NATIONAL) != (country is not None):
        raise Refused(
            _("A national mechanism has one country; the global one has none. Choose the country, or leave it out.")
        )
    made = Mechanism.objects.create(key=key, name=name, kind=kind, country=country, policy=dict(policy or {}))
    journal.record("mechanism.made", made, by=by, at=at, key=key, policy=made.policy)
    return made


@journaled
def panel(of: Mechanism, *, name: str, language: str, by: User, at: datetime) -> Panel:
    """Set up the technical panel of a mechanism for one working LANGUAGE (EB4 §26b)."""
    _by_the_house(by, at=at)
    made = Panel.objects.create(mechanism=of, name=name, language=language)
    journal.record("panel.made", made, by=by, at=at, mechanism=of.key, language=language)
    return made


@journaled
def committee(
    of: Mechanism, *, name: str, quorum: int, constituencies: Sequence[str], by: User, at: datetime
) -> Committee:
    """Set up the committee of a mechanism with its QUORUM and the CONSTITUENCIES it needs for each item (R-B8)."""
    _by_the_house(by, at=at)
    made = Committee.objects.create(mechanism=of, name=name, quorum=quorum, constituencies=list(constituencies))
    journal.record("committee.made", made, by=by, at=at, mechanism=of.key, quorum=quorum)
    return made


def _by_the_house(by: User, *, at: datetime) -> None:
    if not roles.runs_the_house(by, at=at):
        raise Refused(_("Only the secretariat sets up panels and committees. Write to it what should be done."))
