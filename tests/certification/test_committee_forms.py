"""What a committee writes has a measure: it stands in a letter."""

import pytest
from django.forms import CharField

from certification.forms import committee

FORMS = {
    "declare": committee.Declare(),
    "vote": committee.CastVote(),
    "depart": committee.Depart(criteria=[("A1", "One")]),
    "close": committee.Close(),
    "defer": committee.Defer(criteria=[("A1", "One")]),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_every_text_of_a_committee_has_a_measure(form):
    texts = {name: field for name, field in form.fields.items() if isinstance(field, CharField) and name != "digest"}
    assert texts
    assert {field.max_length for field in texts.values()} == {committee.LONGEST}


def test_a_longer_text_is_answered_at_its_field():
    form = committee.Close({"reasons": "x" * (committee.LONGEST + 1)})
    assert set(form.errors) == {"reasons"}
    assert committee.Close({"reasons": "x" * committee.LONGEST}).is_valid()
