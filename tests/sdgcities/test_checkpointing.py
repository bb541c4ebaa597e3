"""Promises of checkpoints: signed over what was verified, each continuing the one before, told in the journal."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from sdgcities import jobs, journal, keys, proving
from sdgcities.actions import checkpointing
from sdgcities.errors import Refused
from sdgcities.models import Checkpoint, Entry, Job, PublicKey, Subtree, User
from sdgcities.verify_journal import GENESIS, check_published, consistent, leaf, read_checkpoints, read_keys

AT = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    return User.objects.create_user("ana@example.org", name="Ana")


@journal.journaled
def told(person, times, at=AT):
    for number in range(times):
        journal.record("person.told", person, by=person, at=at, number=number)


def published():
    return read_checkpoints(Checkpoint.objects.order_by("size").values_list("line", flat=True))


def ours():
    return read_keys(json.dumps(keys.document()))


def test_a_checkpoint_says_size_and_root_and_is_signed(person):
    told(person, 5)
    before = proving.verify()
    line = json.loads(checkpointing.make(by=None, at=AT).line)
    assert before.size == Entry.objects.count() - 2
    assert (line["size"], line["root"], line["at"]) == (before.size, before.root, "2026-11-21T12:30:00Z")
    assert check_published(published(), ours()) is None


def test_each_continues_the_one_before_and_a_proof_leads_between_any_two(person):
    sizes = []
    for times in (1, 2, 7, 30, 64):
        told(person, times)
        sizes.append(checkpointing.make(by=None, at=AT).size)
    assert check_published(published(), ours()) is None
    first, last = Checkpoint.objects.get(size=sizes[0]), Checkpoint.objects.get(size=sizes[-1])
    straight = [one for one in published() if one.size in (first.size, last.size)]
    straight[1].told["consistency"] = proving.proof(first.size, last.size)
    fault = check_published(straight, ours())
    assert fault.code == "signature"  # the line is not the one that was signed, though its proof holds
    parts = [bytes.fromhex(part) for part in proving.proof(first.size, last.size)]
    assert consistent(first.size, last.size, bytes.fromhex(first.root), bytes.fromhex(last.root), parts)


def test_proofs_are_the_same_from_kept_subtrees_and_from_the_rows(person):
    told(person, 600)
    size = checkpointing.make(by=None, at=AT).size
    kept = {
        (first, second): proving.proof(first, second)
        for first in (1, 255, 256, 300, 513)
        for second in (513, 600, size)
    }
    assert Subtree.objects.filter(level=8).count() == size // 256
    Subtree.objects.all().delete()
    assert {pair: proving.proof(*pair) for pair in kept} == kept


def test_nothing_new_makes_no_new_checkpoint(person):
    told(person, 1)
    made = checkpointing.make(by=None, at=AT)
    assert checkpointing.make(by=None, at=AT + timedelta(hours=1)) == made
    told(person, 1)
    assert checkpointing.make(by=None, at=AT + timedelta(hours=2)).size > made.size


def test_the_journal_tells_of_it_and_of_the_key(person):
    told(person, 1)
    made = checkpointing.make(by=person, at=AT)
    entry = journal.of(made).get()
    assert json.loads(entry.body) == {"root": made.root, "size": made.size, "line": made.line}
    assert entry.actor == person.pk
    assert Entry.objects.filter(act="key.published", object=journal.name_of(PublicKey.objects.get())).count() == 1


def test_a_key_of_before_stays_published(person, settings):
    told(person, 1)
    checkpointing.make(by=None, at=AT)
    settings.SIGNING_KEYS = {"journal": "YW5vdGhlciBrZXksIG9mIGV4YWN0bHkgMzIgYnl0ZXM="}
    told(person, 1)
    checkpointing.make(by=None, at=AT + timedelta(days=1))
    assert len(keys.document()["verificationMethod"]) == 2
    assert check_published(published(), ours()) is None


@pytest.mark.parametrize("given", ["", "dG9vIHNob3J0", "no base64!"])
def test_without_a_key_it_is_refused_with_a_sentence(person, settings, given):
    settings.SIGNING_KEYS = {"journal": given}
    told(person, 1)
    with pytest.raises(Refused, match="Whoever runs this site"):
        checkpointing.make(by=None, at=AT)
    assert not Checkpoint.objects.exists()


@journal.journaled
def forged(person, **body):
    journal.record("journal.checkpointed", person, by=person, at=AT, **body)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"size": 1, "root": "0" * 64},
        {"size": 10**15, "root": "0" * 64},
        {"size": [1], "root": 7},
        {"line": 7},
        {"line": "x"},
        {"line": '{"size":1e999}'},
        {"line": "[" * 5000},
    ],
)
def test_what_anyone_may_write_into_the_journal_stops_no_checkpoint(person, body):
    forged(person, **body)
    assert proving.verify().fault is None
    assert checkpointing.make(by=None, at=AT).size == Entry.objects.count() - 2


def test_a_checkpoint_that_the_journal_tells_of_counts_though_its_row_is_gone(person):
    told(person, 3)
    checkpointing.make(by=None, at=AT)
    Checkpoint.objects.all().delete()
    told(person, 3)
    broken(chained=True)
    assert proving.verify().fault.code == "rewritten"


def test_a_published_line_is_held_to_its_signature_and_its_columns(person):
    told(person, 3)
    made = checkpointing.make(by=None, at=AT)
    for change in ({"root": "0" * 64}, {"at": "2020-01-01T00:00:00Z"}):
        line = json.dumps({**json.loads(made.line), **change}, sort_keys=True, separators=(",", ":"))
        Checkpoint.objects.update(line=line, root=change.get("root", made.root))
        assert proving.verify().fault.code == "signature"
    Checkpoint.objects.update(line=made.line, root="0" * 64)
    assert proving.verify().fault.code == "checkpoint"
    Checkpoint.objects.update(line="no line", root=made.root)
    assert proving.verify().fault.code == "checkpoint"


def test_subtrees_that_somebody_changed_are_made_anew(person):
    told(person, 300)
    checkpointing.make(by=None, at=AT)
    Subtree.objects.update(root="0" * 64)
    told(person, 300)
    checkpointing.make(by=None, at=AT)
    assert check_published(published(), ours()) is None
    Subtree.objects.filter(place=0).delete()
    told(person, 300)
    checkpointing.make(by=None, at=AT)
    assert check_published(published(), ours()) is None


def test_a_published_key_that_somebody_changed_signs_no_more(person):
    told(person, 1)
    checkpointing.make(by=None, at=AT)
    PublicKey.objects.update(multibase=keys.multibase(bytes(32)))
    Checkpoint.objects.all().delete()
    told(person, 1)
    with pytest.raises(Refused, match="Somebody changed it"):
        checkpointing.make(by=None, at=AT)


def broken(*, chained=False):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("ALTER TABLE journal.journal_entry DISABLE TRIGGER USER")
        else:
            cursor.execute("DROP TRIGGER journal_entry_stays")
        cursor.execute(
            "UPDATE journal_entry SET act = 'person.other' WHERE seq = (SELECT max(seq) - 1 FROM journal_entry)"
            if not chained
            else "UPDATE journal_entry SET act = 'person.other' WHERE seq = 1"
        )
    last = ""
    for row in list(proving.rows()) if chained else []:
        text = json.dumps(
            {**json.loads(row[3]), "previous": last or GENESIS},
            sort_keys=True,
            separators=(",", ":"),
            ensure_ascii=False,
        )
        Entry.objects.filter(pk=row[0]).update(previous=last or GENESIS, digest=leaf(text))
        last = leaf(text)


def test_nothing_is_signed_over_a_broken_journal(person):
    told(person, 3)
    broken()
    with pytest.raises(Refused, match="Row .* was changed") as refusal:
        checkpointing.make(by=None, at=AT)
    assert refusal.value.rule == "R-H1"


def test_the_worker_makes_what_a_person_asks_for(person, work):
    told(person, 1)
    checkpointing.ask(by=person, at=AT)
    checkpointing.ask(by=person, at=AT)
    work()
    assert Job.objects.filter(name="sdgcities.make_checkpoint", state=Job.State.DONE).count() == 1
    assert Entry.objects.get(act="journal.checkpointed").actor == person.pk


def test_the_timer_lets_it_be_where_no_key_is_set_and_a_person_is_told(person, settings, work):
    settings.SIGNING_KEYS = {"journal": ""}
    with transaction.atomic():
        jobs.later("sdgcities.make_checkpoint", key="timer:1")
    assert work() == (1, 0)
    checkpointing.ask(by=person, at=AT)
    assert work() == (0, 1)
    assert "No key is set" in Job.objects.get(state=Job.State.FAILED).last_error


def test_verify_journal_tells_what_it_saw(person, tmp_path):
    told(person, 4)
    line = StringIO()
    call_command("make_checkpoint", stdout=line)
    kept = tmp_path / "kept.jsonl"
    kept.write_text(line.getvalue(), encoding="utf-8")
    said = StringIO()
    call_command("verify_journal", checkpoints=kept, stdout=said)
    assert said.getvalue().startswith(f"{Entry.objects.count()} rows, all as they were written")


def test_verify_journal_ends_with_1_and_names_the_row(person):
    told(person, 3)
    broken()
    said = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("verify_journal", "--json", stdout=said)
    assert end.value.code == 1
    told_of = json.loads(said.getvalue())["fault"]
    assert told_of["code"] == "edited"
    assert told_of["seq"] == json.loads(said.getvalue())["size"] + 1


def test_verify_journal_refuses_a_file_that_is_none(tmp_path):
    path = tmp_path / "kept.jsonl"
    path.write_text("no checkpoint\n", encoding="utf-8")
    with pytest.raises(CommandError, match="Line 1 is no checkpoint"):
        call_command("verify_journal", checkpoints=path)


def test_a_checkpoint_signed_by_nobody_known_does_not_count(person, tmp_path):
    told(person, 1)
    line = json.loads(checkpointing.make(by=None, at=AT).line)
    for change, code in (({"size": line["size"] + 1}, "signature"), ({"key": "did:web:x#journal-0"}, "unknown_key")):
        path = tmp_path / f"{code}.jsonl"
        path.write_text(json.dumps({**line, **change}) + "\n", encoding="utf-8")
        said = StringIO()
        with pytest.raises(SystemExit):
            call_command("verify_journal", checkpoints=path, stdout=said)
        assert said.getvalue().startswith(code)
