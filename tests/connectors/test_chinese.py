"""What people read of the connectors, in Chinese."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sync_agent import registry
from sync_agent.connectors.file import open_files
from sync_agent.connectors.vendure.client import failure
from sync_agent.connectors.woocommerce.client import refusal
from sync_agent.errors import ConfigError
from sync_agent.i18n import CHINESE, ENVIRONMENT_LANGUAGE, _, set_language
from sync_agent.port import Item
from sync_agent.reading.fields import make_item
from sync_agent.records import BadRecord

CUSTOMERS = """
[file.customers]
kind = "customer"
id = "id"
columns = { name = "name", created_at = "since" }
"""
ORDERS = """
[file.orders]
kind = "order"
id = "id"
columns = { state = "state", ordered_at = "at", currency = "cur", total = "total" }
"""
HAN = re.compile("[\u4e00-\u9fff]")
SETTING = re.compile(r"^(?:# )?(\w+ = .+)$", re.MULTILINE)


@pytest.fixture(autouse=True)
def chinese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(ENVIRONMENT_LANGUAGE, CHINESE)
    set_language(CHINESE)
    yield
    monkeypatch.delenv(ENVIRONMENT_LANGUAGE)
    set_language(None)


def read(tmp_path: Path, content: str, mapping: str) -> list[Item]:
    (tmp_path / "export.csv").write_text(content, encoding="utf-8")
    (tmp_path / "mapping.toml").write_text(mapping, encoding="utf-8")
    source = open_files([tmp_path / "export.csv"], tmp_path / "mapping.toml")
    started = datetime(2026, 11, 21, tzinfo=UTC)
    return [
        item
        for stream in source.streams()
        for page in stream.read(None, full=True, started=started)
        for item in page.items
    ]


def bad(items: list[Item]) -> BadRecord:
    (item,) = (each for each in items if isinstance(each, BadRecord))
    return item


@pytest.mark.parametrize(
    "name", ["file", "medusa", "prestashop", "shopify", "vendure", "woocommerce"]
)
def test_the_chinese_example_has_the_settings_of_the_english_one(name: str) -> None:
    english = registry.load(name).example
    translated = _(english)
    assert HAN.search(translated)
    assert tomllib.loads(translated) == tomllib.loads(english)
    assert SETTING.findall(translated) == SETTING.findall(english)


@pytest.mark.parametrize(
    "name", ["file", "medusa", "prestashop", "shopify", "vendure", "woocommerce"]
)
def test_init_asks_in_chinese(name: str) -> None:
    questions = [question for _key, question in registry.load(name).questions]
    told = [_(question) for question in questions]
    assert all(a != b for a, b in zip(told, questions, strict=True))


def test_a_refused_row_says_in_chinese_where_and_why(tmp_path: Path) -> None:
    record = bad(read(tmp_path, "id,name,since\n1,王小明,昨天\n", CUSTOMERS))
    assert record.path == "export.csv 第 2 行，“since”列"
    assert record.reason == (
        "“昨天”不是 年-月-日 时:分:秒 格式的时间；请设置 date_format，例如 "
        'date_format = "%d.%m.%Y %H:%M"。请更正该行并重新导入文件。'
    )


def test_what_the_records_refuse_is_said_in_chinese(tmp_path: Path) -> None:
    rows = "id,state,at,cur,total\n1,completed,2026-01-02,yuan,3\n"
    record = bad(read(tmp_path, rows, ORDERS))
    assert record.reason.startswith("文本应符合格式 '^[A-Z]{3}$'")


def test_a_choice_of_words_is_listed_in_chinese() -> None:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    item = make_item("review", "1", "", {}, lambda _f: {"at": at, "state": "odd"})
    assert isinstance(item, BadRecord)
    assert item.path == "state"
    assert item.reason == "应为 'approved', 'pending' 或 'hidden'"


def test_a_payload_that_is_no_object_is_refused_in_chinese() -> None:
    item = make_item("customer", "1", "", [], lambda fields: fields.data)
    assert isinstance(item, BadRecord)
    assert item.reason == "应为对象，实际为 list"


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ('colunms = {"name" = "x"}', "不允许有此项"),
        ('timezone = "Peking"', "没有名为“Peking”的时区；请写成例如"),
        ('constants = {nam = "x"}', "；是否想写 "),
    ],
)
def test_a_wrong_mapping_is_explained_in_chinese(
    tmp_path: Path, key: str, said: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, "id,name,since\n", CUSTOMERS + key)
    assert said in caught.value.message
    assert caught.value.remedy == "请更正；docs/file-import.md 说明了每个键。"


def test_a_revoked_key_is_explained_in_chinese() -> None:
    error = refusal(401, {"code": "x", "message": "Consumer key is invalid."})
    assert error.message == "网店不认识此 consumer key。"
    assert error.remedy.endswith("请新建一个权限为“读取”的密钥。")


def test_a_missing_right_is_explained_in_chinese() -> None:
    error = failure([{"extensions": {"code": "FORBIDDEN"}}])
    assert error.message == "网店拒绝了请求：密钥不存在、已被撤销或权限不足。"
