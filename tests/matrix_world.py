"""The cases, the people and the words that the permission matrix looks for."""

from datetime import date
from types import SimpleNamespace

from django.utils import timezone

from certification import snapshots, tasks
from certification.actions import applying, convening, deciding, joining, reviewing, screening
from certification.actions.panelling import CheckInput, MarkInput
from certification.models import Answer, Application, Declaration, EvidenceLink, Finding, Part, Seat, StageReport
from sdgcities import canonical, storage
from sdgcities.actions import people, tokens
from sdgcities.models import Checkpoint, Goal, Indicator, Job, Membership, Role, Target
from tests import canaries as words
from tests.certification import deciding_world, factories
from tracks.actions import shelving
from tracks.models import CaseStudy, ImportRun, Series, Tool

PAPER = b"A paper that no job has printed.\n"
ENDED = date(2025, 1, 1), date(2025, 12, 31)

# --- the world: a decided case and one in review of the first city, a draft of the second


def build():
    w = factories.world()
    _named(w)
    home, second = w.city, factories.city("Second City")
    w.others["home"], w.others["second"] = home, second
    w.application = None
    _review(w)
    review = w.application
    _decided(w, home)
    late = w.application
    other = called(factories.delegate(second), words.OTHER, words.OTHER_MAIL)
    draft = applying.start(second, stage="A", by=other, at=w.at)
    answer_of(draft, words.DRAFTED, by=other, at=w.at)
    told = {"source": words.DRAFTED, "at": w.at}
    shelf = shelved(second, other, words.DRAFTED, words.DRAFT_FILE, words.DRAFT_CONTENT, **told)
    applying.link(draft, requirement="A1.1", version=shelf, where="", by=other, at=w.at)
    roles = {
        "anonymous": None,
        "stranger": w.stranger,
        "superuser": factories.person("Super", is_superuser=True, is_staff=True),
        "delegate": w.delegate,
        "editor": w.editor,
        "other": other,
        "secretary": w.secretary,
        "administrator": factories.person("Administrator"),
        "auditor": factories.person("Auditor"),
        "lead": w.lead,
        "evaluator": w.evaluators[0],
        "left": w.evaluators[1],
        "undeclared": w.evaluators[2],
        "second": w.evaluators[3],
        "checker": w.checker,
        "chair": w.chair,
        "member": w.members[0],
        "recused": w.members[4],
        "manager": factories.person("Manager"),
        "colleague": factories.person("Colleague"),
        "hub": factories.person("Hub staff"),
        "alternate": w.others["alternate"],
        "departed": w.others["departed"],
        "retired": w.others["retired"],
        "former": w.others["former"],
        "inactive": w.others["inactive"],
    }
    factories.membership(roles["administrator"], Role.ADMINISTRATOR)
    factories.membership(roles["auditor"], Role.AUDITOR)
    hub, university = factories.organisation("Hub", "hub"), factories.organisation()
    spare = factories.person(
        "willing spare", working_languages=[w.panel.language]
    )  # sits on the panel, judges nothing yet; by name the last
    Seat.objects.create(
        person=spare, panel=w.panel, duty=Seat.Duty.EVALUATOR, starts_on=factories.LONG_AGO, ends_on=factories.FAR_AHEAD
    )
    for name, part in (
        ("manager", Role.ORGANISATION_MANAGER),
        ("colleague", Role.ORGANISATION_MEMBER),
        ("hub", Role.HUB_STAFF),
    ):
        factories.membership(roles[name], part, organisation=hub)
    _ended(w)
    return SimpleNamespace(
        w=w,
        roles=roles,
        review=_now(review),
        late=_now(late),
        draft=_now(draft),
        shelf=shelf,
        token=tokens.make(other, name="Hub", days=30, by=other, at=timezone.now()).token,
        **_more(w, hub, university),
    )


def _named(w):
    """Its people by words of their own, and those who are there only to lose what they have."""
    called(w.delegate, words.DELEGATE, words.DELEGATE_MAIL)
    called(w.editor, words.EDITOR, words.EDITOR_MAIL)
    names = (words.LEAD, words.EVALUATOR, words.LEFT, words.UNDECLARED, words.SECOND, words.CHECKER)
    for number, (person, name) in enumerate(zip((w.lead, *w.evaluators, w.checker), names, strict=True)):
        called(person, name, f"{words.JUDGES_MAIL}{number}")
    member = w.members[2].seats.get()
    w.others["alternate"] = factories.committee_member(w.committee, member.constituency, alternate_of=member)
    w.others["former"] = factories.committee_member(w.committee, member.constituency)
    w.others["retired"] = factories.panel_member(w.panel)
    w.others["departed"] = factories.official(w.city)
    w.others["inactive"] = factories.official(w.city)


def _ended(w):
    """What somebody held is over: the role, the seat (their part in the case left open), the account (R-H4)."""
    w.others["departed"].memberships.update(ended_at=w.at)
    for name in ("retired", "former"):
        w.others[name].seats.update(starts_on=ENDED[0], ends_on=ENDED[1])
    w.others["inactive"].is_active = False
    w.others["inactive"].save(update_fields=["is_active"])


def called(person, name, box):
    """PERSON under NAME, with an address at BOX."""
    person.name, person.email = f"{name} {person.name}", f"{box}@example.org"
    person.save(update_fields=["name", "email"])
    return person


def shelved(city, by, title, file_name, content, *, at, source=words.SOURCED, confidentiality="restricted"):
    """A text on CITY's shelf that says CONTENT."""
    return shelving.put(
        city,
        title=f"Plan {title}",
        file=f"The plan of {city.name} says {content}.\n".encode(),
        file_name=f"{file_name}.txt",
        source=f"{source} bureau",
        dated_on=date(2026, 6, 1),
        language="en",
        confidentiality=confidentiality,
        by=by,
        at=at,
    )


def _now(application):
    return Application.objects.get(pk=application.pk)


def answer_of(application, words, *, by, at):
    first = snapshots.stage_of(application).requirements()[0]
    known = Answer.objects.filter(application=application, requirement=first.key).first()
    told = {"requirement": first.key, "judgement": "met", "narrative": words, "by": by, "at": at}
    applying.save_answer(application, base_version=known.version if known else 0, **told)


def _review(w):
    """In review: one evaluator at work, one who left, one who has not declared, one who came later."""
    factories.drafted(w)
    answer_of(w.application, words.ANSWERED, by=w.editor, at=w.at)
    applying.give_mandate(
        w.application, letter=w.application.mandate.letter, departments=words.DEPARTMENTS, by=w.editor, at=w.at
    )
    w.others["piece"] = shelved(w.city, w.editor, words.SHELVED, words.FILED_AS, words.CONTAINED, at=w.at)
    applying.link(w.application, requirement="A1.1", version=w.others["piece"], where="", by=w.editor, at=w.at)
    applying.submit(w.application, by=w.delegate, at=w.later(hours=1))
    screening.take_up(w.application, by=w.secretary, at=w.later(hours=1))
    screening.verify_mandate(w.application, channel="Switchboard", by=w.secretary, at=w.at)
    told = {"panel": w.panel, "lead": w.lead, "evaluators": w.evaluators[:3], "by": w.secretary}
    screening.accept(w.application, **told, at=w.later(hours=1))
    w.application = _now(w.application)
    w.others["objection"] = applying.object_to(
        w.application, person=w.evaluators[2], reasons=f"Worked for us, {words.OBJECTED}.", by=w.delegate, at=w.at
    )
    for person in (w.lead, *w.evaluators[:2]):
        reviewing.declare(w.application, conflict=False, by=person, at=w.at)
    reviewing.recuse(w.application, category="employment", by=w.evaluators[1], at=w.at)
    screening.add_evaluator(w.application, w.evaluators[3], by=w.secretary, at=w.at)
    reviewing.declare(w.application, conflict=False, by=w.evaluators[3], at=w.at)
    screening.add_evaluator(w.application, w.others["retired"], by=w.secretary, at=w.at)
    reviewing.declare(w.application, conflict=False, by=w.others["retired"], at=w.at)
    mine = Finding.objects.filter(application=w.application, person=w.evaluators[0])
    w.others["finding"] = mine.get(criterion="A1")
    reviewing.save_finding(
        w.others["finding"],
        result="partly_met",
        rationale=words.FOUND,
        marks={"A1.1": MarkInput("met")},
        checks={},
        by=w.evaluators[0],
        at=w.at,
    )
    _filed(w, w.evaluators[3])
    told = {"criterion": "A1", "question": f"Which year, {words.ASKED}?"}
    w.others["question"] = reviewing.ask(w.application, **told, by=w.lead, at=w.at)


def _filed(w, person):
    """PERSON's finding on the criterion on which another one is still at work is filed."""
    finding = Finding.objects.get(application=w.application, person=person, criterion="A1")
    (criterion,) = [one for one in snapshots.stage_of(w.application).criteria if one.key == finding.criterion]
    keys = [one.key for one in criterion.requirements]
    links = w.application.links.filter(requirement__in=keys)
    told = {
        "marks": {key: MarkInput("met") for key in keys},
        "checks": {one.pk: CheckInput("verified") for one in links},
    }
    reviewing.save_finding(finding, result="met", rationale=words.FILED, **told, by=person, at=w.at)
    reviewing.file(finding, by=person, at=w.at)


def _decided(w, home):
    """Decided: granted with one dissent and one member aside; an evaluator who left, and one who never declared."""
    deciding_world.checked(w, city=factories.city("First City"))
    for person, role in ((w.delegate, Role.CITY_DELEGATE), (w.editor, Role.CITY_EDITOR)):
        Membership.objects.create(user=person, role=role, city=w.application.city, starts_on=factories.LONG_AGO)
    city, at = w.application.city, factories.NOW
    w.evidence = shelved(
        city, w.editor, words.SHELVED, words.FILED_AS, words.CONTAINED, at=at, confidentiality="public"
    )
    Answer.objects.create(
        application=w.application,
        requirement="A1.1",
        narrative=words.ANSWERED,
        judgement="met",
        language="en",
        edited_by=w.editor,
        edited_at=factories.NOW,
    )
    EvidenceLink.objects.create(
        application=w.application, requirement="A1.1", version=w.evidence, linked_by=w.editor, linked_at=factories.NOW
    )
    _report(w)
    for person in (w.lead, *w.evaluators[:2], w.checker):
        Declaration.objects.create(application=w.application, person=person, conflict=False, signed_at=factories.NOW)
    deciding_world.plays(w.application, w.evaluators[2], Part.Kind.EVALUATOR)
    joining.leave(w.application.parts.get(person=w.evaluators[1]), because="left", by=w.secretary, at=factories.NOW)
    draft = canonical.text(snapshots.report(w.application, version=1, draft=True, by=w.lead, at=factories.NOW))
    StageReport.objects.create(
        application=w.application,
        version=1,
        draft=True,
        text=draft,
        digest=canonical.digest(draft),
        frozen_at=factories.NOW,
        signed_by=w.lead,
    )
    w.at = deciding_world.MEETS
    deciding_world.open_and_attend(w, w.meeting)
    for person in [w.chair, *w.members[:4]]:
        deciding.declare(w.item, conflict=False, by=person, at=w.at)
    deciding.stand_aside(w.item, category="employment", by=w.members[4], at=w.at)
    deciding.open_item(w.item, by=w.chair, at=w.at)
    for person in [w.chair, w.members[0], w.members[3]]:
        deciding.vote(w.item, choice="yes", digest=w.report.digest, by=person, at=w.at)
    deciding.vote(w.item, choice="no", dissent=words.DISSENTED, digest=w.report.digest, by=w.members[1], at=w.at)
    w.others["decision"] = deciding_world.close(w)
    papers(w.application)


def _report(w):
    """The signed report again, of all that stands in the case by now, and the meeting that is to decide on it."""
    signed = snapshots.report(w.application, version=1, draft=False, by=w.lead, at=deciding_world.SIGNED)
    text = canonical.text(signed)
    StageReport.objects.filter(pk=w.report.pk).update(text=text, digest=canonical.digest(text))
    w.report = StageReport.objects.get(pk=w.report.pk)
    told = {"by": w.secretary, "at": deciding_world.SIGNED}
    w.meeting = convening.plan_meeting(w.committee, scheduled_at=deciding_world.MEETS, **told)
    w.item = convening.put_on_agenda(w.meeting, w.application, **told)


def printed(house):
    """The papers of HOUSE as the jobs print them: a receipt, a draft, a signed report, a letter and a certificate."""
    case = house.late
    case.reports.update(pdf_sha256="")
    case.decisions.update(letter_sha256="")
    case.certificates.update(pdf_sha256="")
    tasks.write_receipt(submission_id=str(house.review.submissions.get().pk))
    for report in case.reports.all():
        tasks.write_report(report_id=str(report.pk))
    tasks.write_letter(decision_id=str(house.w.others["decision"].pk))
    tasks.write_certificate(certificate_id=str(case.certificates.get().pk))


def papers(application):
    """What the jobs would print."""
    kept = storage.keep(PAPER).sha256
    application.submissions.update(receipt_sha256=kept)
    application.reports.update(pdf_sha256=kept)
    application.decisions.update(letter_sha256=kept)
    application.certificates.update(pdf_sha256=kept)


def _more(w, hub, university):
    city, at = w.application.city, factories.NOW
    told = {"digest": "0" * 64, "rows_read": 1, "rows_kept": 1, "report": {"counts": {}, "files": []}}
    run = ImportRun.objects.create(city=city, by=w.editor, at=at, **told)
    series = Series.objects.create(city=city, run=run, code="11.1.1", title=f"Homes {words.MEASURED}", unit="%")
    invited = people.invite("new@example.org", Role.CITY_EDITOR, city=city, language="en", by=w.delegate, at=w.at)
    told = {"organisation": hub, "by": w.secretary, "at": w.at}
    offered = people.invite("member@example.org", Role.ORGANISATION_MEMBER, **told)
    _reference()
    job = Job.objects.create(name="certification.write_report", key="x", state=Job.State.FAILED)
    Checkpoint.objects.create(size=1, root="0" * 64, at=timezone.now(), line="{}")
    found = {"run": run, "series": series, "invited": invited, "job": job}
    return {**found, "offered": offered, "hub": hub, "university": university}


def _reference():
    """One row of each set that everyone may read."""
    goal = Goal.objects.create(code="11", position=1, short={"en": "Cities"}, titles={"en": "Cities"})
    target = Target.objects.create(code="11.3", goal=goal, position=1, kind="outcome", titles={"en": "Plans"})
    Indicator.objects.create(code="11.3.1", target=target, position=1, titles={"en": "Ratio"})
    Tool.objects.create(slug="a-tool", name="A tool", owner="UN-Habitat", track="data", summary="It helps.")
    CaseStudy.objects.create(slug="a-study", title="A study", city_name="Kisumu", summary="It helped.")
