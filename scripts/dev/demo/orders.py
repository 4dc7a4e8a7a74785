# ruff: noqa: PLR2004 - the numbers of an invented world stand where they are used
"""What the invented customers order, pay, cancel and send back."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from . import money, seasons
from .catalogue import DUTY, Article
from .people import Person

SHIPPING_FEN = {"home": (19_900, 1_200), "abroad": (59_700, 6_400)}
"""From what value of goods on the parcel is free, and what it costs below it."""
_HOURS = (2, 1, 0, 0, 0, 0, 1, 2, 4, 6, 8, 8, 9, 8, 7, 7, 7, 7, 8, 10, 12, 12, 9, 5)
_CHANNELS = {
    "zh": (
        ("Tmall 天猫", 45),
        ("WeChat 微信小店", 27),
        ("Web shop", 20),
        ("Showroom 门店", 8),
    ),
    "en": (("Web shop", 70), ("Etsy", 22), ("Phone", 8)),
    "de": (("Web shop", 78), ("Phone", 10), ("Etsy", 12)),
    "ja": (("Web shop", 100),),
}
_PAYMENTS = {
    "zh": ("alipay", "alipay", "wechat_pay", "wechat_pay", "unionpay"),
    "en": ("card", "card", "paypal"),
    "de": ("paypal", "paypal", "invoice", "card"),
    "ja": ("card", "konbini"),
}
_CAMPAIGNS = (
    ("newsletter", "email", "monthly"),
    ("google", "cpc", "tea-search"),
    ("wechat", "social", "moments"),
    ("instagram", "social", "tea-ware"),
    ("xiaohongshu", "social", "gift-ideas"),
)
_REASONS = {
    "zh": ("七天无理由退货", "商品破损", "少发漏发", "与描述不符", "不喜欢"),
    "en": ("Arrived broken", "Changed my mind", "Item missing", "Not as described"),
    "de": ("Beschädigt angekommen", "Gefällt nicht", "Artikel fehlt"),
    "ja": ("破損していた", "イメージと違う"),
}


@dataclass(slots=True)
class Item:
    """Goods sold; amounts in minor units, ``net + tax = total``."""

    article: Article
    quantity: int
    unit_price: int
    discount: int
    net: int
    tax: int
    total: int


@dataclass(slots=True)
class Payback:
    """A refund: of ``items`` (position, quantity, net, tax, total) or of a sum."""

    at: datetime
    reason: str
    total: int
    items: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    shipping: tuple[int, int, int] | None = None


@dataclass(slots=True)
class Sale:
    """An order as the shop keeps it; times are the shop's own, naive."""

    person: Person
    at: datetime
    external_id: str = ""
    currency: str = ""
    channel: str = ""
    payment: str = ""
    state: str = "completed"
    coupon: str = ""
    campaign: tuple[str, str, str] | None = None
    items: list[Item] = field(default_factory=list)
    shipping: tuple[int, int, int] = (0, 0, 0)
    rebate: tuple[int, int, int] = (0, 0, 0)
    paybacks: list[Payback] = field(default_factory=list)
    paid_at: datetime | None = None
    changed_at: datetime | None = None

    @property
    def total(self) -> int:
        """What is to pay, with tax and shipping, before refunds."""
        return sum(i.total for i in self.items) + self.shipping[2] + self.rebate[2]

    @property
    def tax(self) -> int:
        """Tax in it."""
        return sum(i.tax for i in self.items) + self.shipping[1] + self.rebate[1]

    @property
    def refunded(self) -> int:
        """What was paid back."""
        return sum(payback.total for payback in self.paybacks)


def pay_back_all(sale: Sale, at: datetime, reason: str) -> None:
    """Refund an order as a whole: all goods, shipping and voucher."""
    back = Payback(at, reason, sale.total)
    for number, item in enumerate(sale.items):
        back.items.append((number, item.quantity, item.net, item.tax, item.total))
    back.shipping = sale.shipping if sale.shipping[2] else None
    sale.paybacks.append(back)
    sale.state = "refunded"
    sale.changed_at = at


class Till:
    """Sells articles to people, up to the moment ``now`` of the shop's clock."""

    def __init__(
        self, rng: Random, market: money.Market, goods: list[Article], now: datetime
    ):
        self.rng, self.market, self.now = rng, market, now
        self.goods = [article for article in goods if article.active]
        self.baskets: dict[tuple[str, ...], list[float]] = {}

    def sell(self, people: list[Person]) -> list[Sale]:
        """Give all orders of all people, oldest first and numbered."""
        sales = [self._sale(person, day) for person in people for day in person.days]
        sales.sort(key=lambda sale: (sale.at, sale.person.external_id))
        for number, sale in enumerate(sales, start=10_001):
            sale.external_id = str(number)
        return sales

    def _sale(self, person: Person, day: date) -> Sale:
        rng, lang = self.rng, person.lang
        channels = _CHANNELS[lang]
        sale = Sale(
            person,
            self._moment(day),
            currency=self.market.currency_of(lang),
            channel=rng.choices([c for c, _ in channels], [w for _, w in channels])[0],
            payment=rng.choice(_PAYMENTS[lang]),
        )
        if sale.channel == "Web shop" and rng.random() < 0.35:
            sale.campaign = rng.choice(_CAMPAIGNS)
        self._fill(sale)
        self._shipping(sale)
        self._fate(sale)
        return sale

    def _moment(self, day: date) -> datetime:
        hour = self.rng.choices(range(24), _HOURS)[0]
        minute, second = self.rng.randrange(60), self.rng.randrange(60)
        return datetime.combine(day, time(hour, minute, second))

    def _fill(self, sale: Sale) -> None:
        rng, person = self.rng, sale.person
        count = rng.choices((1, 2, 3, 4, 5), (38, 30, 18, 9, 5))[0]
        chosen = self._choose(person, sale.at.date(), count)
        percent = seasons.sale_discount(sale.at.date(), person.lang)
        if not percent and rng.random() < 0.09:
            sale.coupon = rng.choice(("WELCOME10", "TEA10", "THANKS10"))
            percent = 10
        for article in chosen:
            quantity = rng.choices((1, 2, 3), (80, 15, 5))[0]
            if person.is_company:
                quantity = rng.choice((4, 6, 6, 10, 12, 20, 24))
            sale.items.append(self._item(article, quantity, percent, person))
        if not sale.coupon and not percent and rng.random() < 0.03:
            self._rebate(sale)

    def _choose(self, person: Person, day: date, count: int) -> list[Article]:
        weights = self.baskets.get(person.favourites)
        if weights is None:
            weights = [
                a.demand * (5 if a.category in person.favourites else 1)
                for a in self.goods
            ]
            self.baskets[person.favourites] = weights
        gifts = seasons.weight(day, person.lang) > 2
        drawn = []
        for article in self.rng.choices(self.goods, weights, k=count * 3):
            fits = (article.price / 12_000) ** (person.spend - 1)
            wanted = min(fits, 2.0) * (
                1.6 if gifts and article.category == "gift" else 1
            )
            if article not in drawn and self.rng.random() < wanted / 2:
                drawn.append(article)
        return drawn[:count] or [self.rng.choices(self.goods, weights)[0]]

    def _item(
        self, article: Article, quantity: int, percent: int, person: Person
    ) -> Item:
        unit = self.market.price(article.price, person.lang)
        if person.is_company:
            percent = max(percent, 8 if quantity < 12 else 15)
        gross = unit * quantity
        total = gross - gross * percent // 100
        rate = money.tax_percent(
            person.place.country, person.place.state, article.category in DUTY
        )
        net, tax = money.split_tax(total, rate)
        discount = money.split_tax(gross, rate)[0] - net
        return Item(article, quantity, unit, discount, net, tax, total)

    def _rebate(self, sale: Sale) -> None:
        """Take a round sum off the whole order, as a voucher does."""
        value = self.market.price(2_000, sale.person.lang)
        if value * 3 < sum(item.total for item in sale.items):
            sale.rebate = (-value, 0, -value)

    def _shipping(self, sale: Sale) -> None:
        person = sale.person
        if sale.channel.startswith("Showroom"):
            return
        goods = sum(item.total for item in sale.items)
        free_from, cost = SHIPPING_FEN["home" if person.lang == "zh" else "abroad"]
        if goods >= self.market.price(free_from, person.lang):
            return
        cost = self.market.price(cost, person.lang)
        rate = money.tax_percent(
            person.place.country, person.place.state, is_food=False
        )
        sale.shipping = (*money.split_tax(cost, rate), cost)

    def _fate(self, sale: Sale) -> None:
        """Decide how the order ended: paid, cancelled, failed, refunded."""
        rng, age = self.rng, self.now - sale.at
        chance = rng.random()
        sale.changed_at = sale.at
        if chance < 0.028:
            sale.state = "cancelled"
            sale.changed_at = self._later(sale.at, 1, 30)
        elif chance < 0.036:
            sale.state = "failed"
        elif age < timedelta(days=2) and chance < 0.2:
            sale.state = "pending"
        else:
            sale.paid_at = self._later(sale.at, 0, 2)
            sale.changed_at = sale.paid_at
            if chance > 0.94 and age > timedelta(days=9):
                self._refund(sale, full=chance > 0.975)

    def _refund(self, sale: Sale, *, full: bool) -> None:
        rng = self.rng
        at = self._later(sale.at, 24 * 6, 24 * 25)
        back = Payback(at, rng.choice(_REASONS[sale.person.lang]), 0)
        if full:
            pay_back_all(sale, at, back.reason)
            return
        if sale.rebate[2] or rng.random() < 0.3:
            back.total = sale.items[0].total // 5 // 10 * 10 or 1
        else:
            number = rng.randrange(len(sale.items))
            item = sale.items[number]
            count = rng.randrange(1, item.quantity + 1)
            total = item.total * count // item.quantity
            net = item.net * count // item.quantity
            back.items.append((number, count, net, total - net, total))
            back.total = total
        sale.paybacks.append(back)
        sale.changed_at = at

    def _later(self, at: datetime, low_hours: int, high_hours: int) -> datetime:
        """Give a moment after ``at`` that is not in the future."""
        past = int((self.now - at).total_seconds()) - 60
        low, high = low_hours * 3600 + 20, high_hours * 3600 + 3600
        # What would fall into the future is spread over the time there was.
        high = min(high, max(past, 1))
        low = min(low, high - 1)
        return at + timedelta(seconds=self.rng.randrange(low, high))
