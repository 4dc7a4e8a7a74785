from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.dev.testbed import RunningOdoo

from .conftest import set_language
from .screens import SCREENS, Screen, Visitor, english_terms

pytestmark = [pytest.mark.odoo, pytest.mark.browser]
LANGUAGES = {"en": "en_US", "zh": "zh_CN"}


@pytest.fixture(scope="module", params=list(LANGUAGES))
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def visitor(filled_odoo: RunningOdoo, browser: Any, language: str) -> Iterator[Visitor]:
    set_language(filled_odoo, "boss", LANGUAGES[language])
    context = browser.new_context(
        viewport={"width": 1440, "height": 900},
        locale=LANGUAGES[language].replace("_", "-"),
        timezone_id="Asia/Shanghai",
    )
    yield Visitor(context.new_page(), filled_odoo.url, "boss")
    context.close()


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.name)
def test_screen_shows_its_data_whole_and_in_one_language(
    screen: Screen, visitor: Visitor, language: str, screenshots: Path
) -> None:
    """Demand: plain screens, nothing broken, one language at a time."""
    visitor.errors.clear()
    visitor.look_at(screen, screenshots / f"{screen.name}-{language}.png")
    assert not visitor.has_error_dialog()
    assert not visitor.errors
    assert not visitor.is_too_wide()
    assert not visitor.cut_off()
    if language == "zh":
        terms = english_terms()
        left = [
            text
            for text in visitor.texts()
            if any(term.fullmatch(" ".join(text.split())) for term in terms)
        ]
        assert not left


def test_there_are_english_terms_to_look_for() -> None:
    """The check for English in Chinese screens has something to find."""
    terms = english_terms()
    assert len(terms) > 400
    assert any(term.fullmatch("Interactions") for term in terms)
    assert any(term.fullmatch("2.1 × own rhythm of 30 days") for term in terms)
    assert not any(term.fullmatch("互动") for term in terms)
