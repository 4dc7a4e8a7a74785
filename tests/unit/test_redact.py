"""No secret gets out, in whatever spelling."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest

from sync_agent.redact import MASK, Redactor, masked

SECRET = "p@ss/word+&=1"


@pytest.mark.parametrize(
    "spelling",
    [
        SECRET,
        quote(SECRET, safe=""),
        base64.b64encode(SECRET.encode()).decode(),
    ],
    ids=["plain", "in an address", "base64"],
)
def test_a_known_secret_is_masked_in_every_spelling(spelling: str) -> None:
    assert Redactor([SECRET])(f"before {spelling} after") == f"before {MASK} after"


def test_a_name_and_password_are_masked_as_http_basic_writes_them() -> None:
    redactor = Redactor()
    redactor.add_pair("ck_1234", SECRET)
    basic = base64.b64encode(f"ck_1234:{SECRET}".encode()).decode()
    assert basic not in redactor(f"sent {basic}")


@pytest.mark.parametrize(
    "text",
    [
        "GET /orders?consumer_key=ck_123456&consumer_secret=XYZZY1&page=2",
        "https://shop.example/?access_token=XYZZY1",
        "https://user:XYZZY1@shop.example/path",
        "{'Authorization': 'Bearer XYZZY1234567'}",
        "Authorization: Basic XYZZY1==",
        "X-Shopify-Access-Token: XYZZY1",
        "vendure-api-key: XYZZY1",
        '{"client_secret": "XYZZY1", "a": 1}',
        'Link: <https://shop.example/?oauth_signature=XYZZY1>; rel="next"',
        "bearer XYZZY1234567",
    ],
)
def test_what_looks_like_a_secret_is_masked(text: str) -> None:
    shown = Redactor()(text)
    assert "XYZZY1" not in shown
    assert MASK in shown


@pytest.mark.parametrize(
    "text",
    [
        "order 1001 has no line_items[0].total",
        "GET /orders?page=2&per_page=100",
        "a monkey=banana on the keyboard",
        "see https://shop.example/path",
    ],
)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert Redactor()(text) == text


def test_a_very_short_secret_does_not_spoil_every_text() -> None:
    assert Redactor(["a", ""])("a banana") == "a banana"


def test_the_longest_of_two_secrets_is_masked_whole() -> None:
    redactor = Redactor(["secret", "secret-and-more"])
    assert redactor("secret-and-more") == MASK


def test_texts_for_people_keep_what_only_looks_like_a_secret() -> None:
    redactor = Redactor([SECRET])
    assert redactor.known("write key=VALUE") == "write key=VALUE"
    assert redactor.known(f"write key={SECRET}") == f"write key={MASK}"
    value = {"a": [SECRET, 1, None, (SECRET,)], "b": 1.5}
    assert masked(value, redactor.known) == {"a": [MASK, 1, None, [MASK]], "b": 1.5}
