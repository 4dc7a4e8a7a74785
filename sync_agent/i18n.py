"""The language of the agent's texts: English templates, translated by a look-up.

A text is written as ``_("{count} records were read.", count=count)``: the English
template is the key, and values are put in after the translation. A template in a
table that is made at import is marked with ``N_`` and translated where it is shown.
The catalogues are the gettext files ``locale/<language>*.po``; they are read when a
text is first needed in that language. Names of log events stay English.
"""

from __future__ import annotations

import json
import locale
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ENGLISH = "en"
CHINESE = "zh_CN"
LANGUAGES = (ENGLISH, CHINESE)
ENVIRONMENT_LANGUAGE = "SYNC_AGENT_LANG"

_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_TRADITIONAL = ("zh_tw", "zh_hk", "zh_mo", "zh_hant")
_CATALOGUES = Path(__file__).parent / "locale"


class _State:
    language: str | None = None


def _(text: str, /, **values: Any) -> str:
    """Return a text in the language of now, with its values.

    Args:
        text: English template with ``{name}`` fields; the key of the catalogue.
        values: of the fields, with braces or not. Without any the template is
            taken as it is, so that it may hold single braces.
    """
    translated = _catalogue(language()).get(text, text)
    return translated.format(**values) if values else translated


def N_(text: str, /) -> str:  # noqa: N802  the name that gettext's tools know
    """Mark a text that ``_`` translates later, and return it unchanged."""
    return text


def language() -> str:
    """Return the language in use, ``en`` or ``zh_CN``."""
    return _State.language or of_environment()


def set_language(code: str | None) -> None:
    """Choose the language; ``None`` goes back to that of the environment.

    ``SYNC_AGENT_LANG`` is stronger: who starts the agent with it means it.
    """
    wanted = os.environ.get(ENVIRONMENT_LANGUAGE) or code
    _State.language = nearest(wanted) if wanted else None


def of_environment() -> str:
    """Return the language of ``SYNC_AGENT_LANG``, else that of the system."""
    for name in (ENVIRONMENT_LANGUAGE, *_LOCALE_VARIABLES):
        value = os.environ.get(name)
        if value:
            return nearest(value)
    return nearest(locale.getlocale()[0] or "")  # Windows has none of the variables


def nearest(name: str) -> str:
    """Return the language that is shipped for a locale's name.

    Args:
        name: e.g. ``zh_CN.UTF-8``, ``zh-Hans``, ``Chinese (Simplified)_China``, ``C``.
    """
    plain = name.partition(".")[0].partition("@")[0].replace("-", "_").lower()
    if plain.startswith("chinese (simplified)"):
        return CHINESE
    if plain == "zh" or plain.startswith("zh_"):
        return ENGLISH if plain.startswith(_TRADITIONAL) else CHINESE
    return ENGLISH


def entries(text: str) -> Iterator[tuple[str, str]]:
    """Yield the pairs of message and translation of a ``.po`` file, its head first.

    Plural forms and contexts are not known; comments are passed over.
    """
    pair = {"msgid": "", "msgstr": ""}
    field = ""
    for line in text.splitlines():
        word, _space, rest = line.partition(" ")
        if word in pair:
            if word == "msgid":
                if field:
                    yield pair["msgid"], pair["msgstr"]
                pair["msgstr"] = ""
            field, pair[word] = word, json.loads(rest)
        elif line.startswith('"') and field:
            pair[field] += json.loads(line)
    if field:
        yield pair["msgid"], pair["msgstr"]


@cache
def _catalogue(code: str) -> dict[str, str]:
    """Return the translations of a language; none for English."""
    if code == ENGLISH:
        return {}
    return {
        message: translation
        for path in sorted(_CATALOGUES.glob(f"{code}*.po"))
        for message, translation in entries(path.read_text(encoding="utf-8"))
        if message and translation
    }
