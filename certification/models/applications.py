"""What a city hands in: the application with its scope, answers, evidence, parts and steps."""

from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from guardian.models import UserObjectPermissionBase

from certification.flow import FINAL, State
from sdgcities.managers import HoldQuerySet

STATES = [
    (State.DRAFT.value, _("draft")),
    (State.SUBMITTED.value, _("submitted")),
    (State.SCREENING.value, _("in screening")),
    (State.IN_REVIEW.value, _("in review")),
    (State.CLARIFICATION.value, _("waiting for clarification")),
    (State.RESPONDING.value, _("with the city for its response")),
    (State.REPORTED.value, _("reported")),
    (State.FILE_CHECK.value, _("in file check")),
    (State.ON_AGENDA.value, _("on the committee's agenda")),
    (State.DECIDED.value, _("decided")),
    (State.RETRACTED.value, _("retracted")),
]


_WORDS = dict(STATES)
RESPONDED = _("with the panel lead, who reads the city's response")


def state_in_words(state: str, responded_at: datetime | None) -> str:
    """STATE in words; a draft report that the city has answered is with the panel lead again."""
    answered = state == State.RESPONDING and responded_at is not None
    return str(RESPONDED if answered else _WORDS[state])


class Outcome(models.TextChoices):
    """What the committee decided (R-D2: grant, defer, refuse)."""

    CERTIFIED = "certified", _("Certified")
    DEFERRED = "deferred", _("Deferred")
    NOT_CERTIFIED = "not_certified", _("Not certified")


class Application(models.Model):
    """One city's way to one stage under one version of the standard."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    reference = models.CharField(max_length=30, unique=True)
    city = models.ForeignKey("sdgcities.City", on_delete=models.PROTECT, related_name="applications")
    mechanism = models.ForeignKey("certification.Mechanism", on_delete=models.PROTECT, related_name="applications")
    standard = models.ForeignKey("certification.Standard", on_delete=models.PROTECT, related_name="applications")
    panel = models.ForeignKey(
        "certification.Panel", null=True, blank=True, on_delete=models.PROTECT, related_name="applications"
    )
    stage = models.CharField(max_length=10)
    language = models.CharField(max_length=35)
    state = models.CharField(max_length=16, choices=STATES, default=State.DRAFT.value)
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True)
    cycle = models.PositiveSmallIntegerField(default=1)
    started_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    objection_until = models.DateTimeField(null=True, blank=True)
    response_until = models.DateTimeField(null=True, blank=True)
    response_extended = models.BooleanField(default=False)
    responded_at = models.DateTimeField(null=True, blank=True)  # when the city answered the draft that is out now

    objects = HoldQuerySet.as_manager()

    class Meta:
        permissions = (("read_case", "Can read the case and its evidence"),)
        constraints = (
            models.UniqueConstraint(
                fields=("city", "stage"),
                condition=~Q(state__in=[state.value for state in FINAL]),
                name="one_running_application_a_stage",
            ),
        )
        indexes = (
            models.Index(fields=("state", "reference"), name="application_state"),
            models.Index(fields=("submitted_at", "reference"), name="application_date"),
            models.Index(fields=("-started_at", "reference"), name="application_begun"),
        )

    def __str__(self) -> str:
        return self.reference

    def get_state_display(self) -> str:  # type: ignore[no-redef]  # Django leaves the word to a model that has its own
        """The state in words, as `state_in_words` has it."""
        return state_in_words(self.state, self.responded_at)

    @property
    def level_title(self) -> str:
        """The level that the application is for, as its pinned standard names it to the reader."""
        return self.standard.told(get_language() or "en").stage(self.stage).level_title


class ApplicationUserObjectPermission(UserObjectPermissionBase):
    """What one person may do with one application, while assigned (trust.md §4)."""

    content_object = models.ForeignKey("certification.Application", on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        pass


class Scope(models.Model):
    """The dated version of a city that an application is about (R-C2)."""

    class BoundaryKind(models.TextChoices):
        """How the boundary is given."""

        UNITS = "units", _("A list of administrative units")
        POLYGON = "polygon", _("A GeoJSON polygon")
        ACT = "act", _("The legal act that draws it")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    application = models.OneToOneField("certification.Application", on_delete=models.PROTECT, related_name="scope")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=60)
    boundary_kind = models.CharField(max_length=8, choices=BoundaryKind)
    boundary = models.TextField()
    population = models.PositiveBigIntegerField()
    population_year = models.PositiveSmallIntegerField()
    population_source = models.CharField(max_length=300)
    authority = models.CharField(max_length=200)
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Mandate(models.Model):
    """The signed letter that names the delegate and departments, and who verified it how (R-C1)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    application = models.OneToOneField("certification.Application", on_delete=models.PROTECT, related_name="mandate")
    letter = models.ForeignKey("tracks.EvidenceVersion", on_delete=models.PROTECT, related_name="+")
    delegate = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    departments = models.TextField()
    given_at = models.DateTimeField()
    channel = models.CharField(max_length=300, blank=True)
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    def __str__(self) -> str:
        return f"Mandate for {self.application}"


class Part(models.Model):
    """The one part a person plays in a case; the constraint is rule R-B1."""

    class Kind(models.TextChoices):
        """The pairwise disjoint parts of R-B1."""

        CITY = "city", _("City official")
        ADVISER = "adviser", _("Adviser")
        EVALUATOR = "evaluator", _("Evaluator")
        LEAD = "lead", _("Panel lead")
        FILE_CHECKER = "file_checker", _("File checker")
        DECIDER = "decider", _("Committee member")
        INSPECTOR = "inspector", _("Spot-check inspector")
        APPEAL_HANDLER = "appeal_handler", _("Appeal handler")
        SECRETARIAT = "secretariat", _("Secretariat")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    application = models.ForeignKey("certification.Application", on_delete=models.PROTECT, related_name="parts")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="parts")
    part = models.CharField(max_length=16, choices=Kind)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("application", "person"), name="one_part_a_person"),)

    def __str__(self) -> str:
        return f"{self.person}: {self.get_part_display()}"


class Step(models.Model):
    """A move that was made, or another act worth a line in the case's timeline."""

    id = models.BigAutoField(primary_key=True)
    application = models.ForeignKey("certification.Application", on_delete=models.PROTECT, related_name="steps")
    move = models.CharField(max_length=40)
    source = models.CharField(max_length=16, blank=True)
    target = models.CharField(max_length=16, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.application}: {self.move}"


class Answer(models.Model):
    """The city's own judgement on one requirement; `version` guards against lost texts."""

    class Judgement(models.TextChoices):
        """What the city says of itself."""

        MET = "met", _("We meet this")
        PARTLY = "partly_met", _("We meet this in part")
        NOT_MET = "not_met", _("We do not meet this yet")
        NOT_APPLICABLE = "not_applicable", _("This does not apply to us")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    application = models.ForeignKey("certification.Application", on_delete=models.PROTECT, related_name="answers")
    requirement = models.CharField(max_length=20)
    judgement = models.CharField(max_length=16, choices=Judgement, blank=True)
    narrative = models.TextField(blank=True)
    language = models.CharField(max_length=35)
    version = models.PositiveIntegerField(default=1)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()

    objects = HoldQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("application", "requirement"), name="one_answer"),)

    def __str__(self) -> str:
        return f"{self.application} {self.requirement}"


class AnswerVersion(models.Model):
    """A text somebody saved for an answer; kept for good, also when another text took its place."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    answer = models.ForeignKey("certification.Answer", on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    judgement = models.CharField(max_length=16, blank=True)
    narrative = models.TextField(blank=True)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()
    set_aside = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("answer", "number"), name="answer_version_once"),)

    def __str__(self) -> str:
        return f"{self.answer} version {self.number}"


class EvidenceLink(models.Model):
    """That a version on the city's shelf serves one requirement of an application (R-C3)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    application = models.ForeignKey("certification.Application", on_delete=models.PROTECT, related_name="links")
    requirement = models.CharField(max_length=20)
    version = models.ForeignKey("tracks.EvidenceVersion", on_delete=models.PROTECT, related_name="links")
    where = models.CharField(max_length=200, blank=True)
    linked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("application", "requirement", "version"), name="linked_once"),)

    def __str__(self) -> str:
        return f"{self.requirement}: {self.version}"


class Submission(models.Model):
    """The frozen content of one handing in: RFC 8785 text under its digest, and the receipt made from it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    application = models.ForeignKey("certification.Application", on_delete=models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    digest = models.CharField(max_length=64)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField()
    receipt_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("application", "number"), name="submission_once"),)

    def __str__(self) -> str:
        return f"{self.application} submission {self.number}"
