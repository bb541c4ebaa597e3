"""The cases, the people and the words that the permission matrix looks for."""

from types import SimpleNamespace

from django.utils import timezone

from certification import snapshots
from certification.actions import applying, deciding, joining, reviewing, screening
from certification.actions.panelling import MarkInput
from certification.models import Answer, Application, Declaration, EvidenceLink, Finding, Part, Seat, StageReport
from sdgcities import canonical, storage
from sdgcities.actions import people, tokens
from sdgcities.models import Goal, Indicator, Job, Membership, Role, Target
from tests.certification import deciding_world, factories
from tracks.models import CaseStudy, ImportRun, Series, Tool

# Words that stand in one place only; who may read each is in WORDS below.
DRAFTED, ANSWERED, FOUND, DISSENTED, OBJECTED = (
    "quokkaquartz",
    "yarrowbasalt",
    "zirconfennel",
    "marzipanflint",
    "juniperagate",
)

PAPER = b"%PDF-1.7 a paper"

# --- the world: a decided case and one in review of the first city, a draft of the second


def build():
    w = factories.world()
    home, second = w.city, factories.city("Second City")
    w.others["home"], w.others["second"] = home, second
    w.application = None
    _review(w)
    review = w.application
    _decided(w, home)
    late = w.application
    other = factories.delegate(second)
    draft = applying.start(second, stage="A", by=other, at=w.at)
    answer_of(draft, DRAFTED, by=other, at=w.at)
    shelf = factories.on_shelf(second, other, title=f"Plan {DRAFTED}", confidentiality="restricted", at=w.at)
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
    }
    factories.membership(roles["administrator"], Role.ADMINISTRATOR)
    factories.membership(roles["auditor"], Role.AUDITOR)
    hub, university = factories.organisation("Hub", "hub"), factories.organisation()
    spare = factories.person("Spare", working_languages=[w.panel.language])  # sits on the panel, judges nothing yet
    Seat.objects.create(
        person=spare, panel=w.panel, duty=Seat.Duty.EVALUATOR, starts_on=factories.LONG_AGO, ends_on=factories.FAR_AHEAD
    )
    factories.membership(roles["manager"], Role.ORGANISATION_MANAGER, organisation=hub)
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
    answer_of(w.application, ANSWERED, by=w.editor, at=w.at)
    applying.submit(w.application, by=w.delegate, at=w.later(hours=1))
    screening.take_up(w.application, by=w.secretary, at=w.later(hours=1))
    screening.verify_mandate(w.application, channel="Switchboard", by=w.secretary, at=w.at)
    told = {"panel": w.panel, "lead": w.lead, "evaluators": w.evaluators[:3], "by": w.secretary}
    screening.accept(w.application, **told, at=w.later(hours=1))
    w.application = _now(w.application)
    w.others["objection"] = applying.object_to(
        w.application, person=w.evaluators[2], reasons=f"Worked for us, {OBJECTED}.", by=w.delegate, at=w.at
    )
    for person in (w.lead, *w.evaluators[:2]):
        reviewing.declare(w.application, conflict=False, by=person, at=w.at)
    reviewing.recuse(w.application, category="employment", by=w.evaluators[1], at=w.at)
    screening.add_evaluator(w.application, w.evaluators[3], by=w.secretary, at=w.at)
    reviewing.declare(w.application, conflict=False, by=w.evaluators[3], at=w.at)
    mine = Finding.objects.filter(application=w.application, person=w.evaluators[0])
    w.others["finding"] = mine.get(criterion="A1")
    reviewing.save_finding(
        w.others["finding"],
        result="partly_met",
        rationale=FOUND,
        marks={"A1.1": MarkInput("met")},
        checks={},
        by=w.evaluators[0],
        at=w.at,
    )
    w.others["question"] = reviewing.ask(w.application, criterion="A1", question="Which year?", by=w.lead, at=w.at)


def _decided(w, home):
    """Decided: granted with one dissent and one member aside; an evaluator who left, and one who never declared."""
    deciding_world.planned(w, city=factories.city("First City"))
    for person, role in ((w.delegate, Role.CITY_DELEGATE), (w.editor, Role.CITY_EDITOR)):
        Membership.objects.create(user=person, role=role, city=w.application.city, starts_on=factories.LONG_AGO)
    w.evidence = factories.on_shelf(w.application.city, w.editor, title="Inventory", at=factories.NOW)
    Answer.objects.create(
        application=w.application,
        requirement="A1.1",
        narrative=ANSWERED,
        judgement="met",
        language="en",
        edited_by=w.editor,
        edited_at=factories.NOW,
    )
    EvidenceLink.objects.create(
        application=w.application, requirement="A1.1", version=w.evidence, linked_by=w.editor, linked_at=factories.NOW
    )
    for person in (w.lead, *w.evaluators[:2], w.checker):
        Declaration.objects.create(application=w.application, person=person, conflict=False, signed_at=factories.NOW)
    deciding_world.plays(w.application, w.evaluators[2], Part.Kind.EVALUATOR)
    joining.leave(w.application.parts.get(person=w.evaluators[1]), because="left", by=w.secretary, at=factories.NOW)
    draft = canonical.text({**canonical.load(w.report.text), "version": 1})
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
    deciding.vote(w.item, choice="no", dissent=DISSENTED, digest=w.report.digest, by=w.members[1], at=w.at)
    w.others["decision"] = deciding_world.close(w)
    papers(w.application)


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
    series = Series.objects.create(city=city, run=run, code="11.1.1", title="Homes", unit="%")
    invited = people.invite("new@example.org", Role.CITY_EDITOR, city=city, language="en", by=w.delegate, at=w.at)
    told = {"organisation": hub, "by": w.secretary, "at": w.at}
    offered = people.invite("member@example.org", Role.ORGANISATION_MEMBER, **told)
    _reference()
    job = Job.objects.create(name="certification.write_report", key="x", state=Job.State.FAILED)
    found = {"run": run, "series": series, "invited": invited, "job": job}
    return {**found, "offered": offered, "hub": hub, "university": university}


def _reference():
    """One row of each set that everyone may read."""
    goal = Goal.objects.create(code="11", position=1, short={"en": "Cities"}, titles={"en": "Cities"})
    target = Target.objects.create(code="11.3", goal=goal, position=1, kind="outcome", titles={"en": "Plans"})
    Indicator.objects.create(code="11.3.1", target=target, position=1, titles={"en": "Ratio"})
    Tool.objects.create(slug="a-tool", name="A tool", owner="UN-Habitat", track="data", summary="It helps.")
    CaseStudy.objects.create(slug="a-study", title="A study", city_name="Kisumu", summary="It helped.")


# --- the table: url name, what the address names, who reads it
