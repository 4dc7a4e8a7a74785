# ruff: noqa: PLR2004 - the numbers of an invented world stand where they are used
"""Names, places and phone numbers of invented customers, by language.

E-mail addresses lie in domains reserved for examples; German, British and American
phone numbers come from ranges that the authorities keep free for fiction.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

WORDS: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True, slots=True)
class Place:
    """A town: ``state`` is its ISO 3166-2 part, ``zip`` may hold ``#`` for a digit."""

    country: str
    state: str
    city: str
    zip: str
    phone: str
    streets: tuple[str, ...]


def _towns(table: dict[str, Any]) -> list[tuple[Place, int]]:
    streets = tuple(table["streets"].split("|"))
    return [(Place(*fields, streets), weight) for *fields, weight in table["places"]]


PLACES = {lang: _towns(table) for lang, table in WORDS["towns"].items()}
"""Language -> towns with their weight."""


def person(rng: Random, lang: str) -> tuple[str, str]:
    """Give a person's name in its own order, and the latin part of an address."""
    family, _, latin_family = _word(rng, lang, "family").partition(":")
    given, _, latin_given = _word(rng, lang, "given").partition(":")
    if lang == "zh":
        return family + given, latin_family
    if lang == "ja":
        return f"{family} {given}", f"{latin_given}.{latin_family}"
    return f"{given} {family}", f"{given}.{family}".lower().translate(_UMLAUTS)


def company(rng: Random, lang: str, place: Place) -> tuple[str, str]:
    """Give a company's name and the latin part of its address."""
    trade = _word(rng, lang, "trades")
    if lang == "de":
        legal = rng.choice(("GmbH", "GmbH", "KG", "e. K."))
        return f"{_word(rng, lang, 'family')} {trade} {legal}", "einkauf"
    brand = _word(rng, lang, "brands")
    if lang == "zh":
        extra = rng.choice(("", "", "新", "大"))
        town = place.city.removesuffix("市")
        return f"{town}{extra}{brand}{trade}有限公司", "purchase"
    if lang == "ja":
        return f"株式会社{brand}{trade}", "info"
    legal = "Ltd" if place.country == "GB" else rng.choice(("LLC", "Inc."))
    return f"{brand} {trade} {legal}", "orders"


def street(rng: Random, lang: str, place: Place) -> str:
    """Give a street with house number in the country's order."""
    name, number = rng.choice(place.streets), rng.randrange(1, 180)
    if lang == "zh":
        return f"{name}{number}号{rng.randrange(1, 30)}幢{rng.randrange(101, 1899)}室"
    if lang == "ja":
        return f"{name}{rng.randrange(1, 30)}-{rng.randrange(1, 20)}"
    return f"{name} {number}" if lang == "de" else f"{number} {name}"


def zip_code(rng: Random, place: Place) -> str:
    """Fill the digits of a place's postal code."""
    return "".join(str(rng.randrange(10)) if c == "#" else c for c in place.zip)


def phone(rng: Random, place: Place, is_company: bool) -> str:
    """Give a phone number as people of the country write it, without country code."""
    if place.country == "CN":
        if is_company or rng.random() < 0.05:
            return f"{place.phone}-{rng.randrange(50_000_000, 90_000_000)}"
        head = rng.choice(("138", "139", "136", "150", "186", "158", "177", "188"))
        return f"{head} {rng.randrange(10_000):04d} {rng.randrange(10_000):04d}"
    if place.country == "US":
        return f"({place.phone}) 555-01{rng.randrange(100):02d}"
    if place.country == "GB":
        return f"07700 900{rng.randrange(1000):03d}"
    if place.country == "DE":
        return f"{place.phone}{rng.randrange(1000):03d}"
    local = (
        rng.randrange(2_000, 10_000)
        if len(place.phone) == 2
        else rng.randrange(200, 999)
    )
    return f"{place.phone}-{local}-{rng.randrange(10_000):04d}"


def _word(rng: Random, lang: str, kind: str) -> str:
    text: str = WORDS[lang][kind]
    return rng.choice(text.split("|" if "|" in text else None))
