"""What connectors with webhooks share holds against what attackers send."""

from __future__ import annotations

import pytest

from sync_agent.errors import Forged, Rejected
from sync_agent.reading.hooks import json_object, matches, verify

from .deliveries import delivery

DEEP = 200_000


@pytest.mark.parametrize(
    "body",
    [b"[" * DEEP, b'{"a":' * DEEP, b"{" * DEEP, b"[" * DEEP + b"]" * DEEP],
    ids=["lists", "objects", "broken objects", "closed lists"],
)
def test_a_body_nested_without_end_is_refused(body: bytes) -> None:
    with pytest.raises(Rejected) as caught:
        json_object(delivery(body))
    assert caught.value.path == "body"


@pytest.mark.parametrize("body", [b"", b"[]", b"1", b"\xff", b"null", b'"a"'])
def test_a_body_that_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(Rejected):
        json_object(delivery(body))


@pytest.mark.parametrize("given", ["\udcff", "a\ud800", "\x00", "é", "签名"])
def test_any_text_may_stand_where_a_signature_is_due(given: str) -> None:
    assert not matches(given, ["right"])
    with pytest.raises(Forged):
        verify(given, ["secret"], lambda secret: secret)


def test_one_of_several_signatures_may_fit() -> None:
    assert matches("b", ["a", "b"])
    assert not matches("c", ["a", "b"])
