"""People, the organisations they come from, and the parts they hold."""

from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sdgcities import names
from sdgcities.managers import HoldQuerySet, NamedQuerySet


class Role(models.TextChoices):
    """Standing parts; seats on panels and committees come from the certification floor, not from here."""

    CITY_EDITOR = "city_editor", _("City editor")
    CITY_DELEGATE = "city_delegate", _("City delegate")
    SECRETARIAT = "secretariat", _("Secretariat")
    FILE_CHECKER = "file_checker", _("File checker")
    AUDITOR = "auditor", _("Auditor")
    HUB_STAFF = "hub_staff", _("Hub staff")
    ORGANISATION_MANAGER = "organisation_manager", _("Organisation manager")
    ORGANISATION_MEMBER = "organisation_member", _("Member of an organisation")
    ADMINISTRATOR = "administrator", _("Administrator")


class UserManager(BaseUserManager["User"]):
    """Makes people who sign in by e-mail."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a person; without PASSWORD nobody can sign in as them."""
        if not email:
            message = "A person needs an e-mail address."
            raise ValueError(message)
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Make a keeper of reference data; it changes nothing about who decides (R-B10)."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a person by e-mail, whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person; signs in by e-mail."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_key = models.TextField(editable=False, default="")
    language = models.CharField(_("language"), max_length=20, default="en")
    working_languages = models.JSONField(_("working languages"), default=list, blank=True)
    competences = models.JSONField(_("competences"), default=list, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    country = models.ForeignKey(
        "sdgcities.Country",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="nationals",
        verbose_name=_("country"),
    )
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("may keep reference data"), default=False)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)
    erased_at = models.DateTimeField(_("erased"), null=True, blank=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        """Names, and one account for one address."""

        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = (models.UniqueConstraint(Lower("email"), name="one_account_for_one_address"),)

    def __str__(self) -> str:
        """Give the name by which others know the person, or say in the reader's language that there is none any more."""
        if self.erased_at is not None:
            return gettext("A person whose data was erased")
        return self.name or self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the searched form beside the name; nothing is decided here."""
        self.name_key = names.key(self.name)
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "name_key"}
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        """Give the full name."""
        return str(self)

    def get_short_name(self) -> str:
        """Give the full name: where names are cut differs by culture."""
        return str(self)


class Organisation(models.Model):
    """Who employs or sends people: R-B2 and R-B9 look here."""

    class Kind(models.TextChoices):
        """Kinds of organisations."""

        CITY_ADMINISTRATION = "city_administration", _("City administration")
        ACADEMIA = "academia", _("Academia")
        CIVIL_SOCIETY = "civil_society", _("Civil society")
        NATIONAL_GOVERNMENT = "national_government", _("National government")
        LOCAL_GOVERNMENT = "local_government", _("Local government")
        HUB = "hub", _("Technical support hub")
        UN_HABITAT = "un_habitat", _("UN-Habitat")
        FIRM = "firm", _("Firm")
        OTHER = "other", _("Other")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(_("name"), max_length=300)
    name_key = models.TextField(editable=False, default="")
    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    country = models.ForeignKey(
        "sdgcities.Country",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
        verbose_name=_("country"),
    )
    city = models.ForeignKey(
        "sdgcities.City",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
        verbose_name=_("city"),
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = NamedQuerySet.as_manager()

    class Meta:
        """Names."""

        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")

    def __str__(self) -> str:
        """Give its name."""
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the searched form beside the name; nothing is decided here."""
        self.name_key = names.key(self.name)
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "name_key"}
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Keep the name on one line: it stands in letters."""
        super().clean()
        self.name = names.plain(self.name)


class Membership(models.Model):
    """A part that a person holds for a time, for a city or in an organisation."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    user = models.ForeignKey("sdgcities.User", on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(_("role"), max_length=30, choices=Role)
    organisation = models.ForeignKey(
        "sdgcities.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    city = models.ForeignKey(
        "sdgcities.City", on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    succeeds = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="successors")

    objects = HoldQuerySet.as_manager()

    class Meta:
        """Names; a city's part needs a city, and no term ends before it starts."""

        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="membership_ends_after_start"
            ),
            models.CheckConstraint(
                condition=~Q(role__in=[Role.CITY_EDITOR, Role.CITY_DELEGATE]) | Q(city__isnull=False),
                name="a_city_official_has_a_city",
            ),
            models.CheckConstraint(
                condition=~Q(role__in=[Role.ORGANISATION_MANAGER, Role.ORGANISATION_MEMBER])
                | Q(organisation__isnull=False),
                name="who_is_of_an_organisation_has_one",
            ),
            models.UniqueConstraint(
                fields=("user", "role", "city"),
                condition=Q(ended_at__isnull=True, city__isnull=False),
                name="one_running_membership_for_a_city",
            ),
        )

    def __str__(self) -> str:
        """Give the role."""
        return str(self.get_role_display())


class Invitation(models.Model):
    """A letter by which one person may claim an account; only the digest of its secret is kept."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=30, choices=Role, blank=True)
    organisation = models.ForeignKey(
        "sdgcities.Organisation", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    city = models.ForeignKey(
        "sdgcities.City", on_delete=models.PROTECT, null=True, blank=True, related_name="invitations"
    )
    succeeds = models.ForeignKey(
        "sdgcities.Membership", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    language = models.CharField(_("language"), max_length=20, default="en")
    working_languages = models.JSONField(_("working languages"), default=list, blank=True)
    token_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey("sdgcities.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    invited_at = models.DateTimeField(_("invited"))
    expires_at = models.DateTimeField(_("open until"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_by = models.ForeignKey("sdgcities.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    cancelled_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    objects = HoldQuerySet.as_manager()

    class Meta:
        """Names; accepted means by somebody, at some time."""

        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = (
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="accepted_by_somebody_at_some_time",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(cancelled_at__isnull=True),
                name="accepted_or_withdrawn_never_both",
            ),
        )

    def __str__(self) -> str:
        """Give the address it went to."""
        return self.email
