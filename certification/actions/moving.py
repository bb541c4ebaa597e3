"""The one gate through which an application changes its state."""

from datetime import datetime

from django.utils.translation import gettext as _

from certification import rules
from certification.flow import Move
from certification.models import Application, Step
from sdgcities import journal
from sdgcities.errors import Refused
from sdgcities.journal import journaled
from sdgcities.models import User


@journaled
def make(move: Move, application: Application, *, by: User, at: datetime, note: str = "") -> Application:
    """Take APPLICATION through MOVE, keep the step and return the held row; or refuse and change nothing.

    Every verb that moves a case calls this first or last under the same held row, so two people who act at one
    moment are told apart here: the second finds a state that the move does not start from.
    """
    held = Application.objects.hold(application.pk)
    if held.state not in move.sources:
        raise Refused(
            _("This cannot be done now: the application is %(state)s. Load the page again to see what can.")
            % {"state": held.get_state_display()},
        )
    rules.must(by, move.needs, held, at=at)
    source = held.state
    Step.objects.create(
        application=held, move=move.name, source=source, target=move.target.value, by=by, at=at, note=note
    )
    held.state = move.target.value
    held.save(update_fields=["state"])
    application.state = held.state
    journal.record(f"application.{move.name}", held, by=by, at=at, source=source, target=held.state)
    return held
