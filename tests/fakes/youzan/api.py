"""Answers of the open API: lists with Youzan's limits, yuan and fen as it has them."""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Callable, Iterable
from typing import Any

from .auth import refused
from .store import Row, Store, info_of, seconds_of

_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_DAY_S = 86_400
SINCE_2020 = "2020-01-01 00:00:00"
NO_ORDER: Row = {"delivery_order": [], "refund_order": [], "full_order_info": {}}


class Refusal(Exception):
    """An error inside an answer."""

    def __init__(self, code: int, words: str, data: Any = None) -> None:
        super().__init__(words)
        self.body = refused(code, words, data)


class Api:
    """Answers calls from a store.

    Attributes:
        span_days: longest span of time of lists of orders.
        customers_in_ms: the list of customers wants milliseconds.
        count_is_off_by: added to the lengths that lists tell.
        calls: names of the APIs asked.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.span_days = 90
        self.customers_in_ms = False
        self.count_is_off_by = 0
        self.calls: list[str] = []
        self._random = random.Random(1)
        self.methods: dict[str, Callable[[Row], Row]] = {
            "youzan.trades.sold.get/4.0.4": self.orders,
            "youzan.trades.sold.get/4.0.0": self.old_orders,
            "youzan.trade.get/4.0.2": self.order,
            "youzan.trade.refund.search/3.0.1": self.refunds,
            "youzan.trade.refund.get/3.0.1": self.refund,
            "youzan.items.onsale.get/3.0.0": lambda asked: self.items(asked, 1),
            "youzan.items.inventory.get/3.0.0": lambda asked: self.items(asked, 0),
            "youzan.item.detail.get/1.0.1": self.item,
            "youzan.scrm.customer.list/1.0.0": self.customers,
            "youzan.scrm.customer.detail.get/1.0.1": self.customer,
            "youzan.logistics.express.get/3.0.0": lambda _asked: {
                "allExpress": [{"id": 1, "name": "申通快递"}, {"id": 2, "name": "圆通"}]
            },
        }

    def call(self, name: str, asked: Row) -> Row:
        """Return the answer of an API."""
        self.calls.append(name)
        try:
            with self.store.lock:
                data = copy.deepcopy(self.methods[name](asked))
        except Refusal as refusal:
            return refusal.body
        return {"success": True, "code": 200, "data": data, "message": "successful"}

    def orders(self, asked: Row) -> Row:
        """Answer the list of orders; those before 2020 are not in it."""
        return self._orders(asked, lambda info: info["created"] >= SINCE_2020)

    def old_orders(self, asked: Row) -> Row:
        """Answer the older list of orders."""
        return self._orders(asked, lambda info: info["created"] < SINCE_2020)

    def _orders(self, asked: Row, holds: Callable[[Row], bool]) -> Row:
        by = "update" if "start_update" in asked else "created"
        field = "update_time" if by == "update" else by
        begin, end = asked.get(f"start_{by}"), asked.get(f"end_{by}")
        self._check_span(begin, end)
        found = [
            row
            for tid, row in self.store.orders.items()
            if tid not in self.store.lagging
            and holds(info_of(row))
            # a time that stands alone is no condition
            and (not begin or not end or begin <= info_of(row)[field] <= end)
            and asked.get("status") in (None, info_of(row)["status"])
        ]
        rows = self._page(asked, found, lambda row: info_of(row)[field], 100, 10_000)
        listed = [{"full_order_info": row["full_order_info"]} for row in rows]
        return {
            "full_order_info_list": listed,
            "total_results": len(found) + self.count_is_off_by,
        }

    def _check_span(self, begin: Any, end: Any) -> None:
        if not begin or not end:
            return
        nothing: Row = {"full_order_info_list": []}
        if not (_TIME.fullmatch(begin) and _TIME.fullmatch(end)):
            raise Refusal(5001, "系统异常", nothing)
        if begin >= end:
            raise Refusal(5000, "开始时间不能大于结束时间", nothing)
        if seconds_of(end) - seconds_of(begin) > self.span_days * _DAY_S:
            words = "每次可搜索一年订单记录,请重新选择起止时间"
            raise Refusal(106000001, words, nothing)
        if seconds_of(end) > self.store.now().timestamp() + 7 * _DAY_S:
            raise Refusal(106000003, "结束时间不能超过当前日期后7天", nothing)

    def order(self, asked: Row) -> Row:
        """Answer one order."""
        tid = str(asked.get("tid") or "")
        if not re.fullmatch(r"[EC]\w+", tid):
            raise Refusal(106000004, "订单号非法")
        if tid not in self.store.orders or tid in self.store.unseen:
            raise Refusal(5000, "trade not found", NO_ORDER)
        return self.store.orders[tid]

    def refunds(self, asked: Row) -> Row:
        """Answer the list of refunds: those made in three months unless told else."""
        begin, end = asked.get("update_time_start"), asked.get("update_time_end")
        recent = self.store.now().timestamp() - 90 * _DAY_S
        found = [
            {k: v for k, v in row.items() if k not in ("refund_order_item", "desc")}
            for row in self.store.refunds.values()
            if asked.get("status") in (None, row["status"])
            and (
                begin <= seconds_of(row["modified"]) <= end
                if begin is not None and end is not None
                else seconds_of(row["created"]) >= recent
            )
        ]
        rows = self._page(asked, found, lambda row: row["modified"], 100, 3000)
        return {"refunds": rows, "total": len(found) + self.count_is_off_by}

    def refund(self, asked: Row) -> Row:
        """Answer one refund."""
        own = str(asked.get("refund_id"))
        if own not in self.store.refunds:
            raise Refusal(103011024, "退款记录不存在")
        return self.store.refunds[own]

    def items(self, asked: Row, display: int) -> Row:
        """Answer the list of products on sale or in stock; times in milliseconds."""
        begin, end = asked.get("update_time_start", 0), asked.get("update_time_end")
        found = [
            {
                "item_id": row["item_id"],
                "title": row["title"],
                "price": row["item_price_param"].get("price"),
                "update_time": row["update_time"],
            }
            for row in self.store.items.values()
            if row["is_display"] == display
            and begin <= seconds_of(row["update_time"]) * 1000
            and (end is None or seconds_of(row["update_time"]) * 1000 <= end)
        ]
        rows = self._page(asked, found, lambda row: row["update_time"], 199, 3999)
        return {"items": rows, "count": len(found) + self.count_is_off_by}

    def item(self, asked: Row) -> Row:
        """Answer one product; it does not tell when it changed."""
        row = self.store.items.get(asked.get("item_id") or 0)
        if row is None:
            raise Refusal(122001001, "商品不存在")
        return {k: v for k, v in row.items() if k != "update_time"}

    def customers(self, asked: Row) -> Row:
        """Answer the list of customers, by when they became one."""
        unit = 1000 if self.customers_in_ms else 1
        begin = asked.get("created_at_start", 0)
        end = asked.get("created_at_end", 10**15)
        found = [
            row
            for row in self.store.customers.values()
            if begin <= row["created_at"] * unit <= end
        ]
        rows = self._page(asked, found, lambda row: row["created_at"], 50, 10_000)
        return {"record_list": rows, "total": len(found) + self.count_is_off_by}

    def customer(self, asked: Row) -> Row:
        """Answer one customer; its date in milliseconds, whatever is documented."""
        row = self.store.customers.get(str(asked.get("yz_open_id")))
        if row is None:
            raise Refusal(144100000, "不是该店铺客户")
        return {**row, "created_at": row["created_at"] * 1000, "cards": []}

    def _page(
        self,
        asked: Row,
        rows: Iterable[Row],
        key: Callable[[Row], Any],
        widest: int,
        deepest: int,
    ) -> list[Row]:
        page, size = int(asked.get("page_no") or 1), int(asked.get("page_size") or 20)
        if size > widest:
            raise Refusal(5000, f"每页最多显示{widest}条数据")
        if page * size > deepest:
            raise Refusal(142710032, "超过列表获取总数")
        found = list(rows)
        # ties come in another order each time
        self._random.shuffle(found)
        found.sort(key=key, reverse=True)
        return found[(page - 1) * size : page * size]
