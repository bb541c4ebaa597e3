"""The panel's pages in the reader's language: the criterion as its translation has it, and what stays in another said to be so."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from tests.certification.panel_world import at_work, filed, own

pytestmark = pytest.mark.django_db


def reading(person, language):
    one = Client()
    one.force_login(person)
    one.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return one


@pytest.mark.parametrize("language", ["ar", "es", "fr", "ru", "zh-hans"])
def test_the_panel_reads_the_criterion_in_the_readers_language(language):
    w = at_work()
    for evaluator in w.evaluators[:2]:
        filed(w, evaluator)
    english = w.application.standard.content.stages[0].criteria[0].title
    criterion = w.application.standard.told(language).stages[0].criteria[0]
    finding, case = own(w, w.evaluators[0]), [w.application.reference, "A1"]
    for person, pages in (
        (w.evaluators[0], [reverse("panel-finding", args=[finding.pk]), reverse("panel-file", args=[finding.pk])]),
        (w.lead, [reverse("lead-reconcile", args=case), reverse("lead-allocate", args=case)]),
    ):
        reader = reading(person, language)
        for address in pages:
            page = reader.get(address).content.decode()
            assert escape(criterion.title) in page, address
            assert english not in page, address
        page, guidance = reader.get(pages[0]).content.decode(), criterion.requirements[0].guidance
        assert [one.key for one in criterion.requirements if escape(one.title) not in page] == []
        assert f'<span lang="en" dir="ltr">{escape(guidance)}</span>' in page


def test_a_criterion_that_the_stage_does_not_have_is_no_page():
    w = at_work()
    assert reading(w.lead, "en").get(reverse("lead-allocate", args=[w.application.reference, "Z9"])).status_code == 404
