"""What people fill in on the ground floor."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.db.models import QuerySet
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from sdgcities import acts, languages, roles
from sdgcities.models import City, Country, Membership, Organisation, Role, User

SPOKEN = [(languages.base(code), name) for code, name in settings.LANGUAGES]
KNOWN = {code for code, _name in SPOKEN}


def time_zones() -> list[tuple[str, str]]:
    """The zones of places, by name, after UTC."""
    places = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/")))
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in places)]


class CodesField(forms.CharField):
    """Codes with commas between."""

    def to_python(self, value: str | None) -> Any:  # noqa: ANN401 - Django's field gives a text, this one a list
        """Give the codes, each once, as they were written."""
        codes = [code.strip() for code in (value or "").replace("،", ",").replace("，", ",").split(",")]
        return list(dict.fromkeys(code for code in codes if code))

    def run_validators(self, value: list[str]) -> None:
        """Measure each code, not the whole."""
        for code in value:
            super().run_validators(code)


class _Offering(forms.Form):
    """A form whose choices depend on who fills it in."""

    def choose(self, name: str, choices: Iterable[tuple[str, Any]]) -> None:
        """Offer CHOICES in the field NAME."""
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = list(choices)

    def offer(self, name: str, rows: QuerySet[Any]) -> None:
        """Offer ROWS in the field NAME."""
        field = self.fields[name]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rows


class _Part(_Offering):
    """A part: its role, and the city or organisation it is held in."""

    role = forms.ChoiceField(label=_("Role"))
    city = forms.ModelChoiceField(
        City.objects.none(),
        label=_("City"),
        required=False,
        empty_label=_("No city"),
        help_text=_("For a city's delegate and editors."),
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Organisation"),
        required=False,
        empty_label=_("No organisation"),
        help_text=_("For hub staff, and for managers and members of an organisation."),
    )

    def __init__(self, *args: Any, by: User, at: datetime, **kwargs: Any) -> None:
        """Offer what BY may give at AT."""
        super().__init__(*args, **kwargs)
        self.offered = roles.gives(by, at=at)
        house = roles.runs_the_house(by, at=at)
        running = Organisation.objects.filter(ended_at__isnull=True)
        cities = City.objects.all() if house else roles.led_by(by, at=at)
        organisations = running if house else roles.managed_by(by, at=at)
        self.choose("role", [(role.value, role.label) for role in Role if role in self.offered])
        for name, rows in (
            ("city", cities.order_by("name", "slug")),
            ("organisation", organisations.order_by("name", "pk")),
        ):
            self.offer(name, rows)
            if not rows.exists():
                del self.fields[name]

    def part(self) -> dict[str, Any]:
        """Give the part that was chosen; only a city's delegate and editors have a city."""
        given = self.cleaned_data
        city = given.get("city") if given["role"] in roles.CITY_ROLES else None
        return {"role": given["role"], "city": city, "organisation": given.get("organisation")}


class _Languages(forms.Form):
    """Working languages: the six of the United Nations to tick, others by code."""

    languages = forms.MultipleChoiceField(
        label=_("Working languages"), choices=SPOKEN, required=False, widget=forms.CheckboxSelectMultiple
    )
    other_languages = CodesField(
        label=_("Other working languages"),
        required=False,
        max_length=20,
        help_text=_("By code, with commas between: sw, pt."),
    )

    def spoken(self) -> list[str]:
        """Give all languages that were said."""
        return [*self.cleaned_data["languages"], *(code.lower() for code in self.cleaned_data["other_languages"])]

    @staticmethod
    def said(known: Iterable[str]) -> dict[str, object]:
        """Give what the fields begin with for somebody with KNOWN languages."""
        codes = list(known)
        return {
            "languages": [code for code in codes if code in KNOWN],
            "other_languages": ", ".join(code for code in codes if code not in KNOWN),
        }


class Invite(_Part, _Languages):
    """Whom to invite, and to what."""

    email = forms.EmailField(label=_("E-mail address"))
    language = forms.ChoiceField(label=_("Language of the letter"), choices=settings.LANGUAGES)

    field_order = ["email", "role", "city", "organisation", "language"]

    def __init__(self, *args: Any, by: User, at: datetime, **kwargs: Any) -> None:
        """Offer what BY may give at AT, and an account alone if that is among it."""
        super().__init__(*args, by=by, at=at, **kwargs)
        if "" in self.offered:
            self.fields["role"].required = False
            self.fields["role"].help_text = _(
                "Leave it empty for members of panels and committees: their seats are given in the mechanism."
            )
            given = [(role.value, role.label) for role in Role if role in self.offered]
            self.choose("role", [("", _("An account without a role")), *given])


class ChangePart(_Part):
    """Which part takes the place of another."""

    def __init__(self, *args: Any, part: Membership, **kwargs: Any) -> None:
        """Begin with what the person holds; a delegate's part is handed over, never given here."""
        begun = {"role": part.role, "city": part.city_id, "organisation": part.organisation_id}
        super().__init__(*args, **{"initial": begun, **kwargs})
        given = [(role.value, role.label) for role in Role if role in self.offered and role != Role.CITY_DELEGATE]
        self.choose("role", given)


class Accept(forms.Form):
    """A new person's name and password."""

    name = forms.CharField(label=_("Full name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        """Judge the password as one for the account of EMAIL."""
        super().__init__(*args, **kwargs)
        self.email = email
        self.fields["password"].help_text = " ".join(password_validators_help_texts())

    def clean(self) -> dict[str, Any]:
        """Tell at the field what is wrong with the password."""
        given = super().clean() or self.cleaned_data
        if password := given.get("password"):
            try:
                validate_password(password, User(email=self.email, name=given.get("name", "")))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return given


class HandOver(forms.Form):
    """Who succeeds the delegate."""

    email = forms.EmailField(
        label=_("E-mail address of the new delegate"),
        help_text=_("They get an invitation. Until they accept it, the present delegate stays the delegate."),
    )
    at_once = forms.BooleanField(
        label=_("End the present delegate's part now, before the new one accepts"), required=False
    )

    def __init__(self, *args: Any, house: bool, **kwargs: Any) -> None:
        """Let the house alone end the part at once."""
        super().__init__(*args, **kwargs)
        if not house:
            del self.fields["at_once"]


class Describe(_Languages, _Offering):
    """What assignments look at (R-B7, R-B9)."""

    competences = CodesField(
        label=_("Competences"),
        required=False,
        max_length=40,
        help_text=_("Criteria or fields by code, with commas between: A1, A2."),
    )
    country = forms.ModelChoiceField(
        Country.objects.none(),
        label=_("Country"),
        required=False,
        empty_label=_("Not known"),
        help_text=_("Of which the person is a national and where they live."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the countries by name."""
        super().__init__(*args, **kwargs)
        self.offer("country", Country.objects.order_by("name_key", "iso3"))


class Affiliate(_Offering):
    """For whom a person works or worked, and when (R-B2)."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("Organisation"))
    starts_on = forms.DateField(label=_("First day"))
    ends_on = forms.DateField(label=_("Last day"), required=False, help_text=_("Empty while they work there."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer every organisation: a tie to one that has ended counts, too."""
        super().__init__(*args, **kwargs)
        self.offer("organisation", Organisation.objects.order_by("name", "pk"))


class Erase(forms.Form):
    """That whoever erases a person's data has read what goes for good."""

    confirmed = forms.BooleanField(label=_("I have read what goes. It cannot be brought back."))


class KeepOrganisation(forms.ModelForm):  # type: ignore[type-arg] # no subscript at run time
    """An organisation's name, kind, country and city."""

    class Meta:
        """The fields the house keeps."""

        model = Organisation
        fields = ("name", "kind", "city", "country")
        help_texts = {
            "city": _("For a city administration. Its country follows."),
            "country": _("Empty for international organisations."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer cities and countries by name."""
        super().__init__(*args, **kwargs)
        for name, rows in (
            ("city", City.objects.order_by("name", "slug")),
            ("country", Country.objects.order_by("name_key", "iso3")),
        ):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = rows


class Account(_Languages):
    """What people keep of themselves."""

    name = forms.CharField(label=_("Full name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = forms.ChoiceField(label=_("Language of pages and letters"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=lazy(time_zones, list))

    field_order = ["name", "language", "time_zone"]


class MakeToken(forms.Form):
    """Which program a token is for, and how long it lasts."""

    name = forms.CharField(
        label=_("Which program will use it"), max_length=100, help_text=_("A name by which you know it again.")
    )
    days = forms.TypedChoiceField(
        label=_("How long it lasts"),
        coerce=int,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("365 days"))],
        initial=90,
        widget=forms.RadioSelect,
    )


class JournalFilter(forms.Form):
    """Which entries of the journal a reader looks for; nothing asked for is everything."""

    q = forms.CharField(
        label=_("Who"), required=False, max_length=200, help_text=_("A name or a part of it, or an e-mail address.")
    )
    act = forms.ChoiceField(label=_("What was done"), required=False)
    about = forms.CharField(
        label=_("Case or object"),
        required=False,
        max_length=200,
        help_text=_("The reference of a case, certificate or meeting, or an object as the journal writes it."),
    )
    since = forms.DateField(label=_("From day"), required=False, help_text=_("Days begin and end in UTC."))
    until = forms.DateField(label=_("Until day"), required=False, help_text=_("Days begin and end in UTC."))
    views = forms.BooleanField(label=_("Only evidence that was viewed or downloaded"), required=False)
    verb_asks = True  # nothing here has to be filled in, so no field says so of itself

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer every act by its kind."""
        super().__init__(*args, **kwargs)
        named = [(str(one.title), [(act, str(words)) for act, words in one.acts.items()]) for one in acts.groups()]
        self.fields["act"].choices = [("", _("Everything")), *named]  # type: ignore[attr-defined] # a choice field

    def clean(self) -> dict[str, Any]:
        """Refuse a span that ends before it begins."""
        data = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until and until < since:
            self.add_error("until", _("Choose a day that is not before the first one."))
        return data
