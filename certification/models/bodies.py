"""Who judges and decides: mechanisms, panels, committees, seats and meetings."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sdgcities.managers import HoldQuerySet


class Constituency(models.TextChoices):
    """Which part of society a committee member sits for (R-B8)."""

    ACADEMIA = "academia", _("Academia")
    CIVIL_SOCIETY = "civil_society", _("Civil society")
    LOCAL_GOVERNMENT = "local_government", _("Local government")
    NATIONAL_GOVERNMENT = "national_government", _("National government")


class Mechanism(models.Model):
    """The global mechanism, or one operator's in one country (certification.md §5)."""

    class Kind(models.TextChoices):
        """Global, or run by a national entity."""

        GLOBAL = "global", _("Global")
        NATIONAL = "national", _("National")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind)
    country = models.ForeignKey("sdgcities.Country", null=True, blank=True, on_delete=models.PROTECT)
    operator = models.ForeignKey("sdgcities.Organisation", null=True, blank=True, on_delete=models.PROTECT)
    active = models.BooleanField(default=True)
    policy = models.JSONField(default=dict)

    def __str__(self) -> str:
        return self.name


class Panel(models.Model):
    """A technical panel of one mechanism for one working language (EB4 §26b)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    mechanism = models.ForeignKey("certification.Mechanism", on_delete=models.PROTECT, related_name="panels")
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=35)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("mechanism", "language"), name="one_panel_a_language"),)

    def __str__(self) -> str:
        return self.name


class Committee(models.Model):
    """A certification committee with the quorum it needs for each item (R-B8)."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    mechanism = models.OneToOneField("certification.Mechanism", on_delete=models.PROTECT, related_name="committee")
    name = models.CharField(max_length=200)
    quorum = models.PositiveSmallIntegerField()
    constituencies = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.name


class Seat(models.Model):
    """A person's place in one panel or committee, from a day to a day (R-B6)."""

    class Duty(models.TextChoices):
        """What the seat is for."""

        LEAD = "lead", _("Panel lead")
        EVALUATOR = "evaluator", _("Technical panel member")
        CHAIR = "chair", _("Committee chair")
        MEMBER = "member", _("Committee member")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="seats")
    panel = models.ForeignKey(
        "certification.Panel", null=True, blank=True, on_delete=models.PROTECT, related_name="seats"
    )
    committee = models.ForeignKey(
        "certification.Committee", null=True, blank=True, on_delete=models.PROTECT, related_name="seats"
    )
    duty = models.CharField(max_length=12, choices=Duty)
    constituency = models.CharField(max_length=24, choices=Constituency, blank=True)
    organisation = models.ForeignKey("sdgcities.Organisation", null=True, blank=True, on_delete=models.PROTECT)
    alternate_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="alternates")
    starts_on = models.DateField()
    ends_on = models.DateField()
    term = models.PositiveSmallIntegerField(default=1)
    made_at = models.DateTimeField(null=True, blank=True)  # empty for seats given before this was kept

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(panel__isnull=True, committee__isnull=False)
                | Q(panel__isnull=False, committee__isnull=True),
                name="seat_in_one_body",
            ),
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="seat_ends_after_start"),
            models.UniqueConstraint(fields=("person", "panel", "starts_on"), name="panel_seat_once"),
            models.UniqueConstraint(fields=("person", "committee", "starts_on"), name="committee_seat_once"),
        )

    def __str__(self) -> str:
        return f"{self.person} ({self.get_duty_display()})"


class Meeting(models.Model):
    """One sitting of a committee with its cut-off and agenda."""

    class State(models.TextChoices):
        """Planned, sitting or over."""

        PLANNED = "planned", _("Planned")
        OPEN = "open", _("In session")
        CLOSED = "closed", _("Closed")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    reference = models.CharField(max_length=30, unique=True)
    mechanism = models.ForeignKey("certification.Mechanism", on_delete=models.PROTECT, related_name="meetings")
    committee = models.ForeignKey("certification.Committee", on_delete=models.PROTECT, related_name="meetings")
    scheduled_at = models.DateTimeField()
    cut_off_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = HoldQuerySet.as_manager()

    def __str__(self) -> str:
        return self.reference


class Attendance(models.Model):
    """That a member, by which seat, was present at a meeting."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    meeting = models.ForeignKey("certification.Meeting", on_delete=models.PROTECT, related_name="attendances")
    seat = models.ForeignKey("certification.Seat", on_delete=models.PROTECT, related_name="attendances")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attendances")
    arrived_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("meeting", "person"), name="attendance_once"),)

    def __str__(self) -> str:
        return f"{self.person} at {self.meeting}"
