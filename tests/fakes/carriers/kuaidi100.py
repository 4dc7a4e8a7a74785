"""A fake Kuaidi100: signed forms, refusals in good answers, numbers that get locked."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl

from tests.fakes.faulty import RawReply
from tests.fakes.loopback import LoopbackHandler, LoopbackServer

from .store import CarrierStore, Scan, Tracked

CUSTOMER = "FAKECUSTOMER0123456789ABCDEF0123"
KEY = "fakeKey01"
CARRIER = "shunfeng"
BEIJING = timezone(timedelta(hours=8))
PAUSE = timedelta(minutes=30)
MOST_TRIES = 5
"""Of one question: an answer that was lost is asked for again."""


class FakeKuaidi100(LoopbackServer):
    """The API of one account.

    Attributes:
        refused: the key has run out.
        subscribed: what is pushed, by number.
        locked: numbers that were asked about too often.
    """

    def __init__(self, store: CarrierStore) -> None:
        super().__init__(_Handler)
        self.store = store
        self.refused = False
        self.subscribed: dict[str, Any] = {}
        self.locked: set[str] = set()
        self._asked: dict[str, list[datetime]] = defaultdict(list)

    def answer(self, path: str, body: bytes) -> tuple[int, Any]:
        """Return status and JSON for a request."""
        form = dict(parse_qsl(body.decode()))
        self.faults.run_hooks(f"{path} {form.get('param', '')}")
        if path == "/poll/query.do":
            return 200, self._query(form)
        if path == "/poll":
            return 200, self._subscribe(json.loads(form["param"]))
        return 404, {}

    def _query(self, form: dict[str, str]) -> Any:
        text = f"{form['param']}{KEY}{CUSTOMER}".encode()
        sign = hashlib.md5(text, usedforsecurity=False).hexdigest().upper()
        if (form["customer"], form["sign"]) != (CUSTOMER, sign):
            return _said("503", "验证签名失败")
        if self.refused:
            return _said("601", "POLL:KEY已过期")
        asked = json.loads(form["param"])
        if asked["com"] == CARRIER and "phone" not in asked and "resultv2" in asked:
            return _said("408", "收寄件人手机号错误")
        if self._is_locked(asked["num"]):
            return _said("400", "同一单号查询过于频繁,已锁单")
        parcel = self.store.tracked.get(asked["num"])
        if parcel is None:
            return _said("500", "查询无结果，请隔段时间再查")
        return row_of(parcel)

    def _is_locked(self, number: str) -> bool:
        now = self.store.now()
        times = [at for at in self._asked[number] if now - at < PAUSE]
        self._asked[number] = [*times, now]
        if len(times) >= MOST_TRIES:
            self.locked.add(number)
        return number in self.locked

    def _subscribe(self, asked: Any) -> Any:
        if asked["key"] != KEY:
            return _said("600", "您不是合法的订阅者")
        number = asked["number"]
        if number in self.subscribed:
            return _said("501", "重复订阅")
        if len(number) < 5:
            return _said("700", "不支持此快递公司或单号")
        self.subscribed[number] = asked
        return {"result": True, "returnCode": "200", "message": "提交成功"}


def _said(code: str, message: str) -> Any:
    return {"result": False, "returnCode": code, "message": message}


def row_of(parcel: Tracked) -> Any:
    """Return what the platform tells of a parcel, in an answer and in a push."""
    return {
        "message": "ok",
        "nu": parcel.number,
        "ischeck": "0",
        "com": CARRIER,
        "status": "200",
        "state": parcel.word or "0",
        "condition": "00",
        "data": [_event(scan) for scan in reversed(parcel.scans)],
    }


def _event(scan: Scan) -> Any:
    at = scan.at.astimezone(BEIJING).replace(tzinfo=None)
    shown = at.isoformat(" ")
    return {
        "time": shown,
        "ftime": shown,
        "context": scan.text,
        "location": scan.place,
        "status": "在途",
        "statusCode": scan.word,
    }


class _Handler(LoopbackHandler):
    fake: FakeKuaidi100

    def answer(self, body: bytes) -> RawReply:
        """See :class:`FaultyHandler`."""
        status, found = self.fake.answer(self.path, body)
        return RawReply(status, json.dumps(found).encode())
