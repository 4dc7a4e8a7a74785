"""A year of 2,000 invented customers, for the simulation of the care plans.

What happens is drawn from a seed beforehand, so that two runs see the same world.
"""

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

ZONES = ("UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York")
START = datetime(2026, 1, 1)
DAYS = 365


@dataclass
class Person:
    """One customer and his year; ``*_on`` are days of the year, from 0."""

    name: str
    zone: str
    birthday: tuple
    consents: tuple
    has_mail: bool
    orders: list = field(default_factory=list)
    archived_on: int | None = None
    blacklisted_on: int | None = None
    complaint: tuple | None = None
    reads: bool = False


def draw_people(seed, count):
    """Invent customers.

    :return: list of ``Person``
    """
    dice = random.Random(seed)
    return [_draw_person(dice, number) for number in range(count)]


def _draw_person(dice, number):
    def rarely(share):
        return dice.randrange(DAYS) if dice.random() < share else None

    consents = tuple(
        dice.choices(("granted", "unknown", "refused"), (8, 1, 1))[0] for _ in range(3)
    )
    complained = rarely(0.05)
    person = Person(
        name=f"Person {number:04}",
        zone=dice.choice(ZONES),
        birthday=(1990, dice.randrange(1, 13), dice.randrange(1, 29)),
        consents=consents,
        has_mail=dice.random() < 0.95,
        archived_on=rarely(0.03),
        blacklisted_on=rarely(0.05),
        complaint=complained and (complained, complained + dice.randrange(1, 20)),
        reads=dice.random() < 0.4,
    )
    day = dice.randrange(-120, 60)
    while day < DAYS:
        minute = dice.randrange(24 * 60)
        person.orders.append(START + timedelta(days=day, minutes=minute))
        day += 1 + round(dice.expovariate(1 / dice.choice((40, 90, 250))))
    return person


def events_by_day(people):
    """What happens on each day of the year.

    :return: by day: lists of (kind, index of the person, detail)
    """
    events = defaultdict(list)
    for at, person in enumerate(people):
        for moment in person.orders:
            events[max((moment - START).days, -1)].append(("order", at, moment))
        if person.archived_on is not None:
            events[person.archived_on].append(("archive", at, None))
        if person.blacklisted_on is not None:
            events[person.blacklisted_on].append(("blacklist", at, None))
        if person.complaint:
            opened, closed = person.complaint
            events[opened].append(("complain", at, None))
            events[closed].append(("settle", at, None))
    return events
