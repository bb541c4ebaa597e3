"""The people of the demonstration: invented names, what each does, where they come from and whom they speak with."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sdgcities.models import User
from sdgcities.roles import Role

PASSWORD = "two-rivers-meet-2026"  # noqa: S105 - the demonstration's, printed on the screen
CITY = "los-angeles"
SILVER = ("A1", "A2", "A3")
GOLD = (*SILVER, "B1", "B2", "B3", "B4", "B5")
ALL = (*GOLD, "C1", "C2", "C3", "C4", "D1", "D2", "D3", "D4")


@dataclass(frozen=True, slots=True)
class Cast:
    """One person of the demonstration; `group` is the heading under which the sign-ins are printed."""

    key: str
    name: str
    does: str
    group: str
    role: str = ""
    city: str = ""
    language: str = "en"  # in which the person reads pages and letters
    speaks: tuple[str, ...] = ("en",)
    country: str = ""
    organisation: str = ""
    competences: tuple[str, ...] = ()
    panel: str = ""  # the language of the panel in which the person has a seat
    duty: str = ""
    constituency: str = ""
    alternate_of: str = ""

    @property
    def email(self) -> str:
        """The address under which this person signs in."""
        return f"{self.key}@example.org"


HOUSE = "House"
CITIES = "Cities"
PANELS = "Panels"
COMMITTEE = "Committee"
BESIDE = "Beside the way"

ADMINISTRATOR = Cast("administrator", "Ruth Adeyemi", "administrator", HOUSE, role=Role.ADMINISTRATOR)
HOUSEHOLD = (
    Cast("secretariat", "Nadia Osei", "secretariat", HOUSE, role=Role.SECRETARIAT, speaks=("en", "fr"), country="GHA"),
    Cast("secretariat2", "Paolo Conti", "secretariat", HOUSE, role=Role.SECRETARIAT, speaks=("en", "es"), country="ITA"),
    Cast("checker", "Omar Haddad", "file checker", HOUSE, role=Role.FILE_CHECKER, speaks=("ar", "en", "fr"), country="LBN"),
    Cast("checker2", "Birgit Lund", "file checker", HOUSE, role=Role.FILE_CHECKER, speaks=("en", "es", "ru"), country="DNK"),
    Cast("checker3", "Hiroko Sato", "file checker", HOUSE, role=Role.FILE_CHECKER, speaks=("en", "zh"), country="JPN"),
    Cast("auditor", "Hana Novak", "auditor", BESIDE, role=Role.AUDITOR, country="CZE"),
    Cast("hub", "Samuel Okello", "hub staff, Eastern Africa", BESIDE, role=Role.HUB_STAFF, country="UGA", organisation="hub-africa"),
    Cast("hub2", "Lucía Herrera", "hub staff, the Andes", BESIDE, role=Role.HUB_STAFF, language="es", speaks=("en", "es"), country="PER", organisation="hub-andes"),
    Cast("hub-manager", "Nakato Byaruhanga", "manager of the hub for Eastern Africa", BESIDE, role=Role.ORGANISATION_MANAGER, country="UGA", organisation="hub-africa"),
    Cast("ministry-manager", "Edgar Template", "manager at an invented ministry", BESIDE, role=Role.ORGANISATION_MANAGER, organisation="ministry-regions"),
    Cast("ministry", "Vera Pattern", "staff of an invented ministry", BESIDE, role=Role.ORGANISATION_MEMBER, organisation="ministry-regions"),
)  # fmt: skip


def _delegate(key: str, name: str, city: str, of: str, language: str = "en") -> Cast:
    does = f"mayor's delegate of {of}"
    return Cast(key, name, does, CITIES, Role.CITY_DELEGATE, city, language, tuple(sorted({language, "en"})))


def _editor(key: str, name: str, city: str, of: str, language: str = "en") -> Cast:
    return replace(_delegate(key, name, city, of, language), does=f"city editor of {of}", role=Role.CITY_EDITOR)


OFFICIALS = (
    _delegate("delegate", "Elena Ruiz", CITY, "Los Angeles"),
    _editor("editor", "Marcus Lee", CITY, "Los Angeles"),
    _delegate("newcity", "Wanjiru Kamau", "kisumu", "Kisumu, which has just begun"),
    _delegate("delegate-montreal", "Geneviève Lacasse", "montreal", "Montréal", "fr"),
    _editor("editor-montreal", "Olivier Roy", "montreal", "Montréal", "fr"),
    _delegate("delegate-medellin", "Marcela Restrepo", "medellin", "Medellín", "es"),
    _delegate("delegate-recife", "Tiago Cavalcanti", "recife", "Recife", "es"),
    _editor("editor-recife", "Joana Lins", "recife", "Recife", "es"),
    _delegate("delegate-dakar", "Awa Ndiaye", "dakar", "Dakar", "fr"),
    _editor("editor-dakar", "Ibrahima Fall", "dakar", "Dakar", "fr"),
    _delegate("delegate-kigali", "Jean-Paul Mugisha", "kigali", "Kigali"),
    _delegate("delegate-alexandria", "Mona Abdelrahman", "alexandria", "Alexandria", "ar"),
    _delegate("delegate-amman", "Rami Khasawneh", "amman", "Amman", "ar"),
    _delegate("delegate-surabaya", "Dewi Lestari", "surabaya", "Surabaya"),
    _delegate("delegate-chengdu", "Liu Yating", "chengdu", "Chengdu", "zh"),
    _editor("editor-chengdu", "Zhou Kai", "chengdu", "Chengdu", "zh"),
    _delegate("delegate-utrecht", "Sanne de Groot", "utrecht", "Utrecht"),
    _delegate("delegate-almaty", "Aigul Serikova", "almaty", "Almaty", "ru"),
    _delegate("delegate-port-example", "Nora Sample", "port-example", "Port Example (invented), which has not begun"),
    _delegate("delegate-specimen-bay", "Hugo Specimen", "specimen-bay", "Specimen Bay (invented)"),
    _delegate("delegate-fabledon", "Iris Fable", "fabledon", "Fabledon (invented)"),
    _delegate("delegate-villexemple", "Lucie Exemple", "villexemple", "Villexemple (invented)", "fr"),
    _delegate("delegate-ciudad-ejemplo", "Inés Muestra", "ciudad-ejemplo", "Ciudad Ejemplo (invented)", "es"),
    _delegate("delegate-primerovsk", "Pavel Primerov", "primerovsk", "Primerovsk (invented)", "ru"),
    _delegate("delegate-yangli", "Yang Li", "yangli", "Yangli (invented)", "zh"),
    _delegate("delegate-mithal", "Majd Mithali", "mithal", "Al-Mithal (invented)", "ar"),
)

BENCHES = {
    "en": (
        ("lead", "Amara Diallo", "SEN", "university-rivers"),
        ("evaluator1", "Jonas Weber", "DEU", "institute-cities"),
        ("evaluator2", "Priya Nair", "IND", "university-lakes"),
        ("evaluator3", "Mei Tanaka", "JPN", "office-measures"),
        ("evaluator4", "Tomasz Zielinski", "POL", "institute-cities"),
        ("evaluator5", "Grace Otieno", "KEN", "university-lakes"),
    ),
    "fr": (
        ("lead-fr", "Claire Vandenberg", "BEL", "university-rivers"),
        ("evaluator1-fr", "Moussa Keita", "MLI", "office-measures"),
        ("evaluator2-fr", "Élise Tremblay", "CAN", "university-lakes"),
        ("evaluator3-fr", "Hoai Nguyen", "VNM", "institute-cities"),
        ("evaluator4-fr", "Luc Perret", "CHE", "university-rivers"),
    ),
    "es": (
        ("lead-es", "Pilar Quintana", "ESP", "institute-cities"),
        ("evaluator1-es", "Rodrigo Salas", "CHL", "university-lakes"),
        ("evaluator2-es", "Ana Lucía Morales", "GTM", "office-measures"),
        ("evaluator3-es", "Javier Ibarra", "MEX", "university-rivers"),
    ),
    "ru": (
        ("lead-ru", "Olga Sedova", "KGZ", "university-lakes"),
        ("evaluator1-ru", "Davit Petrosyan", "ARM", "institute-cities"),
        ("evaluator2-ru", "Gulnara Yusupova", "UZB", "office-measures"),
        ("evaluator3-ru", "Nurlan Asanov", "KGZ", "university-rivers"),
        ("evaluator4-ru", "Irina Munteanu", "MDA", "university-lakes"),
    ),
    "zh": (
        ("lead-zh", "Lin Shuyun", "SGP", "university-rivers"),
        ("evaluator1-zh", "Chen Boyu", "CHN", "institute-cities"),
        ("evaluator2-zh", "Tan Wei Ling", "SGP", "university-lakes"),
        ("evaluator3-zh", "Wong Kah Fai", "MYS", "office-measures"),
    ),
    "ar": (
        ("lead-ar", "Salma Ben Youssef", "TUN", "institute-cities"),
        ("evaluator1-ar", "Karim Khoury", "LBN", "university-lakes"),
        ("evaluator2-ar", "Noura Al-Harbi", "SAU", "office-measures"),
        ("evaluator3-ar", "Yassine Alaoui", "MAR", "university-rivers"),
    ),
}  # for each UN language a lead, and at least three who evaluate
NAMED = {"en": "English", "fr": "French", "es": "Spanish", "ru": "Russian", "zh": "Chinese", "ar": "Arabic"}


def _bench(language: str) -> Iterator[Cast]:
    for place, (key, name, country, organisation) in enumerate(BENCHES[language]):
        duty = "evaluator" if place else "lead"
        yield Cast(
            key,
            name,
            f"{NAMED[language]} panel, {duty}",
            PANELS,
            language=language,
            speaks=tuple(sorted({language, "en"})),
            country=country,
            organisation=organisation,
            competences=GOLD if place else ALL,
            panel=language,
            duty=duty,
        )


def _member(key: str, name: str, country: str, constituency: str, organisation: str, *, stands_in: str = "") -> Cast:
    duty = "chair" if key == "chair" else "member"
    does = f"committee {duty}, {constituency.replace('_', ' ')}" + (f", alternate of {stands_in}" if stands_in else "")
    return Cast(
        key,
        name,
        does,
        COMMITTEE,
        country=country,
        organisation=organisation,
        duty=duty,
        constituency=constituency,
        alternate_of=stands_in,
    )


MEMBERS = (
    _member("chair", "Ingrid Solberg", "NOR", "academia", "university-fjord"),
    _member("member1", "Luis Andrade", "PRT", "civil_society", "alliance-residents"),
    _member("member2", "Fatima Zahra", "MAR", "civil_society", "alliance-women"),
    _member("member3", "Kwame Mensah", "GHA", "local_government", "association-towns"),
    _member("member4", "Sofia Petrova", "BGR", "national_government", "ministry-regions"),
    _member("member5", "Rajesh Iyer", "IND", "academia", "university-monsoon"),
    _member("member6", "Beatriz Fonseca", "CPV", "local_government", "association-islands"),
    _member("alternate", "Aroha Ngata", "NZL", "civil_society", "alliance-women", stands_in="member2"),
)
CAST = (*HOUSEHOLD, *OFFICIALS, *(one for language in BENCHES for one in _bench(language)), *MEMBERS)


def person(key: str) -> User:
    """The account of the person KEY."""
    return User.objects.get(email=f"{key}@example.org")


def panel_of(language: str) -> list[str]:
    """The keys of the lead and the evaluators who work in LANGUAGE."""
    return [key for key, *_told in BENCHES[language]]
