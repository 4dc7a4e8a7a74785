"""What the invented firm sells: tea, tea ware, kitchen and home, with costs."""

import csv
from dataclasses import dataclass
from pathlib import Path

CATEGORIES = {
    "green": ("茶 Tea", "绿茶 Green tea"),
    "black": ("茶 Tea", "红茶 Black tea"),
    "oolong": ("茶 Tea", "乌龙与普洱 Oolong and pu-erh"),
    "herbal": ("茶 Tea", "花草茶 Flower tea"),
    "pots": ("茶具 Tea ware", "茶壶 Teapots"),
    "cups": ("茶具 Tea ware", "茶杯 Cups"),
    "trays": ("茶具 Tea ware", "茶盘与配件 Trays and tools"),
    "bowls": ("厨房 Kitchen", "碗盘 Bowls and plates"),
    "knives": ("厨房 Kitchen", "刀具与砧板 Knives and boards"),
    "cook": ("厨房 Kitchen", "锅具 Cookware"),
    "textile": ("家居 Home", "布艺 Textiles"),
    "scent": ("家居 Home", "香与灯 Incense and lamps"),
    "gift": ("礼盒 Gift sets",),
}
"""Path of each category from the root."""

GOODS = Path(__file__).with_name("goods.csv")
"""What is sold: ``quality`` is the mean of its stars, ``demand`` its weight; variants
are ``suffix zh|suffix en|price in yuan|cost in yuan``, separated by ``; ``."""

DUTY = {"green", "black", "oolong", "herbal"}
"""Categories that are food, taxed at the lower rate where there is one."""


@dataclass(frozen=True, slots=True)
class Article:
    """One variant; ``price`` and ``cost`` in fen (hundredths of a yuan)."""

    external_id: str
    parent_id: str
    sku: str
    barcode: str
    category: str
    name_zh: str
    name_en: str
    price: int
    cost: int
    quality: float
    demand: float
    active: bool

    @property
    def name(self) -> str:
        """Name in both languages, as the firm keeps it."""
        return f"{self.name_zh} · {self.name_en}"

    def name_in(self, lang: str) -> str:
        """Name as a buyer of this language sees it."""
        return self.name_zh if lang == "zh" else self.name_en


def articles() -> list[Article]:
    """Give all variants, always the same; one is no longer sold."""
    found: list[Article] = []
    with GOODS.open(encoding="utf-8", newline="") as handle:
        for number, row in enumerate(csv.DictReader(handle), start=1):
            for rank, variant in enumerate(row["variants"].split("; ")):
                found.append(_article(len(found), number, rank, row, variant))
    return found


def _article(
    count: int, number: int, rank: int, row: dict[str, str], variant: str
) -> Article:
    suffix_zh, suffix_en, price, cost = variant.split("|")
    letter = "ABCDE"[rank]
    serial = f"69{number:04d}{ord(letter):05d}0"
    return Article(
        external_id=str(500 + count),
        parent_id=f"p{number}",
        sku=f"{row['key'][:4].upper()}-{number:02d}{letter}",
        barcode=serial + _check_digit(serial),
        category=row["category"],
        name_zh=f"{row['name_zh']} {suffix_zh}",
        name_en=f"{row['name_en']}, {suffix_en}",
        price=int(price) * 100,
        cost=int(cost) * 100,
        quality=float(row["quality"]),
        demand=float(row["demand"]) / (1 + rank),
        active=row["key"] != "lamp",
    )


def _check_digit(digits: str) -> str:
    total = sum(int(d) * (3 if n % 2 else 1) for n, d in enumerate(digits))
    return str(-total % 10)
