"""How the setting up of bodies declines: the sentence, and that nothing has changed."""

import pytest

from certification.actions import establishing
from tests.certification import factories as make
from tests.certification.declining import declined

pytestmark = pytest.mark.django_db

VERBS = {
    "mechanism": lambda w, **told: establishing.mechanism("second", name="Second", kind="global", **told),
    "panel": lambda w, **told: establishing.panel(w.mechanism, name="Panel (fr)", language="fr", **told),
    "committee": lambda w, **told: establishing.committee(
        make.mechanism("second"), name="Second", quorum=3, constituencies=[], **told
    ),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["lead", "chair", "delegate", "stranger"])
def test_bodies_are_set_up_by_the_house_alone(verb, who):
    w = make.world()
    make.mechanism("second")
    sentence = "Only the secretariat sets up panels and committees. Write to it what should be done."
    declined(sentence, "", VERBS[verb], w, by=getattr(w, who), at=w.at)


@pytest.mark.parametrize(("kind", "has_country"), [("national", False), ("global", True)])
def test_a_national_mechanism_has_a_country_and_the_global_one_has_none(kind, has_country):
    w = make.world()
    told = {"name": "Second", "kind": kind, "country": w.city.country if has_country else None}
    sentence = "A national mechanism has one country; the global one has none. Choose the country, or leave it out."
    declined(sentence, "", establishing.mechanism, "second", **told, by=w.secretary, at=w.at)
