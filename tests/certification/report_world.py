"""Cases walked through the verbs up to a signed report, in any language, with gaps where they are wanted."""

from datetime import date

from certification.actions import applying, reconciling, responding, reviewing, screening
from certification.actions.panelling import CheckInput, MarkInput
from certification.models import Answer, Finding, Reconciliation, Seat, StageReport
from sdgcities.models import City
from tests.certification import factories as make
from tracks.actions import shelving
from tracks.models import ImportRun, Observation, Series

WORDS = {
    "en": {
        "city": "Los Angeles",
        "scope": make.SCOPE,
        "document": "Inventory of policies",
        "source": "City Planning Department",
        "narrative": "What the city does, and where it is written.",
        "rationale": "Read and compared with the requirement.",
        "reason": "Every requirement rests on evidence that the evaluators verified.",
        "gap": "The document names neither the people who are responsible nor a date.",
        "closing": "Name the people who are responsible and give each step a date; the council adopts the result.",
        "na": "The city has no legal competence in this matter; the state has it.",
        "response": "The city thanks the panel and will bring its work programme up to date.",
        "third": "One evaluator missed the dates on page 12; the third found them.",
    }
}


def world(language="en", words=None):
    """A world whose city, panel and people work in LANGUAGE; W.words are what they write."""
    w = make.world()
    w.words = words or WORDS["en"]
    w.language = language
    w.city.name = w.words["city"]
    w.city.names = {language: w.words["city"], **w.words.get("names", {})}
    w.city.save()
    w.city = City.objects.get(pk=w.city.pk)
    if w.panel.language != language:
        w.panel = make.panel(w.mechanism, language)
        w.lead = make.panel_member(w.panel, Seat.Duty.LEAD)
        w.evaluators = [make.panel_member(w.panel) for _ in range(4)]
    return w


def measured(w, series):
    """W's city with SERIES, each (code, title, unit, rows of (year, value, dimensions))."""
    run = ImportRun.objects.create(
        city=w.city, digest="0" * 64, rows_read=1, rows_kept=1, report={}, by=w.editor, at=w.at
    )
    for code, title, unit, rows in series:
        one = Series.objects.create(
            city=w.city, code=code, title=title, unit=unit, source=w.words["source"], coverage=w.city.name, run=run
        )
        for place, (year, value, dimensions) in enumerate(rows, 2):
            Observation.objects.create(
                series=one, position=place, period=str(year), year=year, value_raw=value, value=float(value),
                dimensions=dimensions, dimensions_key=str(sorted(dimensions.items())),
            )  # fmt: skip
    return w


def evidence(w, title, *, number, confidentiality="public"):
    return shelving.put(
        w.city,
        title=title,
        file=f"{title} {number} {next(make._numbers)}\n".encode(),
        file_name="evidence.txt",
        source=w.words["source"],
        dated_on=date(2026, 6, number % 28 + 1),
        period_start=date(2025, 1, 1),
        period_end=date(2025, 12, 31),
        language=w.language,
        confidentiality=confidentiality,
        by=w.editor,
        at=w.at,
    )


def submitted(w, stage="A", *, restricted=()):
    """W handed in: one piece for each criterion and one for each requirement of it; RESTRICTED requirements' are not public."""
    w.stage = stage
    w.application = applying.start(w.city, stage=stage, language=w.language, by=w.editor, at=w.at)
    applying.set_scope(w.application, **w.words["scope"], by=w.editor, at=w.at)
    letter = evidence(w, w.words["document"], number=1)
    applying.give_mandate(w.application, letter=letter, departments="-", by=w.editor, at=w.at)
    for criterion in w.standard.content.stage(stage).criteria:
        shared = evidence(w, f"{w.words['document']} {criterion.key}", number=2)
        for place, one in enumerate(criterion.requirements, 3):
            applying.save_answer(
                w.application,
                requirement=one.key,
                judgement=Answer.Judgement.MET,
                narrative=w.words["narrative"],
                base_version=0,
                by=w.editor,
                at=w.at,
            )
            kind = "restricted" if one.key in restricted else "public"
            own = evidence(w, f"{w.words['document']} {one.key}", number=place, confidentiality=kind)
            applying.link(w.application, requirement=one.key, version=shared, where="1–4", by=w.editor, at=w.at)
            applying.link(w.application, requirement=one.key, version=own, where="", by=w.editor, at=w.at)
    applying.submit(w.application, by=w.delegate, at=w.later(hours=1))
    return w


def in_review(w):
    """W with its panel at work, everybody declared."""
    screening.take_up(w.application, by=w.secretary, at=w.later(days=1))
    screening.verify_mandate(w.application, channel="-", by=w.secretary, at=w.at)
    screening.accept(
        w.application, panel=w.panel, lead=w.lead, evaluators=w.evaluators[:2], by=w.secretary, at=w.later(days=1)
    )
    w.later(days=11)
    for one in (w.lead, *w.evaluators[:2]):
        reviewing.declare(w.application, conflict=False, by=one, at=w.at)
    w.application = w.case
    return w


def judged(w, *, gaps=(), beside=()):
    """W reconciled: requirements in GAPS are not met, those in BESIDE do not apply; a criterion follows from them (R-C6)."""
    for criterion in w.standard.content.stage(w.stage).criteria:
        keys = [one.key for one in criterion.requirements]
        marks = {key: _mark(w, key, gaps, beside) for key in keys}
        result = _result(marks)
        for person in w.evaluators[:2]:
            _finds(w, criterion, person, result, marks)
        _reconciles(w, criterion, result, marks)
    return w


def _mark(w, key, gaps, beside):
    if key in gaps:
        return MarkInput("not_met", w.words["gap"])
    return MarkInput("not_applicable", w.words["na"]) if key in beside else MarkInput("met")


def _result(marks):
    given = {one.mark for one in marks.values()}
    if given == {"not_applicable"}:
        return "not_applicable"
    if "not_met" not in given:
        return "met"
    return "partly_met" if "met" in given else "not_met"


def _finds(w, criterion, person, result, marks):
    finding = Finding.objects.get(application=w.application, criterion=criterion.key, person=person, cycle=w.case.cycle)
    links = w.application.links.filter(requirement__in=list(marks))
    reviewing.save_finding(
        finding,
        result=result,
        rationale=w.words["rationale"],
        marks=marks,
        checks={link.pk: CheckInput("verified") for link in links},
        by=person,
        at=w.later(hours=1),
    )
    reviewing.file(finding, by=person, at=w.at)


def _reconciles(w, criterion, result, marks):
    reconciling.reconcile(
        w.application,
        criterion=criterion.key,
        result=result,
        marks=marks,
        reason=w.words["reason"] if result == "met" else w.words["na" if result == "not_applicable" else "gap"],
        closing=w.words["closing"] if result in {"partly_met", "not_met"} else "",
        by=w.lead,
        at=w.later(hours=1),
    )


def reported(w):
    """W's draft sent, answered and signed; gives the signed report."""
    reconciling.send_draft(w.application, by=w.lead, at=w.later(days=2))
    responding.respond(w.application, text=w.words["response"], corrections={}, by=w.delegate, at=w.later(days=5))
    reconciling.sign(w.application, by=w.lead, at=w.later(days=1))
    w.application = w.case
    return StageReport.objects.get(application=w.application, draft=False)


def drafts(w):
    return StageReport.objects.filter(application=w.application, draft=True)


def reconciliations(w):
    return Reconciliation.objects.filter(application=w.application)
