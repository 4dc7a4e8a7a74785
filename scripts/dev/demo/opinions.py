# ruff: noqa: PLR2004 - the numbers of an invented world stand where they are used
"""Reviews in the customer's language whose stars follow what happened to the order."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from .catalogue import Article
from .parcels import Parcel

_PRAISE = {
    "zh": "茶香浓郁，回甘持久|包装很精致，送人很体面|做工细腻，比图片还好看|"
    "已经回购好几次了|口感清爽，家人都喜欢|物流快，客服态度好|性价比高，值得推荐",
    "en": "Wonderful quality, exactly as described|Beautifully packed, a lovely gift|"
    "My third order and still impressed|Better than in the photos|"
    "Fast and friendly service|"
    "Great value, would buy again|The taste is clean and lasting",
    "de": "Hervorragende Qualität|Sehr schön verpackt, ideal als Geschenk|Gerne wieder|"
    "Noch schöner als auf dem Foto|Preis und Leistung stimmen",
    "ja": "品質がとても良いです|丁寧に梱包されていました|また購入したいです|"
    "香りが素晴らしい",
}
_PLAIN = {
    "zh": "还可以，中规中矩|质量一般，价格也不贵|和预期差不多",
    "en": "It is okay, nothing special|Decent for the price|Good, but a bit small",
    "de": "In Ordnung|Ganz gut, etwas kleiner als gedacht",
    "ja": "普通です|値段相応だと思います",
}
_BLAME = {
    "zh": "用了一周就坏了|和描述不符，有点失望|收到时有破损|保温效果差",
    "en": "Broke after a week|Not as described, disappointed|Arrived with a crack|"
    "The lid leaks",
    "de": "Nach einer Woche kaputt|Entspricht nicht der Beschreibung|Deckel undicht",
    "ja": "一週間で壊れました|説明と違いました",
}
_LATE = {
    "zh": "物流太慢了，等了很久",
    "en": "Delivery took far too long",
    "de": "Die Lieferung hat viel zu lange gedauert",
    "ja": "配送がとても遅かったです",
}
_TITLES = {
    "zh": ("不满意", "一般", "很好"),
    "en": ("Disappointed", "Okay", "Very happy"),
    "de": ("Enttäuscht", "Okay", "Sehr zufrieden"),
    "ja": ("残念", "普通", "大満足"),
}


@dataclass(frozen=True, slots=True)
class Opinion:
    """A review of one article of an order."""

    external_id: str
    at: datetime
    parcel: Parcel
    article: Article
    rating: int
    title: str
    text: str
    state: str


def review(rng: Random, parcels: list[Parcel], now: datetime) -> list[Opinion]:
    """Give the reviews of delivered orders, about one in six, oldest first."""
    drafts = []
    for parcel in parcels:
        if parcel.delivered_at is None or rng.random() > 0.165:
            continue
        at = parcel.delivered_at + timedelta(hours=rng.expovariate(1 / 90) + 1)
        if at < now:
            drafts.append((at.replace(microsecond=0), parcel))
    drafts.sort(key=lambda draft: (draft[0], draft[1].external_id))
    return [
        _opinion(rng, f"r{number}", at, parcel)
        for number, (at, parcel) in enumerate(drafts, start=1)
    ]


def _opinion(rng: Random, external_id: str, at: datetime, parcel: Parcel) -> Opinion:
    sale = parcel.sale
    article = rng.choice(sale.items).article
    late = parcel.delivered_at is not None and parcel.delivered_at > parcel.promised_at
    mood = rng.gauss(article.quality + 0.25, 0.85)
    mood -= 1.4 * late + 1.8 * bool(sale.paybacks) + 3 * (rng.random() < 0.03)
    rating = min(5, max(1, round(mood)))
    lang = sale.person.lang
    if late and rating <= 3:
        text = _LATE[lang]
    else:
        pool = _BLAME if rating <= 2 else _PLAIN if rating == 3 else _PRAISE
        text = (
            "；".join(_draw(rng, pool[lang]))
            if lang == "zh"
            else ". ".join(_draw(rng, pool[lang]))
        )
    return Opinion(
        external_id=external_id,
        at=at,
        parcel=parcel,
        article=article,
        rating=rating,
        title=_TITLES[lang][0 if rating <= 2 else 1 if rating == 3 else 2],
        text=text,
        state="approved" if rng.random() < 0.97 else rng.choice(("pending", "hidden")),
    )


def _draw(rng: Random, pool: str) -> list[str]:
    texts = pool.split("|")
    return rng.sample(texts, min(len(texts), 1 + (rng.random() < 0.35)))
