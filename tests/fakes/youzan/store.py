"""Records of a fake Youzan shop, with its silent changes."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

Row = dict[str, Any]
BEIJING = timezone(timedelta(hours=8))


def time_text(at: datetime) -> str:
    """Return a time as Youzan writes it: Beijing's, without saying so."""
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def seconds_of(text: str) -> int:
    """Return an instant as seconds since 1970."""
    naive = datetime.fromisoformat(text)
    return int(naive.replace(tzinfo=BEIJING).timestamp())


def info_of(row: Row) -> Row:
    """Return the part of an order that holds its dates and states."""
    info: Row = row["full_order_info"]["order_info"]
    return info


class Store:
    """All records in memory; safe for the threads of the server.

    Attributes:
        lagging: orders that the list does not show yet.
        unseen: orders that the single answer does not know yet.
    """

    def __init__(self, now: Callable[[], datetime] | None = None) -> None:
        self.now = now or (lambda: datetime.now(UTC))
        self.lock = threading.RLock()
        self.orders: dict[str, Row] = {}
        self.refunds: dict[str, Row] = {}
        self.customers: dict[str, Row] = {}
        self.items: dict[int, Row] = {}
        self.lagging: set[str] = set()
        self.unseen: set[str] = set()
        self._numbers = itertools.count(1)

    def number(self) -> int:
        """Return a new number."""
        return next(self._numbers)

    def add_order(self, row: Row, at: datetime | None = None) -> str:
        """Store an order made at a time; return its number."""
        with self.lock:
            info, text = info_of(row), time_text(at or self.now())
            number = f"E{text.translate(str.maketrans('', '', '- :'))}"
            info.setdefault("tid", f"{number}{self.number():09d}")
            info["created"] = text
            info.setdefault("update_time", text)
            self.orders[info["tid"]] = row
            return str(info["tid"])

    def edit(self, tid: str, at: datetime | None = None, **changes: Any) -> None:
        """Change states of an order, and its date."""
        with self.lock:
            stamp = time_text(at or self.now())
            info_of(self.orders[tid]).update(update_time=stamp, **changes)

    def tell(self, tid: str, message: str, at: datetime | None = None) -> None:
        """Change the buyer's message of an order, and its date."""
        with self.lock:
            full = self.orders[tid]["full_order_info"]
            full["remark_info"]["buyer_message"] = message
            self.edit(tid, at)

    def delete(self, tid: str) -> None:
        """Delete an order."""
        with self.lock:
            del self.orders[tid]

    def ship(
        self, tid: str, number: str, *, last: bool = True, at: datetime | None = None
    ) -> str:
        """Send a parcel; only the last one moves the order's date."""
        with self.lock:
            own, moment = f"D{self.number():020d}", at or self.now()
            express = {"express_id": 2, "express_no": number}
            dist = {
                "dist_id": own,
                "create_time": time_text(moment),
                "express_info": express,
            }
            sent = {"express_state": 1, "express_type": 0, "oids": [], "dists": [dist]}
            self.orders[tid]["delivery_order"].append(sent)
            if last:
                stamp = time_text(moment)
                self.edit(
                    tid, moment, status="WAIT_BUYER_CONFIRM_GOODS", consign_time=stamp
                )
            return f"{tid}:{own}"

    def refund(
        self,
        tid: str,
        fen: dict[str, int],
        *,
        postage: str = "0.00",
        status: str = "SUCCESS",
        demand: int = 1,
        at: datetime | None = None,
    ) -> str:
        """Pay back parts of an order; its date stays.

        Args:
            tid: of the order.
            fen: for each line, postage in it.
            postage: of it, in yuan.
            status: of the refund.
            demand: 1 money, 2 money for goods, 3 exchange.
            at: when.
        """
        with self.lock:
            own, text = f"2024{self.number():020d}", time_text(at or self.now())
            total = f"{sum(fen.values()) / 100:.2f}"
            oids = [{"oid": oid} for oid in fen]
            state = 60 if status == "SUCCESS" else 1
            self.orders[tid]["refund_order"].append(
                {
                    "refund_id": own,
                    "refund_type": 1,
                    "refund_state": state,
                    "refund_fee": total,
                    "oids": oids,
                }
            )
            self.refunds[own] = {
                "refund_id": own,
                "tid": tid,
                "status": status,
                "demand": demand,
                "refund_fee": total,
                "refund_postage": postage,
                "desc": "不想要了",
                "created": text,
                "modified": text,
                "refund_account_time": text,
                "refund_order_item": [
                    {"oid": oid, "refund_fee": each, "item_num": int(demand == 2)}
                    for oid, each in fen.items()
                ],
            }
            return own
