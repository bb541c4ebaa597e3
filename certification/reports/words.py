"""The words in which papers say what a document holds as a key: findings, marks, answers, decisions, classes, moves."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

RESULTS: dict[str, tuple[Promise, str, str]] = {  # words, look of the tag, part of the wheel
    "met": (_("Met"), "good", "met"),
    "partly_met": (_("Partly met"), "care", "partly"),
    "not_met": (_("Not met"), "stop", "open"),
    "not_applicable": (_("Not applicable"), "neutral", "na"),
}
MARKS = {key: value for key, value in RESULTS.items() if key != "partly_met"}
JUDGEMENTS: dict[str, Promise] = {
    "met": _("We meet this"),
    "partly_met": _("We meet this in part"),
    "not_met": _("We do not meet this yet"),
    "not_applicable": _("This does not apply to us"),
    "": _("No answer"),
}
CITY_SAYS: dict[str, Promise] = {
    "met": _("Met"),
    "partly_met": _("Met in part"),
    "not_met": _("Not met yet"),
    "not_applicable": _("Does not apply"),
    "": _("No answer"),
}
DECISIONS: dict[str, Promise] = {"grant": _("Certified"), "refuse": _("Not certified"), "defer": _("Deferred")}
CONSTITUENCIES: dict[str, Promise] = {
    "academia": _("Academia"),
    "civil_society": _("Civil society"),
    "local_government": _("Local government"),
    "national_government": _("National government"),
}
CLASSES: dict[str, Promise] = {
    "public": _("Public"),
    "restricted": _("Restricted to the evaluation"),
    "personal": _("Contains personal data"),
}
MOVES: dict[str, Promise] = {
    "submit": _("The city submitted its application"),
    "take_up": _("The secretariat took it up for screening"),
    "accept": _("Screening ended, the review began"),
    "send_draft": _("The draft report and every gap went to the city"),
    "sign": _("The panel lead signed this report"),
}
MECHANISMS: dict[str, Promise] = {"global": _("Global mechanism")}  # the name of any other is the operator's own
BODIES: dict[str, Promise] = {"Global certification committee": _("Global certification committee")}
TRANSLATIONS: dict[str, Promise] = {
    "official": _("official translation"),
    "working": _("working translation"),
    "machine": _("machine translation"),
}
TRANSLATION_NOTES: dict[str, Promise] = {
    "official": _(
        "The words of the standard stand here in their official translation; the English source text governs."
    ),
    "working": _("The words of the standard stand here in a working translation; the English source text governs."),
    "machine": _("The words of the standard stand here in a machine translation; the English source text governs."),
}
