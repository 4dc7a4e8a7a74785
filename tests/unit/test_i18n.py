"""The agent speaks the user's language: how it is chosen, and whole catalogues."""

from __future__ import annotations

import ast
import inspect
import locale
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import polib
import pytest

from sync_agent import config, i18n
from sync_agent.checks import Finding
from sync_agent.cli import screen
from sync_agent.config import LANGUAGES, AgentSettings
from sync_agent.errors import ConfigError
from sync_agent.i18n import _, entries
from sync_agent.port import CheckResult

PACKAGE = Path(i18n.__file__).parent
CONNECTORS = ("connectors", "reading")
VARIABLES = ("SYNC_AGENT_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
HELP_MARKS = {"reported", "translated"}
"""Decorators that translate a docstring."""

FIRST_TEXT = {
    **dict.fromkeys(
        ("ConfigError", "Fatal", "Retryable", "NeedsCredentials", "Conflict"), 0
    ),
    **dict.fromkeys(("Incomplete", "Stopped", "BadBody", "InternalError"), 0),
    "CheckResult": 2,
    "Rejected": 2,
}
"""Whose arguments, from which place on, are texts for people."""


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No language is set, before and after."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(locale, "getlocale", lambda: (None, None))
    i18n.set_language(None)
    yield
    i18n._State.language = None


def _texts(path: Path) -> Iterator[str]:
    """Yield the templates that a module translates or marks, and its help texts."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            first = node.args[0] if node.args else None
            if node.func.id in {"_", "N_"} and isinstance(first, ast.Constant):
                yield first.value
        elif isinstance(node, ast.FunctionDef):
            marks = {d.id for d in node.decorator_list if isinstance(d, ast.Name)}
            if marks & HELP_MARKS:
                yield inspect.cleandoc(ast.get_docstring(node) or "")


def _used(*, connectors: bool) -> set[str]:
    return {
        text
        for path in PACKAGE.rglob("*.py")
        if (path.relative_to(PACKAGE).parts[0] in CONNECTORS) is connectors
        for text in _texts(path)
    }


def _catalogue(name: str) -> list[tuple[str, str]]:
    text = (PACKAGE / "locale" / name).read_text(encoding="utf-8")
    return [pair for pair in entries(text) if pair[0]]


CORE = _catalogue("zh_CN.po")
OTHERS = [
    pair
    for path in sorted((PACKAGE / "locale").glob("zh_CN.*.po"))
    for pair in _catalogue(path.name)
]
PAIRS = CORE + OTHERS


def _fields(template: str) -> set[tuple[str, str, str]]:
    return {
        (name, form or "", conversion or "")
        for _text, name, form, conversion in Formatter().parse(template)
        if name is not None
    }


def test_every_text_of_the_core_is_translated() -> None:
    """Demand: every text ships in Chinese."""
    assert sorted(_used(connectors=False) - {message for message, _t in CORE}) == []


def test_every_text_of_the_connectors_is_translated() -> None:
    """Demand: every text ships in Chinese."""
    assert sorted(_used(connectors=True) - {message for message, _t in PAIRS}) == []


def _untranslated(path: Path) -> Iterator[str]:
    """Yield the texts for people that a module writes without translating them."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name in FIRST_TEXT:
            for text in node.args[FIRST_TEXT[name] :]:
                plain = isinstance(text, ast.Constant) and isinstance(text.value, str)
                if isinstance(text, ast.JoinedStr) or (plain and text.value):
                    yield f"{path.name}: {ast.unparse(text)}"


def test_no_error_or_finding_is_told_in_english_only() -> None:
    """Demand: every text is translatable."""
    found = [text for path in PACKAGE.rglob("*.py") for text in _untranslated(path)]
    assert found == []


def test_no_translation_is_left_without_its_text() -> None:
    core = {message for message, _t in CORE}
    others = {message for message, _t in OTHERS}
    assert sorted(core - _used(connectors=False)) == []
    assert sorted(others - _used(connectors=True)) == []


def test_no_text_is_listed_twice_in_a_catalogue() -> None:
    for pairs in (CORE, OTHERS):
        messages = [message for message, _t in pairs]
        assert len(messages) == len(set(messages))


def test_both_catalogues_translate_a_text_alike() -> None:
    core, others = dict(CORE), dict(OTHERS)
    both = core.keys() & others.keys()
    assert {m: core[m] for m in both} == {m: others[m] for m in both}


def test_no_translation_is_empty_or_fuzzy() -> None:
    assert [message for message, text in PAIRS if not text.strip()] == []
    for path in (PACKAGE / "locale").glob("*.po"):
        assert "fuzzy" not in path.read_text(encoding="utf-8")


def test_the_catalogues_can_be_read_by_gettexts_tools() -> None:
    for path in sorted((PACKAGE / "locale").glob("*.po")):
        read = polib.pofile(str(path))
        assert [(e.msgid, e.msgstr) for e in read] == _catalogue(path.name)


@pytest.mark.parametrize(("message", "translation"), PAIRS)
def test_a_translation_has_the_fields_of_its_text(
    message: str, translation: str
) -> None:
    try:
        wanted = _fields(message)
    except ValueError:  # single braces: a text without values
        wanted = set()
    if wanted:
        assert _fields(translation) == wanted


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("zh_CN.UTF-8", "zh_CN"),
        ("zh", "zh_CN"),
        ("zh-Hans", "zh_CN"),
        ("zh_SG", "zh_CN"),
        ("Chinese (Simplified)_China", "zh_CN"),
        ("zh_TW.UTF-8", "en"),
        ("zh_HK", "en"),
        ("zh-Hant", "en"),
        ("de_DE@euro", "en"),
        ("C.UTF-8", "en"),
        ("", "en"),
    ],
)
def test_a_locale_chooses_the_nearest_language_that_is_shipped(
    name: str, code: str
) -> None:
    assert i18n.nearest(name) == code


def test_without_any_setting_the_agent_speaks_english() -> None:
    assert i18n.language() == "en"
    assert _("Update the agent.") == "Update the agent."


def test_the_systems_own_setting_counts_where_no_variable_is_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        locale, "getlocale", lambda: ("Chinese (Simplified)_China", "936")
    )
    assert i18n.language() == "zh_CN"


@pytest.mark.parametrize("stronger", range(len(VARIABLES) - 1))
def test_the_variables_count_in_their_order(
    stronger: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLES[stronger], "zh_CN")
    monkeypatch.setenv(VARIABLES[stronger + 1], "en_GB.UTF-8")
    assert i18n.language() == "zh_CN"


def test_the_configurations_language_is_stronger_than_the_systems(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    i18n.set_language("zh_CN")
    assert i18n.language() == "zh_CN"
    i18n.set_language(None)
    assert i18n.language() == "en"


def test_the_agents_own_variable_is_stronger_than_the_configuration(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SYNC_AGENT_LANG", "en")
    i18n.set_language("zh_CN")
    assert i18n.language() == "en"


def test_values_with_braces_are_put_in_as_they_are() -> None:
    i18n.set_language("zh_CN")
    text = _("Known keys are {keys}.", keys="{a}, {0}")
    assert text == "可用的键有 {a}, {0}。"


def test_a_text_without_values_may_hold_braces() -> None:
    assert _("query { id }") == "query { id }"


def test_a_catalogue_may_break_its_texts_over_lines() -> None:
    text = '# c\nmsgid ""\nmsgstr "H\\n"\n\nmsgid ""\n"a \\"b\\"\\n"\n"c"\nmsgstr "d"\n'
    assert list(entries(text)) == [("", "H\n"), ('a "b"\nc', "d")]


def test_every_language_can_be_chosen_in_the_configuration() -> None:
    for code in LANGUAGES:
        assert AgentSettings.model_validate({"language": code}).language == code


def test_a_wrong_configuration_is_told_in_its_own_language(tmp_path: Path) -> None:
    path = tmp_path / "agent.toml"
    path.write_text('[odoo]\nurl = 1\n[agent]\nlanguage = "zh_CN"\n', encoding="utf-8")
    with pytest.raises(ConfigError) as told:
        config.load(path)
    assert told.value.message == f"{path}：[odoo] url：应为文本。"
    assert told.value.remedy == "请更正该值；说明见 docs/agent.md。"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("timeout_s = 0", "应大于 0.0"),
        ('transport = "xml"', "应为 'json2'"),
        ("surprise = 1", "不允许有此项"),
    ],
)
def test_what_pydantic_says_is_translated(line: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "agent.toml"
    path.write_text(
        f'[agent]\nlanguage = "zh_CN"\n[odoo]\nurl = "http://odoo"\n{line}\n',
        encoding="utf-8",
    )
    with pytest.raises(ConfigError) as told:
        config.load(path)
    assert said in told.value.message


def _run(*arguments: str, language: str, folder: Path) -> str:
    """Return all that the agent prints in a process of its own."""
    environment = {**os.environ, "SYNC_AGENT_LANG": language, "COLUMNS": "100"}
    result = subprocess.run(
        [sys.executable, "-m", "sync_agent", *arguments],
        env={**environment, "PYTHONUTF8": "1"},
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    return result.stdout + result.stderr


def test_check_tells_a_wrong_configuration_in_chinese(tmp_path: Path) -> None:
    """Demand: messages and remedies are read by people who work in Chinese."""
    path = tmp_path / "agent.toml"
    path.write_text('[odoo]\nurl = "http://odoo"\n', encoding="utf-8")
    said = _run("--config", str(path), "check", language="zh_CN", folder=tmp_path)
    assert f"错误： {path}：[odoo] 缺少 api_key。" in said
    assert "解决办法： 请添加" in said
    assert "Remedy" not in said
    assert "Add e.g." not in said


def test_the_code_of_a_source_is_never_translated(
    capsys: pytest.CaptureFixture[str],
) -> None:
    i18n.set_language("zh_CN")
    screen.show_finding(Finding("shop", CheckResult("shop", "ok", "…")))
    assert capsys.readouterr().out.split() == ["正常", "shop", "网店:", "…"]


def test_help_is_chinese(tmp_path: Path) -> None:
    said = _run("--help", language="zh_CN", folder=tmp_path)
    assert "从网店和文件读取客户、订单和包裹，送入 Odoo。" in said
    assert "读取各数据来源自上次以来的变化，存入 Odoo。" in said
    assert " 选项 " in said
    assert " 命令 " in said
    assert "Read what changed" not in said


def test_init_explains_the_configuration_in_chinese(tmp_path: Path) -> None:
    path = tmp_path / "agent.toml"
    arguments = ("init", "--no-input", "--connector", "woocommerce")
    _run("--config", str(path), *arguments, language="zh_CN", folder=tmp_path)
    text = path.read_text(encoding="utf-8")
    assert "# Odoo 的地址，不带路径\n" in text
    assert 'language = "zh_CN"\n' in text
    assert "address of Odoo" not in text
