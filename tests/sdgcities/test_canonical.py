"""Promises of canonical texts: RFC 8785, one text for one content."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdgcities import canonical
from sdgcities.models import Role


def test_the_example_of_rfc_8785_comes_out_byte_for_byte():
    content = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "€$\u000f\nA'\u0042\u0022\u005c\\\"/",
        "literals": [None, True, False],
    }
    assert canonical.text(content) == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )


def test_what_json_does_not_know_becomes_a_string():
    east = timezone(timedelta(hours=2))
    content = {
        "at": datetime(2026, 11, 21, 14, 0, tzinfo=east),
        "exact": datetime(2026, 11, 21, 12, 0, 0, 5, tzinfo=UTC),
        "day": date(2026, 11, 21),
        "id": UUID(int=1),
        "money": Decimal("1E+2"),
        "role": Role.AUDITOR,
        "all": {"b", "a"},
    }
    assert canonical.text(content) == (
        '{"all":["a","b"],"at":"2026-11-21T12:00:00Z","day":"2026-11-21","exact":"2026-11-21T12:00:00.000005Z",'
        '"id":"00000000-0000-0000-0000-000000000001","money":"100","role":"auditor"}'
    )


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        canonical.text(datetime(2026, 11, 21))  # noqa: DTZ001 - the point of the test


def test_what_is_no_document_is_refused():
    with pytest.raises(TypeError):
        canonical.text({"a": object()})


def test_a_member_that_occurs_twice_is_refused():
    with pytest.raises(ValueError, match="twice"):
        canonical.load('{"level":"silver","level":"gold"}')


WHOLE = st.integers(min_value=-(2**53) + 1, max_value=2**53 - 1)
WORDS = st.text(st.characters(exclude_categories=["Cs"]))
JSON = st.recursive(
    st.none() | st.booleans() | WHOLE | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner) | st.dictionaries(WORDS, inner),
    max_leaves=20,
)


@given(JSON)
def test_a_text_read_and_written_again_is_the_same(content):
    text = canonical.text(content)
    assert canonical.text(canonical.load(text)) == text


def test_the_digest_is_that_of_the_utf_8_bytes():
    assert canonical.digest("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert canonical.digest("é") == canonical.digest(b"\xc3\xa9")
