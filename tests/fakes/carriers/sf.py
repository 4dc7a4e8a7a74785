"""A fake SF Express gateway: signed forms, two layers of success, many repeats."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl

from tests.fakes.faulty import RawReply
from tests.fakes.loopback import LoopbackHandler, LoopbackServer

from .store import PHONE, CarrierStore, Scan, Tracked

PARTNER = "FAKEPARTNER"
CHECKWORD = "fakeCheckword0123456789ABCDEFabc"
BEIJING = timezone(timedelta(hours=8))
MOST_NUMBERS = 10
_UNESCAPED = re.compile(r"[0-9A-Za-z.\-*_]")


class FakeSf(LoopbackServer):
    """The gateway for one customer code.

    Attributes:
        refused: the checkword is not good any more.
        seen: requestIDs; one that comes again is refused.
        code: of the service's answer, ``S0000`` when all is well.
    """

    def __init__(self, store: CarrierStore) -> None:
        super().__init__(_Handler)
        self.store = store
        self.refused = False
        self.code = "S0000"
        self.asked: list[Any] = []

    def answer(self, path: str, body: bytes) -> tuple[int, Any]:
        """Return status and JSON for a request."""
        form = dict(parse_qsl(body.decode()))
        self.faults.run_hooks(f"{path} {form.get('serviceCode', '')}")
        if path != "/std/service":
            return 404, {}
        text = f"{form['msgData']}{form['timestamp']}{CHECKWORD}"
        made = hashlib.md5(_as_java(text).encode(), usedforsecurity=False).digest()
        if self.refused or form["msgDigest"] != base64.b64encode(made).decode():
            return 200, _gateway("A1006", "数字签名无效")
        if form["partnerID"] != PARTNER:
            return 200, _gateway("A1004", "无对应服务权限")
        asked = json.loads(form["msgData"])
        self.asked.append(asked)
        return 200, _gateway("A1000", "", self._routes(asked))

    def _routes(self, asked: Any) -> Any:
        if self.code != "S0000":
            return _service(self.code, "失败", None)
        numbers = asked["trackingNumber"]
        if len(numbers) > MOST_NUMBERS:
            return _service("8016", "运单数量超限", None)
        knows = asked.get("checkPhoneNo") == PHONE[-4:]
        rows = [
            _row(number, self.store.tracked.get(number) if knows else None)
            for number in numbers
        ]
        return _service("S0000", None, {"routeResps": rows})


def _as_java(text: str) -> str:
    """Return a text as Java's URLEncoder writes it, letter by letter."""
    written = ""
    for letter in text:
        if letter == " ":
            written += "+"
        elif _UNESCAPED.fullmatch(letter):
            written += letter
        else:
            written += "".join(f"%{byte:02X}" for byte in letter.encode())
    return written


def _gateway(code: str, said: str, data: Any = None) -> Any:
    return {
        "apiErrorMsg": said,
        "apiResponseID": "0001",
        "apiResultCode": code,
        "apiResultData": None if data is None else json.dumps(data),
    }


def _service(code: str, said: str | None, data: Any) -> Any:
    is_done = code == "S0000"
    return {"success": is_done, "errorCode": code, "errorMsg": said, "msgData": data}


def _row(number: str, parcel: Tracked | None) -> Any:
    scans = [] if parcel is None else parcel.scans
    routes = [route_of(scan) for scan in scans]
    # three of four are repeats
    return {"mailNo": number, "routes": [each for each in routes for _n in range(4)]}


def route_of(scan: Scan) -> Any:
    """Return a route as the gateway tells it."""
    at = scan.at.astimezone(BEIJING).replace(tzinfo=None)
    return {
        "acceptTime": datetime.isoformat(at, " "),
        "acceptAddress": scan.place,
        "remark": scan.text,
        "opCode": scan.word,
    }


class _Handler(LoopbackHandler):
    fake: FakeSf

    def answer(self, body: bytes) -> RawReply:
        """See :class:`FaultyHandler`."""
        status, found = self.fake.answer(self.path, body)
        return RawReply(status, json.dumps(found).encode())
