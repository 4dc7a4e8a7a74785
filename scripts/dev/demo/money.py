"""Currencies, rates and taxes of the invented shop; amounts are whole minor units."""

from datetime import date, timedelta
from random import Random

# Units for one euro, about as in 2025; the company's currency is one of these.
PER_EURO = {"EUR": 1.0, "USD": 1.12, "CNY": 8.0, "GBP": 0.85, "HKD": 8.75, "CHF": 0.95}
ABROAD = {"en": "USD", "ja": "USD", "de": "EUR"}
EXPORT_MARKUP = 1.25
_VAT = {"CN": 13.0, "GB": 20.0, "JP": 10.0}
_FOOD_VAT = {"CN": 9.0, "DE": 7.0, "GB": 0.0, "JP": 8.0}
_US_SALES_TAX = {"NY": 8.875, "CA": 8.625, "WA": 10.25, "IL": 10.25, "TX": 8.25}


class Market:
    """Prices for one company currency: buyers at home pay in it, others in theirs."""

    def __init__(self, company_currency: str):
        if company_currency not in PER_EURO:
            known = ", ".join(sorted(PER_EURO))
            raise ValueError(
                f"no demo prices in {company_currency!r}; choose one of {known}"
            )
        self.home = company_currency

    @property
    def currencies(self) -> list[str]:
        """All currencies that orders are in, the company's own first."""
        return [self.home, *sorted({*ABROAD.values()} - {self.home})]

    def currency_of(self, lang: str) -> str:
        """Give the currency that buyers of this language pay in."""
        return ABROAD.get(lang, self.home)

    def price(self, fen: int, lang: str) -> int:
        """Turn a price in fen into a shelf price of the buyer's currency."""
        currency = self.currency_of(lang)
        markup = 1.0 if lang == "zh" else EXPORT_MARKUP
        amount = fen * PER_EURO[currency] / PER_EURO["CNY"] * markup
        if currency == "CNY":
            return round(amount / 100) * 100
        return max(round(amount / 50), 1) * 50 - 5

    def company_amount(self, fen: int) -> int:
        """Turn fen into the company's currency, for list prices and costs."""
        return round(fen * PER_EURO[self.home] / PER_EURO["CNY"])

    def rates(self, rng: Random, start: date, end: date) -> list[tuple[date, str, str]]:
        """Give a rate for each month and foreign currency.

        Returns:
            (first of the month, currency, units of it for one of the company's).
        """
        rows = []
        for currency in self.currencies[1:]:
            rate = PER_EURO[currency] / PER_EURO[self.home]
            month = start.replace(day=1)
            while month <= end:
                rows.append((month, currency, f"{rate:.6f}"))
                rate *= 1 + rng.uniform(-0.008, 0.008)
                month = (month + timedelta(days=31)).replace(day=1)
        return rows


def tax_percent(country: str, state: str, is_food: bool) -> float:
    """Give the tax that is contained in a price paid in this place."""
    if country == "US":
        return 0.0 if is_food else _US_SALES_TAX.get(state, 0.0)
    if country == "DE":
        return _FOOD_VAT["DE"] if is_food else 19.0
    return (_FOOD_VAT if is_food else _VAT).get(country, 0.0)


def split_tax(total: int, percent: float) -> tuple[int, int]:
    """Split a gross amount into net and tax, which add up to it again."""
    net = round(total / (1 + percent / 100))
    return net, total - net


def text(amount: int) -> str:
    """Write whole minor units as a decimal: 1205 is ``12.05``."""
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 100}.{abs(amount) % 100:02d}"
