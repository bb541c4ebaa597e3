"""Language tags: what the programme calls a language (zh), what the framework calls it (zh-hans), which way it runs."""

FRAMEWORK = {"zh": "zh-hans"}
INVENTED = frozenset({"eo", "ia", "io"})  # the framework speaks them; no city hall does
# languages that city halls write in and the framework does not know, by their own names (ISO 639)
MORE = {
    "am": "አማርኛ", "ti": "ትግርኛ", "om": "Afaan Oromoo", "so": "Soomaali", "ha": "Hausa", "yo": "Yorùbá", "ak": "Akan",
    "ee": "Eʋegbe", "wo": "Wolof", "ff": "Fulfulde", "bm": "Bamanankan", "ln": "Lingála", "lg": "Luganda", "luo": "Dholuo",
    "rw": "Ikinyarwanda", "rn": "Ikirundi", "ny": "Chichewa", "sn": "chiShona", "zu": "isiZulu", "xh": "isiXhosa",
    "st": "Sesotho", "tn": "Setswana", "mg": "Malagasy", "ht": "Kreyòl ayisyen", "qu": "Runasimi", "ay": "Aymar aru",
    "gn": "Avañe'ẽ", "fil": "Filipino", "ceb": "Cebuano", "jv": "Basa Jawa", "su": "Basa Sunda", "lo": "ລາວ", "si": "සිංහල",
    "gu": "ગુજરાતી", "or": "ଓଡ଼ିଆ", "as": "অসমীয়া", "ps": "پښتو", "sd": "سنڌي", "ku": "Kurdî", "dv": "ދިވެހި", "dz": "རྫོང་ཁ",
    "bo": "བོད་སྐད་", "sm": "Gagana Sāmoa", "to": "Lea faka-Tonga", "fj": "Na vosa vakaViti", "tpi": "Tok Pisin", "mt": "Malti",
}  # fmt: skip
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ps", "dv", "sd", "ug", "yi", "ckb"})


def base(tag: str) -> str:
    """The language alone: zh of zh-Hans, ar of ar-EG."""
    return tag.replace("_", "-").split("-", maxsplit=1)[0].lower()


def catalogue(tag: str) -> str:
    """The code under which the catalogue of TAG's language is found: zh-hans for zh; a language without one stays itself."""
    return FRAMEWORK.get(base(tag), base(tag))


def direction(tag: str) -> str:
    """Which way a text in that language runs: rtl or ltr."""
    return "rtl" if base(tag) in RIGHT_TO_LEFT else "ltr"
