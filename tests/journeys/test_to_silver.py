"""One city walks the whole way to silver in the browser: its officials, the secretariat, the panel, the checker, the committee."""

import hashlib
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from certification.management import bodies, people
from certification.models import Application, Finding, Meeting
from certification.snapshots import stage_of
from sdgcities.models import City
from tests.journeys.walking import CITY, DISPUTED, MEMBERS, Walk, own, upload

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(live_server, settings):
    """The world as it is before the first step: countries, the city, the people with their seats, the standard."""
    settings.DEMONSTRATION = True
    call_command("load_reference", verbosity=0)
    call_command("load_library", verbosity=0)
    bodies.bring_in(at=timezone.now() - timedelta(hours=2))


@pytest.fixture
def walk_in(world, open_page, accessible, picture, live_server):
    """A function that opens a page, with OPTIONS of the browser, ready to walk."""
    return lambda **options: Walk(open_page(**options), live_server.url, accessible, picture)


def test_a_city_walks_to_silver(walk_in, work):
    """Start to register, each by the person whose turn it is, each through a page."""
    walk = walk_in()
    sign_in(walk)
    begin(walk)
    describe(walk)
    shelve(walk)
    answer_all(walk)
    hand_in(walk, work)
    screen(walk)
    judge(walk)
    reconcile(walk)
    respond_and_sign(walk, work)
    check_the_file(walk)
    meeting = convene(walk)
    decide(walk, meeting)
    work()
    stand_in_the_register(walk)
    assert walk.faults == []


# --- the city


def sign_in(walk: Walk) -> None:
    """Read the first page, then sign in through the form."""
    walk.page.goto("/")
    walk.look("home", chief=True)
    walk.go("scheme")
    walk.look("scheme")
    walk.go("register")
    walk.look("register-empty")
    walk.follow("Sign in")
    walk.look("sign-in", chief=True)
    walk.fill(login="delegate@example.org", password=people.PASSWORD)
    walk.press("Sign in")
    walk.go("desk")
    walk.says("Los Angeles")
    walk.look("desk-of-a-city")


def begin(walk: Walk) -> None:
    walk.follow("Apply for certification")
    walk.look("start")
    walk.choose("stage", "A")
    walk.press("Start the application")
    walk.reference = Application.objects.get().reference
    walk.says("0 of 9")


def describe(walk: Walk) -> None:
    """The territory and the mandate."""
    walk.follow("The territory")
    walk.look("scope")
    walk.fill(
        name="City of Los Angeles",
        kind="Municipality",
        boundary="City of Los Angeles, all fifteen council districts",
        population="3898747",
        population_year="2020",
        population_source="United States Census Bureau, 2020 census",
        authority="City of Los Angeles, Mayor and City Council",
    )
    walk.choose("boundary_kind", "units")
    walk.press("Save and return to the task list")
    walk.follow("The mandate")
    upload(walk, "Letter of mandate", "new-", departments="Office of the Mayor\nCity Planning")
    walk.choose("new-confidentiality", "restricted")
    walk.look("mandate")
    walk.press("Upload and save")


def shelve(walk: Walk) -> None:
    """A file goes straight to the shelf."""
    walk.go("shelf-show", CITY)
    walk.look("shelf")
    walk.go("shelf-add", CITY)
    upload(walk, "Work programme for two years", period_start="2026-01-01", period_end="2027-12-31")
    walk.look("shelf-add")
    walk.send()
    walk.look("shelf-evidence")


def answer_all(walk: Walk) -> None:
    """Every requirement with a judgement, reasons and a piece of evidence: the first uploaded, the others linked."""
    keys = walk.requirements()
    walk.to("city-answer", keys[0])
    walk.look("answer", chief=True)
    walk.page.get_by_text("Upload a file", exact=True).click()
    upload(walk, "Inventory of policies and data", "new-")
    walk.press("Upload and link")
    walk.says("Inventory of policies and data")
    for key in keys:
        answer(walk, key)
    walk.to("city-task-list")
    walk.says("9 of 9")
    walk.look("task-list", chief=True)


def answer(walk: Walk, key: str) -> None:
    assert f"/{key}/" in walk.page.url
    if not walk.page.locator("main button[value^='unlink:']").count():
        walk.page.get_by_text("Link a piece from your shelf", exact=True).click()
        wanted = "Work programme" if key.startswith(DISPUTED) else "Inventory"
        offered = walk.page.locator("select[name='link-version'] option", has_text=wanted)
        walk.page.locator("select[name='link-version']").select_option(offered.first.get_attribute("value"))
        walk.fill(**{"link-where": "page 1"})
        walk.press("Link")
    walk.choose("judgement", "met")
    walk.fill(narrative=f"What the city has done for {key} stands in the document beside this answer, with its dates.")
    walk.look("answer-with-evidence")
    walk.press("Save and go to the next")


def hand_in(walk: Walk, work) -> None:
    walk.to("city-check")
    walk.look("check", chief=True)
    walk.follow("Go on to hand in")
    walk.look("submit")
    walk.page.locator("[name='confirmed']").check()
    walk.press("Hand in")
    walk.look("receipt")
    work()
    walk.page.reload()
    walk.look("receipt-written")
    walk.to("city-case")
    walk.look("city-case", chief=True)


# --- the secretariat


def screen(walk: Walk) -> None:
    walk.become("secretariat")
    walk.go("desk")
    walk.look("desk-of-the-secretariat", chief=True)
    walk.go("secretariat-queue")
    walk.look("queue")
    walk.follow(walk.reference)
    walk.look("secretariat-case", chief=True)
    walk.press("Begin to screen")
    walk.follow("Verify the mandate")
    walk.look("verify")
    walk.fill(channel="Call to the Mayor's office, number from the city's own website")
    walk.send()
    walk.follow("Accept for review")
    walk.look("accept")
    main = walk.page.locator("main")
    main.get_by_label("Amara Diallo", exact=False).check()
    for name in ("Jonas Weber", "Priya Nair", "Mei Tanaka"):
        main.get_by_label(name, exact=False).check()
    walk.press("Accept and begin the review")
    assert walk.application.state == "in_review"
    walk.look("secretariat-case-in-review")


# --- the panel


def judge(walk: Walk) -> None:
    """Two evaluators on every criterion; one doubts A2, so the lead calls the third."""
    for key in ("evaluator1", "evaluator3"):
        declare(walk, key)
        walk.look("panel-case", chief=True)
        for finding in own(walk, key):
            find(walk, finding, doubts=key == "evaluator3" and finding.criterion == DISPUTED)
    declare(walk, "lead")
    walk.look("lead-case", chief=True)
    walk.to("lead-reconcile", DISPUTED)
    walk.look("discord")
    walk.follow("Call a third evaluator")
    walk.look("third")
    walk.page.get_by_label("Priya Nair").check()
    walk.send()
    declare(walk, "evaluator2")
    (finding,) = own(walk, "evaluator2")
    find(walk, finding, doubts=False)


def declare(walk: Walk, key: str) -> None:
    walk.become(key)
    walk.go("desk")
    walk.look("desk-of-a-judge")
    walk.follow("Declare your interests")
    walk.look("declare")
    walk.choose("conflict", "no")
    walk.page.locator("[name='signed']").check()
    walk.press("Sign the declaration")


def find(walk: Walk, finding: Finding, *, doubts: bool) -> None:
    """Verify each piece, mark each requirement, find, file."""
    walk.go("panel-finding", finding.pk)
    walk.look("finding", chief=True)
    for radio in walk.page.locator("input[type=radio][value=verified]").all():
        radio.check()
    for field_ in walk.page.locator("textarea[name^=why_]").all():
        field_.fill("Opened; its date and its figures were checked.")
    for radio in walk.page.locator("input[type=radio][name^=mark_][value=met]").all():
        radio.check()
    walk.choose("result", "partly_met" if doubts else "met")
    walk.fill(rationale="The second year has few dates." if doubts else "The evidence carries each requirement.")
    walk.press("Save and go on to file")
    walk.look("file")
    walk.press("File my finding")


def reconcile(walk: Walk) -> None:
    walk.become("lead")
    for criterion in stage_of(walk.application).criteria:
        walk.to("lead-reconcile", criterion.key)
        if criterion.key == DISPUTED:
            walk.look("reconcile", chief=True)
        for radio in walk.page.locator("input[type=radio][name^=mark_][value=met]").all():
            radio.check()
        walk.choose("result", "met")
        walk.fill(reason="Each requirement rests on evidence that the evaluators verified.")
        walk.press("Reconcile this criterion")
    walk.look("lead-case-reconciled")
    walk.follow("Send the draft report to the city")
    walk.look("send-draft")
    walk.press("Send the draft report to the city")
    assert walk.application.state == "responding"


def respond_and_sign(walk: Walk, work) -> None:
    work()
    walk.become("delegate")
    walk.go("desk")
    walk.follow("Read the draft report and respond")
    walk.look("respond", chief=True)
    walk.fill(text="The city thanks the panel and will add months to its second year.")
    walk.press("Hand in the response")
    walk.look("city-case-responded")
    walk.become("lead")
    walk.go("desk")
    walk.follow("The city has responded")
    walk.follow("Sign the stage report")
    walk.look("sign")
    walk.press("Sign the stage report")
    walk.look("lead-case-signed")
    assert walk.application.state == "reported"
    work()


# --- the file check


def check_the_file(walk: Walk) -> None:
    walk.become("secretariat")
    walk.to("secretariat-case")
    walk.follow("Name a file checker")
    walk.look("assign-file-checker")
    walk.page.get_by_label("Omar Haddad").check()
    walk.send()
    declare(walk, "checker")
    walk.look("checker-case")
    walk.press("Take the file")
    walk.look("checker-case-taken", chief=True)
    walk.follow("Read the report")
    walk.look("report", chief=True)
    walk.to("checker-recommend")
    walk.look("recommend")
    walk.choose("recommendation", "proceed")
    walk.fill(reasons="Complete: each criterion has its findings and its reasons, and the digests are equal.")
    walk.press("Put it on file")


# --- the committee


def convene(walk: Walk) -> Meeting:
    walk.become("secretariat")
    walk.go("committee-seats")
    walk.look("seats")
    walk.go("committee-meetings")
    walk.look("meetings")
    walk.go("committee-plan")
    walk.look("plan")
    walk.page.locator("select[name='committee']").select_option(index=1)
    soon = timezone.now().replace(second=0, microsecond=0) + timedelta(minutes=2)
    walk.fill(scheduled_at=soon.strftime("%Y-%m-%dT%H:%M"))
    walk.press("Plan the meeting")
    walk.follow("Put cases on the agenda")
    walk.look("agenda")
    walk.press(f"Put {walk.reference} on the agenda")
    return Meeting.objects.get()


def decide(walk: Walk, meeting: Meeting) -> None:
    walk.become("chair")
    walk.go("committee-meeting", meeting.reference)
    walk.look("meeting-planned")
    walk.press("Open the meeting")
    for key in MEMBERS:
        walk.become(key)
        walk.go("committee-meeting", meeting.reference)
        walk.press("I am present")
        walk.go("committee-item", meeting.reference, walk.reference)
        walk.look("item-undeclared")
        walk.choose("conflict", "no")
        walk.press("Sign the declaration")
    walk.become("chair")
    walk.go("committee-item", meeting.reference, walk.reference)
    walk.press("Open the vote")
    for key in MEMBERS:
        walk.become(key)
        walk.go("committee-item", meeting.reference, walk.reference)
        walk.look("item-voting", chief=True)
        walk.choose("choice", "abstain" if key == "member4" else "yes")
        walk.page.locator("form[action$='/vote/'] button").click()
        walk.page.wait_for_load_state()
    walk.become("chair")
    walk.go("committee-item", meeting.reference, walk.reference)
    walk.page.locator("form[action$='/close/'] [name='reasons']").fill("Every criterion is met on the report's record.")
    walk.press("Close the vote")
    walk.look("item-decided", chief=True)
    walk.go("committee-meeting", meeting.reference)
    walk.look("meeting-open")
    walk.press("Close the meeting")
    walk.go("committee-minutes", meeting.reference)
    walk.look("minutes")


# --- everyone


def stand_in_the_register(walk: Walk) -> None:
    certificate = walk.application.certificates.get()
    walk.become("delegate")
    walk.to("city-case")
    walk.look("city-case-decided")
    walk.page.context.clear_cookies()
    walk.go("register")
    walk.fill(q="los ang")
    walk.page.locator("main form button[type=submit]").first.click()
    walk.page.wait_for_load_state()
    walk.says("Los Angeles")
    walk.look("register", chief=True)
    walk.page.locator(f"main a[href='{reverse('register-certificate', args=[certificate.reference])}']").first.click()
    walk.page.wait_for_load_state()
    walk.says(certificate.digest)
    walk.look("certificate", chief=True)
    told = walk.page.request.get(reverse("register-json", args=[certificate.reference]))
    assert hashlib.sha256(told.body()).hexdigest() == certificate.digest
    assert walk.page.request.get(reverse("register-pdf", args=[certificate.reference])).body().startswith(b"%PDF")


def test_an_answer_is_saved_without_javascript(walk_in):
    """Sign in, start, open the task list, save an answer: no script runs."""
    walk = walk_in(java_script_enabled=False)
    walk.page.goto(reverse("account_login"))
    walk.fill(login="delegate@example.org", password=people.PASSWORD)
    walk.press("Sign in")
    walk.go("city-start", City.objects.get(slug=CITY).slug)
    walk.choose("stage", "A")
    walk.press("Start the application")
    walk.reference = Application.objects.get().reference
    walk.picture(walk.page, "task-list")
    walk.page.locator("main a[href$='/tasks/A1.1/']").first.click()
    walk.choose("judgement", "met")
    walk.fill(narrative="Saved without a script.")
    walk.press("Save and stay")
    walk.says("Your answer is saved.")
    assert walk.application.answers.get().narrative == "Saved without a script."
    walk.picture(walk.page, "answer")
