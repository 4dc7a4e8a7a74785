"""Who may ask: a self-use app whose token is in the query."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

CLIENT_ID = "fakeclientid0123456789"
SECRET = "fake-youzan-secret-0123456789abcdef"
SHOP = "42583152"
TOKEN = "fake-youzan-token"


def gateway(code: int, words: str) -> dict[str, Any]:
    """Return a refusal of the gateway."""
    return {"gw_err_resp": {"err_code": code, "err_msg": words, "trace_id": "yz7-0"}}


def refused(code: int, words: str, data: Any = None) -> dict[str, Any]:
    """Return a refusal of an API."""
    return {"success": False, "code": code, "message": words, "data": data}


class Guard:
    """Gives tokens and checks them as Youzan does.

    Attributes:
        valid: the token of now and when it ends; empty: none.
        given: how many were made.
        life: of a new one.
        asked: each request's ``refresh``.
    """

    def __init__(self) -> None:
        self.valid = ""
        self.ends_at: datetime | None = None
        self.given = 0
        self.life = timedelta(days=7)
        self.asked: list[bool] = []

    def token(self, asked: Any, now: datetime) -> dict[str, Any]:
        """Give the valid token, or a new one; the old one dies at once."""
        if not isinstance(asked, dict) or asked.get("client_id") != CLIENT_ID:
            return refused(1103, "Client 不存在")
        if asked.get("client_secret") != SECRET:
            return refused(1000, "应用信息错误")
        if asked.get("authorize_type") != "silent":
            return refused(1105, "不支持的应用类型")
        if asked.get("grant_id") != SHOP:
            return refused(1103, "授权关系不存在")
        self.asked.append(asked.get("refresh") is True)
        over = not self.valid or self.ends_at is None or now >= self.ends_at
        if over or asked.get("refresh") is True:
            self.given += 1
            self.valid = f"{TOKEN}-{self.given:012d}"
            self.ends_at = now + self.life
        ends_at = self.ends_at or now
        data = {
            "access_token": self.valid,
            "expires": int(ends_at.timestamp() * 1000),
            "authority_id": SHOP,
            "scope": "trade item",
        }
        return {"success": True, "code": 200, "data": data, "message": None}

    def refusal(self, given: str, now: datetime) -> dict[str, Any] | None:
        """Return why a call is refused, ``None`` when it may pass."""
        if not given:
            return gateway(4201, "非法的请求凭证")
        if given != self.valid:
            return gateway(4203, "Token 不存在")
        if self.ends_at is None or now >= self.ends_at:
            return gateway(4202, "请求凭证过期")
        return None
