"""A platform that gives back all that it was told, secrets too, as its error."""

from __future__ import annotations

import json
from typing import Any

from .faulty import RawReply
from .loopback import LoopbackHandler, LoopbackServer

GIVEN = "tok+given/by-the-platform=7f3a"
"""A token that it gives to whoever asks for one."""
STATUSES = {"400": 400, "401": 401, "403": 403, "404": 404, "422": 422, "500": 500}
MOODS = (*STATUSES, "errors in 200", "page in 200", "text in 200", "moved", "lost")


class EchoServer(LoopbackServer):
    """Serves until it is closed.

    Attributes:
        mood: how it answers: an HTTP status, an error inside 200, a page…
        told: every request, as it came.
        gave: whether somebody was given a token.
    """

    def __init__(self) -> None:
        super().__init__(_Handler)
        self.mood = "500"
        self.told: list[str] = []
        self.gave = False


def refusal(told: str) -> dict[str, Any]:
    """Return an error in the words of every platform at once."""
    inner = {"code": "ODD", "message": told, "extensions": {"code": "ODD"}}
    return {
        "message": told,
        "error": told,
        "error_description": told,
        "errors": [inner],
        "success": False,
        "code": 5000,
        "msg": told,
        "meta": {"code": 4001, "message": told},
        "apiResultCode": "A1001",
        "apiErrorMsg": told,
        "apiResultData": json.dumps({"success": False, "errorMsg": told}),
        "result": False,
        "returnCode": "500",
    }


class _Handler(LoopbackHandler):
    fake: EchoServer

    def answer(self, body: bytes) -> RawReply:
        """See :class:`FaultyHandler`."""
        text = body.decode("utf-8", "replace")
        told = f"{self.requestline}\n{self.headers}\n{text}"
        told += f"\n{GIVEN}" if self.fake.gave else ""
        self.fake.told.append(told)
        token = self._token()
        if token is not None:
            self.fake.gave = True
            return RawReply(200, json.dumps(token).encode())
        return self._refused(told)

    def _token(self) -> Any:
        if self.path.endswith("integration/admin/token"):
            return GIVEN
        if "access_token" in self.path.partition("?")[0] or "auth/token" in self.path:
            data = {"access_token": GIVEN, "expires_in": 3600, "expires": 3600}
            return {**data, "success": True, "code": 200, "data": data}
        return None

    def _refused(self, told: str) -> RawReply:
        mood = self.fake.mood
        if mood == "page in 200":
            page = f"<html><title>{told}</title>{told}</html>"
            return RawReply(200, page.encode(), {"Content-Type": "text/html"})
        if mood == "text in 200":
            return RawReply(200, json.dumps(told).encode())
        if mood == "moved":
            return RawReply(302, b"", {"Location": f"/x?{told.split()[1]}"})
        if mood == "lost":
            return RawReply(200, b'{"a": ', {"Connection": "close"})
        return RawReply(STATUSES.get(mood, 200), json.dumps(refusal(told)).encode())
