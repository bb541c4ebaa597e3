"""A browser that goes back, reloads or presses twice: every form of every role is done once, and the second time says so."""

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sdgcities.models import Job, Sent
from sdgcities.once import digest_of
from tests.matrix_table import TABLE
from tests.matrix_world import build
from tests.refusal_forms import forms_of

pytestmark = pytest.mark.django_db
SAID = ("You sent this form already", "This form is out of date")  # the latter to who has become somebody else by it
AGAIN = ("people-invitations",)  # whose form writes a letter again, on purpose
OURS = ("sdgcities", "tracks", "certification", "monitoring")


def signed_in(person):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def rows():
    models = [one for label in OURS for one in apps.get_app_config(label).get_models() if one is not Sent]
    return {one._meta.label: one.objects.count() for one in models}


def pages(house):
    """Every page with forms that somebody may open, once for each form of it: (name, role, address, place of the form)."""
    known = set()
    for name, lines in TABLE.items():
        for about, readers in lines:
            address = reverse(name, kwargs=about(house))
            for role in sorted(readers - {"anonymous"}):
                response = signed_in(house.roles[role]).get(address)
                if response.streaming:
                    b"".join(response.streaming_content)  # read to its end: the file is closed again
                elif response.status_code == 200 and "html" in response["Content-Type"]:
                    for place, form in enumerate(forms_of(response, address)):
                        if (form.action, tuple(form.buttons)) not in known:
                            known.add((form.action, tuple(form.buttons)))
                            yield name, role, address, place


@pytest.fixture
def house():
    return build()


def test_every_form_of_every_role_is_done_once(house):
    """Sent again as it was, it is stopped and told so; asked for anew and sent with the same words, no second row is made."""
    done, wrong = set(), []
    for name, role, address, place in list(pages(house)):
        mark = transaction.savepoint()
        client = signed_in(house.roles[role])
        form = forms_of(client.get(address), address)[place]
        before = rows()
        first = client.post(form.action, form.filled())
        if first.status_code == 302 and rows() != before:
            done.add((name, form.action))
            after = rows()
            second = client.post(form.action, form.filled(), follow=True)
            if rows() != after or not any(words in second.content.decode() for words in SAID):
                wrong.append(f"sent again, {name} as {role}: {form.action}")
            anew(client, address, form)
            grown = {label for label, count in rows().items() if count > after[label] and label != "sdgcities.Entry"}
            if grown and name not in AGAIN:
                wrong.append(f"asked for anew, {name} as {role}: {sorted(grown)}")
        transaction.savepoint_rollback(mark)
    assert not wrong, "\n".join(wrong)
    assert len(done) >= 20, sorted(done)


def anew(client, address, form):
    """Open the page of FORM again, if it still opens, and send the same words."""
    page = client.get(address)
    if page.status_code == 200:
        for one in forms_of(page, address):
            if one.action == form.action:
                client.post(one.action, {**form.filled(), "csrfmiddlewaretoken": one.filled()["csrfmiddlewaretoken"]})
                return


# --- the guard itself


def posted(client, address, token, **body):
    return client.post(address, {"csrfmiddlewaretoken": token, **body})


def token_of(client, address):
    return next(value for name, value, _kind in forms_of(client.get(address), address)[0].fields if "token" in name)


def test_other_words_from_the_same_page_are_another_form(house):
    client, address = signed_in(house.w.delegate), reverse("city-scope", args=[house.review.reference])
    token = token_of(client, address)
    answers = [posted(client, address, token, name=name).status_code for name in ("A", "B")]
    assert answers == [200, 200]
    assert not Sent.objects.exists()


def test_what_was_refused_may_be_sent_again(house):
    client, address = signed_in(house.w.secretary), reverse("committee-plan")
    token = token_of(client, address)
    body = {"committee": str(house.w.committee.pk), "scheduled_at": "2020-01-01T10:00"}
    for _time in range(2):
        page = posted(client, address, token, **body)
        assert "A meeting is planned ahead." in page.content.decode()


def test_what_was_refused_on_the_next_page_may_be_sent_again(house):
    """A door that leads on and lets the next page say no has done nothing."""
    job = Job.objects.create(name="sdgcities.forget_jobs", state=Job.State.DONE)
    client, address = signed_in(house.w.secretary), reverse("jobs-retry", args=[job.pk])
    token = client.get(reverse("jobs-list")).context["csrf_token"]
    for _time in range(2):
        answer = posted(client, address, token)
        assert answer.status_code == 302
        page = client.get(answer["Location"]).content.decode()
        assert ("You sent this form already" in page, "This job is not failed any more" in page) == (False, True)
    assert not Sent.objects.exists()


def test_a_corrected_file_of_the_same_name_and_size_is_another_form(rf):
    digests = []
    for content in (b"population;1000", b"population;2000", b"population;2000"):
        asked = rf.post("/x/", {"title": "Plan", "file": SimpleUploadedFile("plan.csv", content)})
        asked.user = AnonymousUser()
        digests.append(digest_of(asked))
        assert asked.FILES["file"].read() == content  # whole, for the door behind
    assert (digests[0] == digests[1], digests[1] == digests[2]) == (False, True)


def test_the_second_of_two_at_one_moment_is_told_to_wait(house):
    client, address = signed_in(house.w.secretary), reverse("committee-plan")
    token = token_of(client, address)
    body = {"committee": str(house.w.committee.pk), "scheduled_at": "2030-01-01T10:00"}
    posted(client, address, token, **body)
    Sent.objects.update(location="")  # as while the first is at work
    meetings = rows()
    waits = posted(client, address, token, **body)
    assert (waits.status_code, rows()) == (409, meetings)
    assert "Nothing is done a second time" in waits.content.decode()


def test_a_form_whose_server_died_is_free_again(house):
    from datetime import timedelta

    client, address = signed_in(house.w.secretary), reverse("committee-plan")
    token = token_of(client, address)
    body = {"committee": str(house.w.committee.pk), "scheduled_at": "2030-01-01T10:00"}
    posted(client, address, token, **body)
    Sent.objects.update(location="", at=timezone.now() - timedelta(minutes=9))
    assert posted(client, address, token, **body).status_code == 409  # a large file is at work for so long
    Sent.objects.update(at=timezone.now() - timedelta(minutes=11))
    assert "meets at that time already" in posted(client, address, token, **body).content.decode()


def test_what_was_sent_long_ago_is_forgotten(house):
    from datetime import timedelta

    from sdgcities.tasks import forget_jobs

    Sent.objects.create(digest="a" * 64, at=timezone.now() - timedelta(days=1, seconds=1))
    Sent.objects.create(digest="b" * 64)
    forget_jobs()
    assert list(Sent.objects.values_list("digest", flat=True)) == ["b" * 64]
