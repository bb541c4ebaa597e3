"""One application from its start to its signed report, by the requests that browsers send: each by the person whose turn it is."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

from certification.management.people import CITY, PASSWORD
from tests.visiting import Visitor


def take_to_a_report(address):
    """Start, answer, hand in, screen, judge, reconcile, respond, sign; gives the reference and everyone's session."""
    people = {key: signed_in(address, key) for key in PEOPLE}
    city, lead = people["delegate"], people["lead"]
    case = started(city)
    answered(city, case)
    handed_in(city, case)
    screened(people["secretariat"], case)
    for key in ("evaluator1", "evaluator3"):
        judged(people[key], case)
    declared(lead, case)
    reconciled(lead, case)
    responded(city, case)
    lead.agree(f"/case/{case}/lead/sign/")
    return case, people


PEOPLE = ("delegate", "secretariat", "lead", "evaluator1", "evaluator3", "newcity")


def signed_in(address, key):
    someone = Visitor(address)
    someone.read("/accounts/login/")
    someone.send(login=f"{key}@example.org", password=PASSWORD)
    assert someone.at.endswith("/desk/"), someone.at
    return someone


# --- the city


def started(city):
    city.read(f"/cities/{CITY}/apply/")
    city.send(stage="A")
    case = re.search(r"/case/([^/]+)/", city.at)[1]
    city.read(f"/case/{case}/scope/")
    city.send(
        name="City of Los Angeles",
        kind="Municipality",
        boundary_kind="units",
        boundary="All fifteen council districts",
        population="3898747",
        population_year="2020",
        population_source="United States Census Bureau, 2020 census",
        authority="City of Los Angeles, Mayor and City Council",
    )
    city.read(f"/case/{case}/mandate/")
    city.send(**paper("new__", "Letter of mandate"), new__departments="Office of the Mayor", file=file("new-"))
    return case


def paper(head, title):
    """What is told of an upload; HEAD stands before its fields' names."""
    dated = (datetime.now(UTC) - timedelta(days=20)).date().isoformat()
    told = {"title": title, "source": "City Planning", "dated_on": dated, "language": "en", "confidentiality": "public"}
    return {f"{head}{name}": value for name, value in told.items()}


def file(head, title="letter of mandate"):
    return (f"{head}file", f"{title.replace(' ', '-')}.txt", f"{title}: what the city did, and when.\n".encode())


def answered(city, case):
    """Every requirement with a judgement, reasons and a piece of evidence: the first uploaded, the others linked."""
    tasks = city.read(f"/case/{case}/tasks/")
    keys = list(dict.fromkeys(re.findall(rf"/case/{case}/tasks/([A-D][\d.]+)/", tasks)))
    assert len(keys) == 9
    for key in keys:
        city.read(f"/case/{case}/tasks/{key}/")
        if key == keys[0]:
            told = paper("new__", "Inventory of policies and data")
            city.send(**told, file=file("new-", "inventory"), act="upload")
        else:
            piece = offered(city, "link-version", "Inventory of policies")
            city.send(link__version=piece, link__where="page 1", act="link")
        city.read(f"/case/{case}/tasks/{key}/")
        city.send(judgement="met", narrative=f"What the city did for {key} stands beside this.", act="save")


def offered(someone, name, words):
    """The value that a list or a choice of NAME gives to what is shown by WORDS."""
    for value, shown in re.findall(r'value="([^"]+)"[^>]*>(?:\s|<label[^>]*>)*([^<]+)', someone.page):
        if words in unescape(shown) and value in someone.form(name).offered[name]:
            return value
    raise AssertionError((someone.at, name, words))


def handed_in(city, case):
    city.read(f"/case/{case}/submit/")
    city.send(confirmed="on")


# --- the secretariat and the panel


def screened(secretariat, case):
    secretariat.read(f"/case/{case}/secretariat/")
    secretariat.send(to="take-up")
    secretariat.read(f"/case/{case}/secretariat/verify/")
    secretariat.send(channel="Call to the Mayor's office, number from the city's own website")
    secretariat.read(f"/case/{case}/secretariat/accept/")
    judges = [offered(secretariat, "evaluators", name) for name in ("Jonas Weber", "Mei Tanaka")]
    secretariat.send(lead=offered(secretariat, "lead", "Amara Diallo"), evaluators=judges)


def declared(judge, case):
    judge.read(f"/case/{case}/declare/")
    judge.send(conflict="no", signed="on")


def judged(evaluator, case):
    declared(evaluator, case)
    page = evaluator.read(f"/case/{case}/panel/")
    findings = list(dict.fromkeys(re.findall(r"/findings/([0-9a-f-]{36})/", page)))
    assert len(findings) == 3
    for finding in findings:
        evaluator.read(f"/findings/{finding}/")
        evaluator.send(**verdict(evaluator, "result", "rationale"))
        evaluator.agree(f"/findings/{finding}/file/")


def verdict(someone, *names):
    """The page's form filled with "met", every piece verified, and words wherever words are asked for."""
    form = someone.form(*names)
    told = {"result": "met"}
    for name in form.offered:
        if name.startswith("mark_"):
            told[name] = "met"
        elif name.startswith("verdict_"):
            told[name] = "verified"
        elif name in {"rationale", "reason"}:
            told[name] = "The evidence carries each requirement."
    return told


def reconciled(lead, case):
    for criterion in ("A1", "A2", "A3"):
        lead.read(f"/case/{case}/lead/{criterion}/reconcile/")
        lead.send(**verdict(lead, "result", "reason"))
    lead.agree(f"/case/{case}/lead/send-draft/")


def responded(city, case):
    city.read(f"/case/{case}/respond/")
    city.send(text="The city thanks the panel.")
