"""The lists of Youzan, each with its own way to be asked for a span of time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from sync_agent.port import Json

from .client import YouzanClient
from .orders import info_of, order_id
from .states import DONE
from .times import text_of, time_of
from .windows import Spans

_DAY_S = 86_400
_SPAN_S = 80 * _DAY_S
"""Youzan takes three months at most, in another answer a year."""
_MOST_PAGES_ORDERS = 100
_MOST_ROWS_REFUNDS = 3000
_MOST_ROWS_ITEMS = 4000
_MOST_ROWS_CUSTOMERS = 10_000
_PAGE_CUSTOMERS = 50
_MS = 1000
SINCE_2020 = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp()) - 8 * 3600
"""Orders before this second are in an older version of the list only."""
FIRST_DAY = int(datetime(2012, 11, 1, tzinfo=UTC).timestamp())
"""Youzan has been there since."""

ON_SALE = "youzan.items.onsale.get"
IN_STOCK = "youzan.items.inventory.get"


class Lists:
    """Asks for pages of lists.

    Args:
        client: asks.
    """

    def __init__(self, client: YouzanClient) -> None:
        self._client = client
        self._page_size = client.settings.page_size

    def orders(self, by: str, status: str = "") -> Spans:
        """Return the list of orders.

        Args:
            by: ``created`` or ``update``.
            status: only orders in it.
        """
        more = {"status": status} if status else {}

        def fetch(begin: int, end: int, page: int) -> tuple[list[Json], int]:
            version = "4.0.4" if end >= SINCE_2020 else "4.0.0"
            return self._client.rows(
                "youzan.trades.sold.get",
                version,
                {
                    f"start_{by}": text_of(begin),
                    f"end_{by}": text_of(end),
                    "page_no": page,
                    "page_size": self._page_size,
                    **more,
                },
                "full_order_info_list",
                "total_results",
            )

        field = "update_time" if by == "update" else by
        return Spans(
            fetch,
            order_id,
            lambda row: time_of(info_of(row).get(field)),
            self._page_size,
            _MOST_PAGES_ORDERS,
            _SPAN_S,
        )

    def refunds(self) -> Spans:
        """Return the list of refunds that were carried out, by their last change."""
        return self._numbered(
            ("youzan.trade.refund.search", "3.0.1"),
            ("refunds", "total"),
            lambda begin, end: {
                "update_time_start": begin,
                "update_time_end": end,
                "status": DONE,
            },
            ("refund_id", "modified"),
            most_rows=_MOST_ROWS_REFUNDS,
            widest_s=_SPAN_S,
        )

    def items(self, api: str) -> Spans:
        """Return the list of products on sale or in stock, by their last change."""
        return self._numbered(
            (api, "3.0.0"),
            ("items", "count"),
            lambda begin, end: {
                "update_time_start": begin * _MS,
                "update_time_end": end * _MS,
                "order_by": "update_time:asc",
            },
            ("item_id", "update_time"),
            most_rows=_MOST_ROWS_ITEMS - 1,
        )

    def customers(self) -> Spans:
        """Return the list of customers, by when they became one."""
        return self._numbered(
            ("youzan.scrm.customer.list", "1.0.0"),
            ("record_list", "total"),
            lambda begin, end: {
                "created_at_start": begin * self._customer_unit,
                "created_at_end": end * self._customer_unit,
            },
            ("yz_open_id", "created_at"),
            most_rows=_MOST_ROWS_CUSTOMERS,
            page_size=min(self._page_size, _PAGE_CUSTOMERS),
        )

    @cached_property
    def _customer_unit(self) -> int:
        """What a second is in the list of customers: 1 or 1000.

        The documentation says seconds in one place and milliseconds in another; the
        wrong one finds nobody, without an error.
        """
        now = int(self._client.tools.clock.now().timestamp())
        if not self.count_customers():
            return 1
        in_seconds = self.count_customers(
            created_at_start=FIRST_DAY, created_at_end=now + _DAY_S
        )
        return 1 if in_seconds else _MS

    def count_customers(self, **params: int) -> int:
        """Return the length of the list of customers."""
        return self._client.rows(
            "youzan.scrm.customer.list",
            "1.0.0",
            {"page_no": 1, "page_size": 1, **params},
            "record_list",
            "total",
        )[1]

    def _numbered(
        self,
        api: tuple[str, str],
        places: tuple[str, str],
        span: Callable[[int, int], Json],
        fields: tuple[str, str],
        *,
        most_rows: int,
        widest_s: int = 0,
        page_size: int = 0,
    ) -> Spans:
        """Return a list whose spans are numbers.

        Args:
            api: asked for it, and its version.
            places: of rows and length in the answer.
            span: makes the parameters of a span.
            fields: id and time of a row.
            most_rows: that Youzan gives of one span.
            widest_s: longest span; 0: any.
            page_size: rows of a page; 0: as set.
        """
        size = page_size or self._page_size
        key, stamp = fields

        def fetch(begin: int, end: int, page: int) -> tuple[list[Json], int]:
            asked = {**span(begin, end), "page_no": page, "page_size": size}
            return self._client.rows(*api, asked, *places)

        def stamp_of(row: Json) -> Any:
            return time_of(row.get(stamp))

        def key_of(row: Json) -> str:
            return str(row.get(key) or "?")

        most_pages = max(1, most_rows // size)
        return Spans(fetch, key_of, stamp_of, size, most_pages, widest_s)
