# ruff: noqa: PLR2004 - the numbers of an invented world stand where they are used
"""The invented customers: who they are, where they live and how they buy."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from . import names, seasons

LANGUAGES = {
    "zh": ("zh_CN", 62),
    "en": ("en_US", 24),
    "de": ("de_DE", 9),
    "ja": ("ja_JP", 5),
}
"""Languages as Odoo writes them, and the share of each in percent."""

MAIL_DOMAINS = ("example.com", "example.net", "example.org")

# How customers buy, in percent of all.
HABITS = {
    "one_time": 42,
    "regular": 15,
    "loyal": 12,
    "lapsed": 10,
    "fading": 8,
    "newcomer": 8,
    "never": 5,
}
PEAK_SHARE = 0.2
"""How many of those who buy again order once more on a great day."""


@dataclass(slots=True)
class Person:
    """A customer account; ``days`` are the days of his orders, in order."""

    external_id: str
    lang: str
    name: str
    is_company: bool
    email: str
    phone: str
    vat: str
    place: names.Place
    street: str
    zip: str
    habit: str
    created: date
    consent: bool
    spend: float
    """How dear the goods are that he picks: below 1 cheap, above 1 dear."""
    favourites: tuple[str, ...]
    days: list[date] = field(default_factory=list)
    tags: tuple[str, ...] = ()
    note: str = ""
    is_guest: bool = False
    """Orders without logging in."""
    has_account: bool = True

    @property
    def locale(self) -> str:
        """His language as Odoo writes it."""
        return LANGUAGES[self.lang][0]


class Population:
    """Makes people whose e-mail address and phone number are nobody else's."""

    def __init__(self, rng: Random, start: date, end: date, categories: list[str]):
        self.rng = rng
        self.start, self.end = start, end
        self.categories = categories
        self.taken: set[str] = set()
        self.pickers = {
            lang: seasons.day_picker(start, end - timedelta(days=1), lang)
            for lang in LANGUAGES
        }

    def make(self, count: int) -> list[Person]:
        """Give ``count`` people, numbered by the day of their account."""
        people = [self._person() for _ in range(count)]
        people.sort(key=lambda person: person.created)
        for number, person in enumerate(people, start=1001):
            person.external_id = str(number)
        return people

    def _person(self) -> Person:
        rng = self.rng
        lang = rng.choices(list(LANGUAGES), [share for _, share in LANGUAGES.values()])[
            0
        ]
        places = names.PLACES[lang]
        place = rng.choices([p for p, _ in places], [w for _, w in places])[0]
        is_company = rng.random() < 0.2
        habit = rng.choices(list(HABITS), list(HABITS.values()))[0]
        if is_company and habit == "one_time" and rng.random() < 0.5:
            habit = "regular"
        if is_company:
            name, latin = names.company(rng, lang, place)
        else:
            name, latin = names.person(rng, lang)
        days = order_days(rng, habit, lang, self)
        first = days[0] if days else self.pickers[lang](rng)
        waits = 0 if rng.random() < 0.7 else rng.randrange(1, 40)
        person = Person(
            external_id="",
            lang=lang,
            name=name,
            is_company=is_company,
            email=self._email(latin, is_company),
            phone=self._phone(place, is_company),
            vat=_german_vat(rng) if is_company and lang == "de" else "",
            place=place,
            street=names.street(rng, lang, place),
            zip=names.zip_code(rng, place),
            habit=habit,
            created=first - timedelta(days=waits),
            consent=rng.random() < 0.62,
            spend=rng.lognormvariate(0.0, 0.45),
            favourites=tuple(rng.sample(self.categories, 3)),
            days=days,
        )
        person.is_guest = habit == "one_time" and rng.random() < 0.17
        person.has_account = not person.is_guest or rng.random() < 0.2
        _describe(rng, person)
        return person

    def _email(self, latin: str, is_company: bool) -> str:
        rng = self.rng
        while True:
            number = rng.randrange(1, 10_000)
            domain = rng.choice(MAIL_DOMAINS)
            if is_company:
                email = f"{latin}@firm{number}.{domain}"
            else:
                email = f"{latin}{number}@{domain}"
            if email not in self.taken:
                self.taken.add(email)
                return email

    def _phone(self, place: names.Place, is_company: bool) -> str:
        for _ in range(40):
            phone = names.phone(self.rng, place, is_company)
            if phone not in self.taken:
                self.taken.add(phone)
                return phone
        return ""


def order_days(rng: Random, habit: str, lang: str, world: Population) -> list[date]:
    """Give the days on which a customer with this habit orders, oldest first."""
    start, end = world.start, world.end
    if habit == "never":
        return []
    if habit == "one_time":
        return [world.pickers[lang](rng)]
    if habit == "newcomer":
        first = end - timedelta(days=rng.randrange(1, 55))
        again = first + timedelta(days=rng.randrange(7, 35))
        return [first] if again >= end or rng.random() < 0.6 else [first, again]
    if habit in {"loyal", "regular"}:
        loyal = habit == "loyal"
        gap = rng.triangular(20, 75, 38) if loyal else rng.triangular(60, 150, 95)
        first = start + (end - start) * (rng.random() ** 1.3 * 0.75)
        return _rhythm(rng, first, end, (gap, 0.2 if loyal else 0.3), lang)
    gap = rng.triangular(22, 80, 40)
    if habit == "fading":
        last = end - timedelta(days=round(gap * rng.uniform(1.7, 3.4)))
    else:
        last = end - timedelta(days=rng.randrange(230, 560))
    first = last - timedelta(days=round(gap * rng.uniform(2.5, 9)))
    if first < start:
        first = start + timedelta(days=round(gap * rng.uniform(0, 1.5)))
    return _rhythm(rng, first, last, (gap, 0.22), lang)


def _rhythm(
    rng: Random, first: date, end: date, beat: tuple[float, float], lang: str
) -> list[date]:
    days, day = [], first
    while day < end:
        days.append(day)
        day = seasons.next_day(rng, day, beat, lang)
    for peak in seasons.peak_days(first, end, lang):
        if rng.random() < PEAK_SHARE:
            days.append(peak + timedelta(days=rng.choice((-1, 0, 0, 0, 1))))
    return sorted({day for day in days if day < end})


def _describe(rng: Random, person: Person) -> None:
    chinese = person.lang == "zh"
    tags = []
    if person.is_company:
        tags.append("企业采购" if chinese else "Wholesale")
    if person.habit == "loyal" and rng.random() < 0.4:
        tags.append("老客户" if chinese else "Regular")
    person.tags = tuple(tags)
    if rng.random() < 0.03:
        notes = (
            ("请周末送货", "喜欢清淡口味", "开票抬头见公司名称")
            if chinese
            else (
                "Call before delivery",
                "Prefers light teas",
                "Asks for gift wrapping",
            )
        )
        person.note = rng.choice(notes)


def _german_vat(rng: Random) -> str:
    """Make a German VAT number with a right check digit (ISO 7064, MOD 11,10)."""
    digits = [rng.randrange(1, 10)] + [rng.randrange(10) for _ in range(7)]
    product = 10
    for digit in digits:
        product = ((digit + product) % 10 or 10) * 2 % 11
    return "DE" + "".join(map(str, digits)) + str((11 - product) % 10)
