"""The cases of the demonstration, declared: which city, which level, in which language, from when on, how far, how it ends."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TypedDict

TODAY = date(2026, 11, 21)


@dataclass(frozen=True, slots=True)
class Territory:
    """The unit a case is about (R-C2): a list of units or a legal act, as anybody can read it; never a drawn line."""

    name: str
    boundary: str
    authority: str
    population: int
    source: str = "GeoNames (CC BY 4.0), read in 2026; the year of the count is not stated"
    year: int = 2026
    kind: str = "municipality"
    boundary_kind: str = "units"


@dataclass(frozen=True, slots=True)
class Case:
    """One application: its steps are made up to the one called `until`, at `pace` times the usual days after `begun`."""

    city: str
    stage: str
    language: str
    begun: date
    until: str
    territory: Territory | None = None
    places: str = ""
    delegate: str = ""
    editor: str = ""
    secretary: str = "secretariat"
    lead: str = ""
    evaluators: tuple[str, ...] = ()  # the first two find, the third waits for discord
    checker: str = "checker"
    wording: int = 0  # which of two wordings
    pace: float = 1.0
    hour: int = 9  # UTC: the morning where the city is
    leaves: tuple[str, ...] = ()  # what a draft leaves open
    filed: tuple[int, int] = (99, 99)  # on how many criteria the first two have filed
    stands_aside: tuple[str, str] = ("", "")  # an evaluator who declares a conflict, and who comes instead
    objected: tuple[str, str] = ("", "")  # one to whom the city objects, and who comes instead
    extends: bool = False
    meeting: str = ""  # the one it comes before
    again: str = ""  # the one it comes before after a deferral

    @property
    def key(self) -> str:
        """The name under which texts and meetings know the case."""
        return f"{self.city}-{self.stage}"


@dataclass(frozen=True, slots=True)
class Item:
    """One case before a meeting: what comes of it, and who stands aside."""

    case: str
    outcome: str  # grant, refuse, defer, tie
    aside: str = ""
    missing_by: date | None = None


@dataclass(frozen=True, slots=True)
class Sitting:
    """A meeting of the committee: who is present and what it decides; without a word on that it is still to come."""

    key: str
    planned: datetime
    scheduled: datetime
    present: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()


class Invented(TypedDict):
    """What is entered of a city that does not exist."""

    name: str
    translated: dict[str, str]
    kind: str
    time_zone: str
    units: list[str]
    authority: str
    population: int
    population_year: int
    population_source: str


INVENTED_COUNTRY = (
    "QZZ",
    {
        "en": "Exampleland (invented)",
        "fr": "Exemplie (inventée)",
        "es": "Ejemplandia (inventada)",
        "ru": "Примерия (вымышленная)",
        "zh": "样例国(虚构)",
        "ar": "بلد المثال (متخيَّل)",
    },
)
NOTE = "An invented city of the demonstration"


def _invented(name: str, *units: str, zone: str = "UTC", population: int, **translated: str) -> Invented:
    return Invented(
        name=name,
        translated={"en": name, **translated},
        kind="municipality",
        time_zone=zone,
        units=list(units),
        authority=f"{NOTE}; its council is invented as well",
        population=population,
        population_year=2025,
        population_source=f"{NOTE}: the figure is made up",
    )


INVENTED: dict[str, Invented] = {
    "port-example": _invented("Port Example", "Old Port", "New Port", "Sample Hill", population=184_000, fr="Port-Exemple", es="Puerto Ejemplo", ru="Порт-Пример", zh="样例港", ar="ميناء المثال"),
    "specimen-bay": _invented("Specimen Bay", "Northspecimen", "Southspecimen", "The Flats", population=96_000, fr="Baie-Spécimen", es="Bahía Espécimen", ru="Бухта Образец", zh="样本湾", ar="خليج العيّنة"),
    "fabledon": _invented("Fabledon", "Upper Fable", "Lower Fable", "Talebridge", population=310_000, fr="Fabledon", es="Fabledon", ru="Фейблдон", zh="寓言敦", ar="فيبلدون"),
    "villexemple": _invented("Villexemple", "Haut-Exemple", "Bas-Exemple", "La Démonstration", population=142_000, fr="Villexemple", es="Villejemplo", ru="Вильэкзампль", zh="样例维尔", ar="فيل إكزومبل"),
    "ciudad-ejemplo": _invented("Ciudad Ejemplo", "Ejemplo Alto", "Ejemplo Bajo", "La Muestra", population=223_000, fr="Ville d’Ejemplo", es="Ciudad Ejemplo", ru="Сьюдад-Эхемпло", zh="埃亨普洛城", ar="مدينة إخِمبلو"),
    "primerovsk": _invented("Primerovsk", "Верхний Пример", "Нижний Пример", "Образцовый", population=267_000, fr="Primerovsk", es="Primerovsk", ru="Примеровск", zh="普里梅罗夫斯克", ar="بريميروفسك"),
    "yangli": _invented("Yangli", "样东区", "样西区", "样新区", population=540_000, fr="Yangli", es="Yangli", ru="Янли", zh="样里市", ar="يانغلي"),
    "mithal": _invented("Al-Mithal", "المثال القديمة", "المثال الجديدة", "العيّنة", population=175_000, fr="Al-Mithal", es="Al-Mithal", ru="Аль-Митхаль", zh="米萨勒", ar="المثال"),
}  # fmt: skip


def _made_up(city: str) -> Territory:
    told = INVENTED[city]
    return Territory(
        told["name"], ", ".join(told["units"]), told["authority"], told["population"], told["population_source"], 2025
    )


LOS_ANGELES = Territory(
    "City of Los Angeles",
    "City of Los Angeles (incorporated place), all fifteen council districts",
    "City of Los Angeles, Mayor and City Council",
    3_898_747,
    "United States Census Bureau, 2020 census",
    2020,
)
EN, FR, ES, RU, ZH, AR = ("lead", "lead-fr", "lead-es", "lead-ru", "lead-zh", "lead-ar")


def _bench(tongue: str, *places: int) -> tuple[str, ...]:
    ending = "" if tongue == "en" else f"-{tongue}"
    return tuple(f"evaluator{place}{ending}" for place in places)


REAL = (
    Case(
        "los-angeles", "A", "en", date(2026, 5, 5), "agenda", LOS_ANGELES, "the valley, the south and the harbour",
        "delegate", "editor", lead=EN, evaluators=_bench("en", 1, 2, 3), pace=0.45, hour=16, meeting="july",
    ),
    Case(
        "los-angeles", "B", "en", date(2026, 9, 14), "third", LOS_ANGELES, "",
        "delegate", "editor", "secretariat2", EN, _bench("en", 4, 5, 1), hour=16, filed=(5, 3),
    ),
    Case(
        "montreal", "A", "fr", date(2026, 6, 8), "agenda",
        Territory(
            "Ville de Montréal",
            "Les dix-neuf arrondissements : Ahuntsic-Cartierville, Anjou, Côte-des-Neiges–Notre-Dame-de-Grâce, L’Île-Bizard–"
            "Sainte-Geneviève, LaSalle, Lachine, Le Plateau-Mont-Royal, Le Sud-Ouest, Mercier–Hochelaga-Maisonneuve, "
            "Montréal-Nord, Outremont, Pierrefonds-Roxboro, Rivière-des-Prairies–Pointe-aux-Trembles, Rosemont–La Petite-"
            "Patrie, Saint-Laurent, Saint-Léonard, Verdun, Ville-Marie, Villeray–Saint-Michel–Parc-Extension",
            "Ville de Montréal, conseil municipal", 1_762_949,
        ),
        "Montréal-Nord, Le Sud-Ouest et Ville-Marie", "delegate-montreal", "editor-montreal", lead=FR,
        evaluators=_bench("fr", 1, 2, 3), hour=13, stands_aside=("evaluator2-fr", "evaluator4-fr"), meeting="october",
    ),
    Case(
        "medellin", "A", "es", date(2026, 6, 22), "agenda",
        Territory(
            "Distrito de Medellín",
            "Dieciséis comunas (Popular, Santa Cruz, Manrique, Aranjuez, Castilla, Doce de Octubre, Robledo, Villa Hermosa, "
            "Buenos Aires, La Candelaria, Laureles-Estadio, La América, San Javier, El Poblado, Guayabal, Belén) y cinco "
            "corregimientos (San Sebastián de Palmitas, San Cristóbal, Altavista, San Antonio de Prado, Santa Elena)",
            "Alcaldía de Medellín", 1_999_979,
        ),
        "Popular, San Javier y Altavista", "delegate-medellin", secretary="secretariat2", lead=ES,
        evaluators=_bench("es", 1, 2, 3), checker="checker2", wording=1, hour=14, meeting="october",
    ),
    Case(
        "amman", "A", "ar", date(2026, 6, 15), "agenda",
        Territory("أمانة عمّان الكبرى", "مناطق أمانة عمّان الكبرى كما حددها قانون أمانة عمّان", "أمانة عمّان الكبرى", 1_275_857, boundary_kind="act"),
        "شرق عمّان ووسط البلد", "delegate-amman", lead=AR, evaluators=_bench("ar", 1, 2, 3), hour=7, meeting="october",
    ),
    Case(
        "almaty", "A", "ru", date(2026, 8, 17), "agenda",
        Territory(
            "Город Алматы",
            "Восемь районов: Алатауский, Алмалинский, Ауэзовский, Бостандыкский, Жетысуский, Медеуский, Наурызбайский, Турксибский",
            "Акимат города Алматы", 1_977_011,
        ),
        "Алатауский, Турксибский", "delegate-almaty", lead=RU, evaluators=_bench("ru", 3, 1, 2), checker="checker2", hour=5,
        meeting="december",
    ),
    Case(
        "chengdu", "A", "zh", date(2026, 8, 17), "take_file",
        Territory(
            "成都市",
            "锦江、青羊、金牛、武侯、成华、龙泉驿、青白江、新都、温江、双流、郫都、新津十二区,简阳、都江堰、彭州、邛崃、崇州五市,"
            "金堂、大邑、蒲江三县",
            "成都市人民政府", 13_568_357,
        ),
        "简阳市和金堂县", "delegate-chengdu", "editor-chengdu", "secretariat2", ZH, _bench("zh", 1, 2, 3), "checker3", hour=2,
    ),
    Case(
        "surabaya", "A", "en", date(2026, 8, 25), "sign",
        Territory(
            "City of Surabaya", "The 31 districts (kecamatan) of Central, North, East, South and West Surabaya",
            "City Government of Surabaya", 3_018_022,
        ),
        "North and West Surabaya", "delegate-surabaya", lead=EN, evaluators=_bench("en", 2, 3, 4), wording=1, hour=3,
    ),
    Case(
        "alexandria", "A", "ar", date(2026, 9, 4), "draft",
        Territory("محافظة الإسكندرية: المدينة", "أحياء المنتزه أول وثان وشرق ووسط وغرب والجمرك والعجمي والعامرية أول وثان", "محافظة الإسكندرية", 5_263_542),
        "العامرية والعجمي", "delegate-alexandria", secretary="secretariat2", lead=AR, evaluators=_bench("ar", 2, 3, 1),
        wording=1, hour=8, extends=True,
    ),
    Case(
        "recife", "A", "es", date(2026, 9, 14), "ask",
        Territory(
            "Município do Recife", "Seis regiones político-administrativas: Centro, Norte, Noroeste, Oeste, Sudoeste y Sul",
            "Prefeitura do Recife", 1_653_461,
        ),
        "Norte y Sul", "delegate-recife", "editor-recife", lead=ES, evaluators=_bench("es", 3, 1, 2), hour=12,
        filed=(3, 2),
    ),
    Case(
        "dakar", "A", "fr", date(2026, 9, 28), "find",
        Territory(
            "Ville de Dakar",
            "Dix-neuf communes : Biscuiterie, Cambérène, Dieuppeul-Derklé, Fann-Point E-Amitié, Gorée, Grand Dakar, Grand Yoff, "
            "Gueule Tapée-Fass-Colobane, Hann Bel-Air, HLM, Médina, Mermoz-Sacré-Cœur, Ngor, Ouakam, Parcelles Assainies, "
            "Patte d’Oie, Plateau, Sicap-Liberté, Yoff",
            "Ville de Dakar, conseil municipal", 2_646_503,
        ),
        "Grand Yoff, Médina et Cambérène", "delegate-dakar", "editor-dakar", "secretariat2", FR, _bench("fr", 3, 4, 1),
        wording=1, filed=(3, 1),
    ),
    Case(
        "kigali", "A", "en", date(2026, 10, 22), "submit",
        Territory("City of Kigali", "Three districts: Gasabo, Kicukiro and Nyarugenge", "City of Kigali", 1_132_686),
        "Gasabo and Nyarugenge", "delegate-kigali", hour=7,
    ),
    Case(
        "utrecht", "A", "en", date(2026, 10, 5), "answer",
        Territory(
            "Gemeente Utrecht",
            "Ten districts (wijken): West, Noordwest, Overvecht, Noordoost, Oost, Binnenstad, Zuid, Zuidwest, Leidsche Rijn, "
            "Vleuten-De Meern",
            "Municipality of Utrecht, council and executive", 376_435,
        ),
        "Overvecht and Zuidwest", "delegate-utrecht", wording=1, hour=8, leaves=("mandate", "A3.2", "A3.3"),
    ),
    Case("kisumu", "A", "en", date(2026, 11, 18), "start", delegate="newcity", hour=7),
)  # fmt: skip

MADE_UP = (
    Case(
        "primerovsk", "A", "ru", date(2026, 7, 1), "agenda", _made_up("primerovsk"), "Нижний Пример", "delegate-primerovsk",
        secretary="secretariat2", lead=RU, evaluators=_bench("ru", 1, 2, 3), checker="checker2", wording=1,
        objected=("evaluator2-ru", "evaluator4-ru"), meeting="october", again="november",
    ),
    Case(
        "ciudad-ejemplo", "A", "es", date(2026, 6, 29), "agenda", _made_up("ciudad-ejemplo"), "La Muestra",
        "delegate-ciudad-ejemplo", lead=ES, evaluators=_bench("es", 2, 3, 1), checker="checker2", meeting="october",
    ),
    Case(
        "specimen-bay", "A", "en", date(2026, 8, 10), "agenda", _made_up("specimen-bay"), "The Flats", "delegate-specimen-bay",
        lead=EN, evaluators=_bench("en", 3, 4, 5), meeting="november",
    ),
    Case(
        "fabledon", "A", "en", date(2026, 8, 12), "agenda", _made_up("fabledon"), "Lower Fable", "delegate-fabledon",
        secretary="secretariat2", lead=EN, evaluators=_bench("en", 5, 2, 1), checker="checker3", wording=1, meeting="november",
    ),
    Case(
        "villexemple", "A", "fr", date(2026, 9, 21), "return", _made_up("villexemple"), "Bas-Exemple", "delegate-villexemple",
    ),
    Case(
        "yangli", "A", "zh", date(2026, 8, 20), "retract", _made_up("yangli"), "样新区", "delegate-yangli", lead=ZH,
        evaluators=_bench("zh", 2, 3, 1), wording=1,
    ),
    Case(
        "mithal", "A", "ar", date(2026, 10, 18), "verify", _made_up("mithal"), "العيّنة", "delegate-mithal",
        secretary="secretariat2",
    ),
)  # fmt: skip
CASES = tuple(REAL + MADE_UP)

ALL_SEVEN = ("chair", "member1", "member2", "member3", "member4", "member5", "member6")
SITTINGS = (
    Sitting(
        "july", datetime(2026, 6, 10, 10, 0, 40, tzinfo=UTC), datetime(2026, 7, 13, 16, 0, tzinfo=UTC), ALL_SEVEN,
        (Item("los-angeles-A", "grant"),),
    ),
    Sitting(
        "october", datetime(2026, 8, 10, 10, 0, 40, tzinfo=UTC), datetime(2026, 10, 5, 14, 0, tzinfo=UTC),
        ("chair", "member1", "alternate", "member3", "member4", "member5", "member6"),
        (
            Item("montreal-A", "grant"), Item("amman-A", "grant"), Item("medellin-A", "grant"),
            Item("ciudad-ejemplo-A", "refuse", aside="member6"),
            Item("primerovsk-A", "defer", missing_by=date(2026, 10, 30)),
        ),
    ),
    Sitting(
        "november", datetime(2026, 10, 12, 10, 0, 40, tzinfo=UTC), datetime(2026, 11, 16, 14, 0, tzinfo=UTC), ALL_SEVEN,
        (
            Item("primerovsk-A", "grant"), Item("specimen-bay-A", "defer", missing_by=date(2027, 1, 15)),
            Item("fabledon-A", "tie"),
        ),
    ),
    Sitting("december", datetime(2026, 11, 9, 10, 0, 40, tzinfo=UTC), datetime(2026, 12, 14, 14, 0, tzinfo=UTC)),
)  # fmt: skip
