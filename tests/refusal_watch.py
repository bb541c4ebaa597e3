"""Notes which refusal each test provokes: by the place that raises it, and by its words where one place has several."""

import os
import re
import sys
from collections import defaultdict

import pytest

from tests import refusal_table
from tests.refusal_sites import ANOTHERS, HOUSE, sites

WRITES = os.environ.get("REFUSALS") == "1"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


class Watch:
    """A plugin: holds each test to the rows that name it, and with REFUSALS=1 writes the page at the end."""

    def __init__(self, config):
        self.config = config
        self.seen = set()
        self.provoked = defaultdict(set)
        self.places = defaultdict(list)
        for site in sites():
            self.places[site.path].append((site, pattern(site.sentence)))
        self.promised = defaultdict(set)
        for row in refusal_table.read():
            self.promised[row.test].add(row.key)
        self.collected = set()

    # --- listening

    def listen(self):
        """Wrap the three ways in which the house says no."""
        from django.core.exceptions import ValidationError
        from django.forms.forms import BaseForm

        from sdgcities.errors import Refused

        watch = self

        def heard(function, text_of):
            def told(self, *args, **kwargs):
                function(self, *args, **kwargs)
                watch.note(text_of(self, args))

            return told

        Refused.__init__ = heard(Refused.__init__, lambda refusal, _args: str(refusal))
        ValidationError.__init__ = heard(ValidationError.__init__, lambda error, _args: words_of(error))
        BaseForm.add_error = heard(BaseForm.add_error, lambda _form, args: str(args[1]) if len(args) > 1 else "")

    def note(self, text):
        frame, said = sys._getframe(2), False
        for _step in range(12):
            if frame is None:
                break
            path = frame.f_code.co_filename
            if path.startswith(str(HOUSE)):
                said = self.note_place(path.removeprefix(f"{HOUSE}/"), frame.f_lineno, text) or said
            frame = frame.f_back
        if not said:
            self.note_words(text)

    def note_place(self, path, line, text):
        here = [(site, words) for site, words in self.places.get(path, ()) if site.first <= line <= site.last]
        fitting = [site for site, words in here if site.sentence == ANOTHERS or words.fullmatch(text)]
        if not fitting and len(here) == 1:
            fitting = [here[0][0]]  # said in another language
        self.seen.update(site.key for site in fitting)
        return bool(fitting)

    def note_words(self, text):
        """A sentence that is looked up elsewhere than it is raised: a field's own error messages, a form's table."""
        for path, places in self.places.items():
            if "/forms" in path:
                self.seen.update(site.key for site, words in places if words.fullmatch(text))

    # --- test by test

    def pytest_collection_modifyitems(self, items):
        self.collected = {named(item) for item in items}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item):
        self.seen = set()
        outcome = yield
        for key in self.seen:
            self.provoked[key].add(named(item))
        missing = self.promised.get(named(item), set()) - self.seen
        if missing and not WRITES:
            pytest.fail(
                f"docs/refusals.md says that this test provokes what it does not: {sorted(missing)}", pytrace=False
            )
        return outcome

    def pytest_sessionfinish(self, session):
        told = [(key, sorted(tests)) for key, tests in self.provoked.items()]
        if hasattr(self.config, "workeroutput"):
            self.config.workeroutput["refusals"] = (told, sorted(self.collected))
        elif WRITES:
            self.write()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node, error):
        told, collected = getattr(node, "workeroutput", {}).get("refusals", ([], []))
        for key, tests in told:
            self.provoked[tuple(key)].update(tests)
        self.collected.update(collected)

    def write(self):
        whole = not self.config.args or self.config.args == ["tests"]
        known = set() if whole else self.still_there()
        left = refusal_table.write(self.provoked, known)
        sys.stdout.write(f"\ndocs/refusals.md is written; {len(left)} rows without a test.\n")
        for row in left:
            sys.stdout.write(f"  {row.where}: {row.sentence}\n")

    def still_there(self):
        """Tests named by the page that were not run now: they keep their rows."""
        named = {row.test for row in refusal_table.read() if row.test}
        return {test for test in named if test not in self.collected}


def named(item):
    """The id of ITEM as the page has it: without the group that xdist hangs on it with `--dist loadgroup`."""
    groups = {mark.args[0] if mark.args else mark.kwargs["name"] for mark in item.iter_markers("xdist_group")}
    return item.nodeid.removesuffix("@" + "_".join(sorted(groups)))


def pattern(sentence):
    """What a sentence looks like when its placeholders are filled in."""
    return re.compile("(?s:.*)".join(re.escape(part) for part in PLACEHOLDER.split(sentence)))


def words_of(error):
    return str(error.message) if hasattr(error, "message") else ""
