"""Gaps in the texts of care plans: found, checked and filled, and nothing run."""

import html

import pytest
from crm_sme_tools.care_text import (
    fill_text,
    parse_text,
    paths_of,
    wrong_placeholder,
)

WORDS = {"object.name": "Anna & Co", "object.city": "", "company.name": "Teahouse"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello {{ object.name }}!", "Hello Anna & Co!"),
        ("{{object.name}}", "Anna & Co"),
        ("From {{ object.city ||| your town }}", "From your town"),
        ('<p>Dear <t t-out="object.name"/>,</p>', "<p>Dear Anna & Co,</p>"),
        ("<t t-out='object.city'>there</t>", "there"),
        ('<t t-out="object.name"></t>', "Anna & Co"),
        ('<a href="{{%20object.name%20}}">', '<a href="Anna & Co">'),
        ("nothing to fill", "nothing to fill"),
        ("", ""),
        (None, ""),
    ],
)
def test_gaps_are_filled(text, expected):
    assert fill_text(parse_text(text), WORDS) == expected
    assert not wrong_placeholder(text, WORDS)


def test_words_are_escaped_where_asked_and_the_text_is_not():
    pieces = parse_text("<b>{{ object.name }}</b>")
    assert fill_text(pieces, WORDS, html.escape) == "<b>Anna &amp; Co</b>"


def test_words_are_never_read_as_gaps():
    pieces = parse_text("{{ object.name }}")
    assert fill_text(pieces, {"object.name": "{{ company.name }}"}) == (
        "{{ company.name }}"
    )


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("{{ object.password }}", "{{ object.password }}"),
        ("{{ 1 + 1 }}", "{{ 1 + 1 }}"),
        ("{{ object.name", "{{ object.name"),
        ("object.name }}", "}}"),
        ('<t t-if="object.name">x</t>', '<t t-if="object.name">'),
        ('<t t-out="object.unlink()"/>', '<t t-out="object.unlink()"/>'),
        ('<p t-attf-class="x">y</p>', '<p t-attf-class="x">'),
        ('<a t-att-href="object.name">x</a>', '<a t-att-href="object.name">'),
    ],
)
def test_what_cannot_be_filled_is_named(text, wrong):
    assert wrong_placeholder(text, WORDS) == wrong


def test_paths_are_those_of_all_gaps():
    pieces = parse_text('{{ object.name }} <t t-out="company.name"/>')
    assert paths_of(pieces) == {"object.name", "company.name"}
