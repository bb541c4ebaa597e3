"""Officials and secretaries act on one case at one moment, each through a connection of their own (PostgreSQL)."""

import pytest

from certification.actions import applying, screening
from certification.flow import State
from certification.models import Answer, AnswerVersion, Application, Part, Step, Submission
from sdgcities import journal
from sdgcities.errors import Refused
from sdgcities.models import Job, Mail
from tests.certification.factories import drafted, secretary, started, submitted, world
from tests.certification.races import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def own(w):
    """The case as somebody's own page has read it."""
    return Application.objects.get(pk=w.application.pk)


def or_refusal(verb, *args, **told):
    """What VERB gives, or the refusal it gave instead."""
    try:
        return verb(*args, **told)
    except Refused as refusal:
        return refusal


def kinds(given):
    return sorted(type(one).__name__ for one in given)


def written_by(w, person, narrative, *, base_version):
    """A deed: PERSON saves NARRATIVE as the answer to A1.1, having read BASE_VERSION."""
    told = {"requirement": "A1.1", "judgement": "met", "narrative": narrative, "base_version": base_version}
    case = own(w)
    return lambda: applying.save_answer(case, **told, by=person, at=w.at)


def both_survive(w, base_version):
    """The editor and the delegate save at one moment: one text stands, the other is kept beside it."""
    written = {w.editor: "The editor's words.", w.delegate: "The delegate's words."}
    given = at_once(*[written_by(w, who, text, base_version=base_version) for who, text in written.items()])
    assert sorted(saved.collided for saved in given) == [False, True]
    collided = next(saved for saved in given if saved.collided)
    answer = Answer.objects.get(requirement="A1.1")
    newest = AnswerVersion.objects.filter(answer=answer, number__gt=base_version).order_by("number")
    first, second = newest
    assert {first.narrative, second.narrative} == set(written.values())
    assert (first.set_aside, second.set_aside, collided.aside) == (False, True, second)
    assert (answer.version, answer.narrative, answer.edited_by) == (first.number, first.narrative, first.edited_by)
    assert [one.number for one in newest] == [base_version + 1, base_version + 2]
    return answer


def test_two_officials_write_the_first_answer_at_one_moment_and_both_texts_survive():
    w = started(world())
    answer = both_survive(w, base_version=0)
    assert answer.versions.count() == 2
    assert journal.of(answer).filter(act="answer.saved").count() == 2


def test_two_officials_change_one_answer_at_one_moment_and_both_texts_survive():
    w = started(world())
    written_by(w, w.editor, "What both have read.", base_version=0)()
    assert both_survive(w, base_version=1).versions.count() == 3


def test_an_application_handed_in_by_two_clicks_is_handed_in_once():
    w = drafted(world())
    cases = [own(w), own(w)]
    given = at_once(*[lambda case=case: or_refusal(applying.submit, case, by=w.delegate, at=w.at) for case in cases])
    assert kinds(given) == ["Refused", "Submission"]
    assert "the application is submitted" in str(next(one for one in given if isinstance(one, Refused)))
    handed_in = Submission.objects.get()
    assert (w.case.state, handed_in.number) == (State.SUBMITTED, 1)
    assert Job.objects.filter(name="certification.write_receipt").count() == 1
    assert Step.objects.filter(application=w.application, move="submit").count() == 1
    assert Mail.objects.filter(key__startswith="submission:", to_user=w.delegate).count() == 1
    assert journal.of(handed_in).filter(act="submission.made").count() == 1


def test_an_answer_saved_while_the_case_is_handed_in_is_in_the_submission_or_refused():
    w = drafted(world())
    version = Answer.objects.get(requirement="A1.1").version
    save = written_by(w, w.editor, "Words of the last moment.", base_version=version)
    case = own(w)
    _handed_in, saved = at_once(
        lambda: applying.submit(case, by=w.delegate, at=w.at),
        lambda: or_refusal(save),
    )
    there = "Words of the last moment." in Submission.objects.get().text
    assert there != isinstance(saved, Refused)
    assert Answer.objects.filter(narrative="Words of the last moment.").exists() == there


def test_two_secretaries_take_up_one_case_at_one_moment_and_one_has_it():
    w = submitted(world())
    people, cases = [w.secretary, secretary()], [own(w), own(w)]
    given = at_once(
        *[
            lambda case=case, person=person: or_refusal(screening.take_up, case, by=person, at=w.at)
            for case, person in zip(cases, people, strict=True)
        ]
    )
    assert kinds(given) == ["Application", "Refused"]
    assert "the application is in screening" in str(next(one for one in given if isinstance(one, Refused)))
    step = Step.objects.get(application=w.application, move="take_up")
    part = Part.objects.get(application=w.application, part=Part.Kind.SECRETARIAT)
    assert (w.case.state, part.person) == (State.SCREENING, step.by)
    assert step.by == people[kinds(given[:1]) == ["Refused"]]
