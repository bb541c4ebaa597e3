"""Why a job failed is said in words, whatever the machine said."""

import pytest

from sdgcities.causes import UNKNOWN, cause


@pytest.mark.parametrize(
    ("told", "begins"),
    [
        ("SMTPRecipientsRefused: {'a@example.org': (550, b'no')}", "The mail server did not answer"),
        ("ConnectionRefusedError: [Errno 111]", "The mail server did not answer"),
        ("FileNotFoundError: [Errno 2] kept/ab/abc", "A file that is needed"),
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("OperationalError: server closed the connection", "The database did not answer"),
        ("DoesNotExist: Submission matching query does not exist.", "What the job is about does not exist"),
        ("The worker fell silent.", "The program that did the work stopped"),
        ("ZeroDivisionError: division by zero", str(UNKNOWN)),
        ("", str(UNKNOWN)),
    ],
)
def test_a_cause_is_a_sentence(told, begins):
    assert str(cause(told)).startswith(begins)


def test_a_refusal_is_its_own_sentence():
    told = "This report is in Chinese, and no Chinese font is installed: install one."
    assert cause(told) == told
