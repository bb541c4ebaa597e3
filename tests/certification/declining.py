"""A verb that declines: its sentence, its rule, and not one row of the floor or of the journal changed."""

import pytest
from django.apps import apps

from sdgcities.errors import Refused
from sdgcities.models import Entry, Mail


def rows():
    """Every row of this floor as it is stored now, and how many acts and mails there are."""
    models = apps.get_app_config("certification").get_models()
    stored = {model.__name__: list(model.objects.order_by("pk").values()) for model in models}
    return stored | {"acts": Entry.objects.count(), "mails": Mail.objects.count()}


def declined(sentence, rule, verb, *args, **told):
    """VERB refuses with SENTENCE under RULE, and changes nothing."""
    before = rows()
    with pytest.raises(Refused) as refusal:
        verb(*args, **told)
    assert (str(refusal.value), refusal.value.rule) == (sentence, rule)
    assert rows() == before
