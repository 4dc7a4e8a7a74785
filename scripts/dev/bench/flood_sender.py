"""Sends signed webhooks at a fixed rate, and measures how soon they are answered.

``python -m scripts.dev.bench.flood_sender`` is a process of its own; it reads what to
send as one JSON object from standard input and prints one. The rate does not wait for
answers; what is late because the server is slow counts as slow.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

CONNECTIONS = 64


@dataclass
class Sent:
    """What became of the events.

    Attributes:
        statuses: answers by status; 0: none.
        waits: seconds from the moment an event was due to its answer.
        told: record and time of each event that was answered with 200.
        seconds: from the first event to the last answer.
    """

    statuses: Counter[int] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    told: list[tuple[str, str, float]] = field(default_factory=list)
    seconds: float = 0.0


def request(url: str, topic: str, number: int, event: str, key: str) -> bytes:
    """Return a whole HTTP request with a webhook of WooCommerce."""
    parts = urlsplit(url)
    body = json.dumps({"id": number, "event": event}).encode()
    digest = hmac.new(key.encode(), body, hashlib.sha256).digest()
    head = (
        f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
        f"Content-Type: application/json\r\n"
        f"X-WC-Webhook-Topic: {topic}\r\nX-WC-Webhook-Delivery-ID: {event}\r\n"
        f"X-WC-Webhook-Signature: {base64.b64encode(digest).decode()}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def send(asked: dict[str, Any]) -> Sent:
    """Send all events at their times."""
    parts = urlsplit(asked["url"])
    queue: asyncio.Queue[tuple[float, str, str, bytes] | None] = asyncio.Queue()
    sent = Sent()
    workers = [
        asyncio.create_task(_worker(parts.hostname or "", parts.port or 0, queue, sent))
        for _ in range(CONNECTIONS)
    ]
    pause = 1.0 / asked["rate"]
    events = _events(asked)
    started = time.time()
    for at, (kind, own, text) in enumerate(events):
        due = started + at * pause
        if (wait := due - time.time()) > 0:
            await asyncio.sleep(wait)
        queue.put_nowait((due, kind, own, text))
    for _ in workers:
        queue.put_nowait(None)
    await asyncio.gather(*workers)
    sent.seconds = time.time() - started
    return sent


def _events(asked: dict[str, Any]) -> list[tuple[str, str, bytes]]:
    count = int(asked["rate"] * asked["seconds"])
    found = []
    for at in range(count):
        kind, ids = asked["records"][at % len(asked["records"])]
        own = ids[at // len(asked["records"]) % len(ids)]
        event = f"{asked['name']}-{at}"
        text = request(asked["url"], f"{kind}.updated", own, event, asked["secret"])
        found.append((kind, str(own), text))
    return found


async def _worker(
    host: str,
    port: int,
    queue: asyncio.Queue[tuple[float, str, str, bytes] | None],
    sent: Sent,
) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    while (item := await queue.get()) is not None:
        due, kind, own, text = item
        try:
            writer.write(text)
            status, stays = await _status(reader)
            if not stays:
                writer.close()
                reader, writer = await asyncio.open_connection(host, port)
        except (OSError, asyncio.IncompleteReadError):
            status = 0
            reader, writer = await asyncio.open_connection(host, port)
        sent.statuses[status] += 1
        sent.waits.append(time.time() - due)
        if status == 200:  # noqa: PLR2004
            sent.told.append((kind, own, due))
    writer.close()


async def _status(reader: asyncio.StreamReader) -> tuple[int, bool]:
    """Return the status of an answer, and whether the connection stays open."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    for line in head.split("\r\n"):
        name, _colon, value = line.partition(":")
        if name.lower() == "content-length":
            await reader.readexactly(int(value))
    return int(head.split(" ", 2)[1]), "connection: close" not in head.lower()


def main() -> None:
    """Send what standard input asks for; print what became of it."""
    sent = asyncio.run(send(json.load(sys.stdin)))
    sys.stdout.write(json.dumps(vars(sent)))


if __name__ == "__main__":
    main()
