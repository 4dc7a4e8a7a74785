"""Addresses of the queue, and what PostgreSQL says."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict

from sync_agent.errors import ConfigError, NeedsCredentials, Retryable
from sync_agent.worker.database import QueueDatabase, password_of
from tests.fakes.refusing_postgres import RefusingPostgres


def test_the_schema_comes_first_and_the_users_options_stay() -> None:
    url = "postgresql://boss:pa%40ss@db:5433/queue?options=-c%20work_mem%3D8MB"
    found = conninfo_to_dict(QueueDatabase(url, "sync_agent").conninfo)
    assert found["options"] == "-c work_mem=8MB -c search_path=sync_agent"
    assert (found["host"], found["port"], found["dbname"]) == ("db", "5433", "queue")
    assert found["password"] == "pa@ss"
    assert found["connect_timeout"] == "10"


def test_what_the_user_says_about_the_connection_is_kept() -> None:
    url = "postgresql://boss@db/queue?connect_timeout=3&sslmode=require"
    found = conninfo_to_dict(QueueDatabase(url, "q").conninfo)
    assert (found["connect_timeout"], found["sslmode"]) == ("3", "require")


@pytest.mark.parametrize(
    ("url", "password"),
    [
        ("postgresql://boss:pa%40ss%2F@db/queue", "pa@ss/"),
        ("postgres://boss@db/queue", ""),
        ("postgresql://boss@/queue?host=%2Frun%2Fpostgresql", ""),
    ],
)
def test_the_password_of_an_address_is_known_to_the_redactor(
    url: str, password: str
) -> None:
    assert password_of(url) == password


@pytest.mark.parametrize(
    "url",
    [
        "",
        "db",
        "host=db password=hush",
        "mysql://boss:hush@db/queue",
        "postgresql://boss:hu@sh@db/queue",
        "postgresql://boss:hu/sh@db/queue",
        "postgresql://boss:hu?sh@db/queue",
        "postgresql://boss:hu#sh@db/queue",
        "postgresql://boss:hush@db:port/queue",
        "postgresql://boss:hush@db/queue?nonsense=1",
        "postgresql://boss:hush@[db/queue",
    ],
)
def test_an_address_that_cannot_be_understood_is_never_told(url: str) -> None:
    with pytest.raises(ConfigError) as told:
        QueueDatabase(url, "q")
    assert "hu" not in str(told.value).replace("such", "")
    assert "%40" in told.value.remedy
    assert told.value.__cause__ is None


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (psycopg.OperationalError("password authentication failed"), NeedsCredentials),
        (psycopg.OperationalError('致命错误: 用户 "x" 密码不对'), NeedsCredentials),
        (psycopg.OperationalError("no pg_hba.conf entry for host"), NeedsCredentials),
        (psycopg.OperationalError('database "q" does not exist'), ConfigError),
        (errors.InsufficientPrivilege("permission denied"), ConfigError),
        (psycopg.OperationalError("connection refused\nIs it running?"), Retryable),
        (psycopg.OperationalError("no route for hush-hush"), Retryable),
        (psycopg.OperationalError(""), Retryable),
    ],
)
def test_what_postgresql_says_becomes_what_to_do(
    error: psycopg.Error, kind: type[Exception]
) -> None:
    database = QueueDatabase("postgresql://boss:hush-hush@db/queue", "q")
    told = database.told(error)
    assert type(told) is kind
    assert "hush" not in str(told)
    assert "\n" not in str(told)
    assert told.remedy


def test_a_wrong_password_is_told_without_it() -> None:
    with RefusingPostgres() as server:
        url = f"postgresql://boss:hush-hush@127.0.0.1:{server.port}/queue"
        with pytest.raises(NeedsCredentials) as told:
            QueueDatabase(url, "q").prepare()
    assert 'failed for user "boss"' in told.value.message
    assert "[worker] database" in told.value.remedy
    assert "hush" not in str(told.value)
