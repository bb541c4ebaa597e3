"""The 17 goals, 169 targets and their indicators, in the languages of the United Nations."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from sdgcities.managers import NamedQuerySet
from sdgcities.naming import localised


class Goal(models.Model):
    """A Sustainable Development Goal; ``short`` is its short title, as on its emblem."""

    code = models.CharField(_("code"), primary_key=True, max_length=3)
    position = models.PositiveSmallIntegerField()
    short = models.JSONField(_("short titles"), default=dict)
    titles = models.JSONField(_("titles"), default=dict)
    name_key = models.TextField(editable=False, default="")

    objects = NamedQuerySet.as_manager()

    class Meta:
        """Names."""

        verbose_name = _("goal")
        verbose_name_plural = _("goals")

    def __str__(self) -> str:
        """Give its short title in the reader's language."""
        return localised(self.short, self.code)


class Target(models.Model):
    """A target of a goal, such as 11.3 or 11.b."""

    class Kind(models.TextChoices):
        """What a target sets: an outcome, or the means to reach one."""

        OUTCOME = "outcome", _("Outcome")
        MEANS = "means_of_implementation", _("Means of implementation")

    code = models.CharField(_("code"), primary_key=True, max_length=8)
    goal = models.ForeignKey("sdgcities.Goal", on_delete=models.PROTECT, related_name="targets")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=30, choices=Kind)
    titles = models.JSONField(_("titles"), default=dict)
    name_key = models.TextField(editable=False, default="")

    objects = NamedQuerySet.as_manager()

    class Meta:
        """Names."""

        verbose_name = _("target")
        verbose_name_plural = _("targets")

    def __str__(self) -> str:
        """Give its title in the reader's language."""
        return localised(self.titles, self.code)


class Indicator(models.Model):
    """An indicator of a target, such as 11.3.1; ``repeats`` lists the codes under which the same one stands elsewhere."""

    class Status(models.TextChoices):
        """Whether it is in the framework as reviewed in 2020, or was before."""

        CURRENT = "current_2020_review", _("In the framework as reviewed in 2020")
        LEGACY = "legacy_pre2020", _("Left out by the review of 2020")

    code = models.CharField(_("code"), primary_key=True, max_length=12)
    target = models.ForeignKey("sdgcities.Target", on_delete=models.PROTECT, related_name="indicators")
    position = models.PositiveSmallIntegerField()
    status = models.CharField(_("status"), max_length=30, choices=Status)
    repeats = models.JSONField(_("the same as"), default=list)
    titles = models.JSONField(_("titles"), default=dict)
    name_key = models.TextField(editable=False, default="")

    objects = NamedQuerySet.as_manager()

    class Meta:
        """Names."""

        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")

    def __str__(self) -> str:
        """Give its title in the reader's language."""
        return localised(self.titles, self.code)
