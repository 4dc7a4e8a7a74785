"""Sums of one customer's orders: the slow, plain form of ``metrics/order_facts.py``."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from .rhythm import local_day

YEAR_DAYS = 365
TREND_DAYS = 90


@dataclass(frozen=True)
class Booking:
    """A counted order or refund of one customer.

    Attributes:
        at: naive UTC moment.
        is_refund: a refund; its sums are negative.
        revenue: without tax, in the company's currency.
        margin: in the company's currency.
        is_paid_back: an order whose refunds reach its total.
    """

    at: datetime
    is_refund: bool
    revenue: Decimal
    margin: Decimal
    is_paid_back: bool = False

    @property
    def is_event(self) -> bool:
        """An order of more than zero that was not paid back as a whole."""
        return not self.is_refund and self.revenue > 0 and not self.is_paid_back


@dataclass(frozen=True)
class Facts:
    """Sums of one customer; days are those of the company's time zone.

    Attributes:
        event_days: different days with an order, rising.
        first_revenue: revenue of the orders of the first of these days.
    """

    event_days: list[date]
    first_revenue: Decimal
    order_count: int
    order_count_12m: int
    order_count_rfm: int
    revenue: Decimal
    revenue_12m: Decimal
    revenue_rfm: Decimal
    revenue_90d: Decimal
    revenue_prev_90d: Decimal
    margin: Decimal
    margin_12m: Decimal
    refund_amount: Decimal

    @property
    def repeat_value(self) -> Decimal | None:
        """Mean revenue of a day with orders, without the first one.

        Refunds are taken off, whichever order they belong to; None with fewer than two
        such days. At or below zero it says nothing of the customer's orders.
        """
        repeats = len(self.event_days) - 1
        if repeats < 1:
            return None
        return (self.revenue - self.first_revenue) / repeats

    @property
    def refund_rate(self) -> Decimal:
        """Part of the sales that was paid back, 0 to 1, four decimals."""
        if self.refund_amount <= 0:
            return Decimal(0)
        sold = max(self.revenue + self.refund_amount, self.refund_amount)
        return min(Decimal(1), self.refund_amount / sold).quantize(Decimal("0.0001"))


def sum_up(
    bookings: Iterable[Booking], timezone: str, today: date, rfm_window_days: int
) -> Facts:
    """Sum the bookings of one customer.

    Args:
        bookings: all that count, in any order.
        timezone: IANA name; decides on which day a booking falls.
        today: of the company; a window of n days holds today and n - 1 days before.
        rfm_window_days: length of the window for RFM.
    """
    dated = [(local_day(each.at, timezone), each) for each in bookings]

    def inside(days: int, skip: int = 0) -> list[Booking]:
        first = today - timedelta(days=days + skip - 1)
        end = today - timedelta(days=skip) if skip else date.max
        return [each for day, each in dated if first <= day <= end]

    def count(chosen: list[Booking]) -> int:
        return sum(each.is_event for each in chosen)

    def total(chosen: list[Booking]) -> Decimal:
        return sum((each.revenue for each in chosen), Decimal(0))

    def earned(chosen: list[Booking]) -> Decimal:
        return sum((each.margin for each in chosen), Decimal(0))

    everything = [each for _, each in dated]
    event_days = sorted({day for day, each in dated if each.is_event})
    first = [each for day, each in dated if each.is_event and day == event_days[0]]
    year, window = inside(YEAR_DAYS), inside(rfm_window_days)
    return Facts(
        event_days=event_days,
        first_revenue=total(first),
        order_count=count(everything),
        order_count_12m=count(year),
        order_count_rfm=count(window),
        revenue=total(everything),
        revenue_12m=total(year),
        revenue_rfm=total(window),
        revenue_90d=total(inside(TREND_DAYS)),
        revenue_prev_90d=total(inside(TREND_DAYS, TREND_DAYS)),
        margin=earned(everything),
        margin_12m=earned(year),
        refund_amount=-total([each for each in everything if each.is_refund]),
    )
