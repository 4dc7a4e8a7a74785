"""sync, import, reconcile, replay, status, run: as a person or a script calls them."""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import pytest

from sync_agent.cli.session import worst
from sync_agent.door import ReplayAnswer, ReplayResult
from sync_agent.errors import ExitCode, NeedsCredentials, Retryable, Stopped
from tests.fakes.shop import ListStream, customer, source_of
from tests.unit.cli.conftest import SHOPS, Setting


def test_sync_stores_what_the_shop_holds(agent: Setting) -> None:
    result = agent.run("sync")
    assert result.code == 0
    assert len(agent.door.records) == 3
    assert "3 created" in result.text
    assert agent.shop.closed


def test_sync_as_json_is_one_object(agent: Setting) -> None:
    result = agent.run("sync", "--json")
    assert result.json["exit_code"] == 0
    (run,) = result.json["runs"]
    assert (run["source"], run["stream"], run["state"]) == (
        "shop",
        "customers",
        "complete",
    )
    assert run["counts"] == {"created": 3}
    assert run["watermark"].startswith("2026-11-21T11:00:00")
    assert run["error"] is None


def test_sync_full_reads_all_again(agent: Setting) -> None:
    agent.run("sync")
    assert agent.run("sync", "--full", "--json").json["runs"][0]["counts"] == {
        "unchanged": 3
    }


def test_a_second_sync_finds_nothing_new(agent: Setting) -> None:
    agent.run("sync")
    assert "nothing new" in agent.run("sync").text


def test_an_unknown_stream_is_code_3_and_names_the_known(agent: Setting) -> None:
    result = agent.run("sync", "--stream", "ordres")
    assert result.code == 3
    assert "no stream 'ordres'" in result.text
    assert "It has customers" in result.text
    assert agent.door.records == {}


def test_an_unknown_source_is_code_3(agent: Setting) -> None:
    result = agent.run("sync", "--source", "shpo")
    assert result.code == 3
    assert "known: shop" in result.text


def test_a_disabled_source_only_runs_when_named(agent: Setting) -> None:
    agent.write(sources=agent.source("shop", "enabled = false"))
    assert agent.run("sync").code == 3
    assert agent.run("sync", "-s", "shop").code == 0


def test_a_wrong_key_of_odoo_is_code_4(agent: Setting) -> None:
    text = agent.path.read_text()
    agent.path.write_text(text.replace("0123456789abcdef", "wrong", 1))
    result = agent.run("sync")
    assert result.code == 4
    assert "Odoo refused the key" in result.text
    assert "Make a new API key" in result.text


def test_missing_rights_are_code_4(agent: Setting) -> None:
    agent.door.hello_error = NeedsCredentials("You are not Sync agent.", "")
    result = agent.run("sync", "--json")
    assert result.code == 4
    assert "Sync agent" in result.json["runs"][0]["error"]["remedy"]


def test_a_shop_that_is_down_is_code_5_and_the_others_go_on(agent: Setting) -> None:
    SHOPS["https://down.example"] = down = source_of(customer(9))
    down.stream.fail_at[0] = Retryable("The shop is down.", "Later.")
    down_table = agent.source("adown", url="https://down.example")
    agent.write(sources=down_table + agent.source("shop"))
    result = agent.run("sync", "--json")
    assert result.code == 5
    assert [r["state"] for r in result.json["runs"]] == ["failed", "complete"]
    assert len(agent.door.records) == 3


def test_a_source_with_a_wrong_table_does_not_stop_the_others(agent: Setting) -> None:
    wrong = '[sources.wrong]\nconnector = "tiny"\n'
    agent.write(sources=wrong + agent.source("shop"))
    result = agent.run("sync")
    assert result.code == 3
    assert "[sources.wrong] url" in result.text
    assert len(agent.door.records) == 3


def test_refused_records_are_code_6_and_shown(agent: Setting) -> None:
    agent.door.refuse["customer", "1"] = "lines add up to 9.99, not 10.00"
    result = agent.run("sync")
    assert result.code == 6
    assert "lines add up to 9.99" in result.text
    assert len(agent.door.records) == 2


def test_a_stop_between_sources_ends_the_run(agent: Setting) -> None:
    agent.shop.stream.fail_at[0] = Stopped("Asked to stop.", "Start it again.")
    agent.write(sources=agent.source("a") + agent.source("b"))
    result = agent.run("sync", "--json")
    assert result.code == 143
    assert [r["source"] for r in result.json["runs"]] == ["a"]


def test_a_fault_of_the_agent_is_code_1_without_a_traceback(agent: Setting) -> None:
    class Broken(type(agent.shop)):  # type: ignore[misc]
        def streams(self):
            raise ZeroDivisionError("tiny-secret")

    SHOPS["https://shop.example"] = Broken()
    result = agent.run("--log-format", "json", "sync", "--json")
    assert result.code == 1
    assert result.json["error"]["exit_code"] == 1
    assert "Please report" in result.text
    assert "tiny-secret" not in result.text


def test_a_bug_in_a_stream_is_code_1(agent: Setting) -> None:
    agent.shop.stream.fail_at[0] = ZeroDivisionError("oops")
    assert agent.run("sync").code == 1


def test_import_stores_a_file(agent: Setting, tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text("customer_id,name\n1,Ann\n2,Bob\n")
    result = agent.run("import", str(file), "--json")
    assert result.code == 0, result.text
    assert result.json["runs"][0]["counts"] == {"created": 2}
    assert agent.run("import", str(file)).code == 0
    assert len(agent.door.records) == 2


def test_import_of_a_broken_row_is_code_6_and_keeps_the_others(
    agent: Setting, tmp_path: Path
) -> None:
    file = tmp_path / "customers.csv"
    file.write_text("customer_id,name,created_at\n1,Ann,\n2,Bob,yesterday\n3,Cid,\n")
    result = agent.run("import", str(file), "--json")
    assert result.code == 6, result.text
    assert result.json["runs"][0]["counts"] == {"created": 2, "rejected": 1}


def test_import_takes_the_mapping_given_or_configured(
    agent: Setting, tmp_path: Path
) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(
        '[file.people]\nkind = "customer"\nfiles = ["*.csv"]\nid = "no"\n'
        '[file.people.columns]\nname = "who"\n'
    )
    file = tmp_path / "people.csv"
    file.write_text("no,who\n1,Ann\n")
    given = agent.run("import", str(file), "--mapping", str(mapping))
    assert given.code == 0, given.text
    agent.write(
        sources=f'[sources.old]\nconnector = "file"\nmapping = "{mapping}"\n'
        f'files = ["{file}"]\n'
    )
    configured = agent.run("import", str(file), "-s", "old", "--kind", "customer")
    assert configured.code == 0, configured.text


def test_import_into_a_shop_is_code_3(agent: Setting, tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text("customer_id,name\n1,Ann\n")
    result = agent.run("import", str(file), "-s", "shop")
    assert result.code == 3
    assert "not of files" in result.text


def test_import_of_a_missing_file_is_told(agent: Setting) -> None:
    result = agent.run("import", "/no/such/customers.csv")
    assert result.code in {3, 8}
    assert "/no/such/customers.csv" in result.text


def test_reconcile_mends_and_shows_the_differences(
    agent: Setting, tmp_path: Path
) -> None:
    agent.run("sync")
    agent.shop.truth["9"] = customer(9)
    csv = tmp_path / "differences.csv"
    dry = agent.run("reconcile", "--dry-run", "--json", "--csv", str(csv))
    assert dry.json["kinds"][0]["missing"] == 1
    assert len(agent.door.records) == 3
    assert "customer,9,missing" in csv.read_text(encoding="utf-8-sig")
    result = agent.run("reconcile", "--kind", "customer")
    assert result.code == 0
    assert len(agent.door.records) == 4
    assert "1 created" in result.text


def test_reconcile_of_an_unknown_kind_names_the_known(agent: Setting) -> None:
    result = agent.run("reconcile", "--kind", "order", "--json")
    assert result.code == 3
    assert "It can: customer" in result.json["errors"][0]["remedy"]


def test_reconcile_of_a_source_without_truth_says_so(agent: Setting) -> None:
    agent.shop.kinds = ()
    assert agent.run("reconcile").code == 0
    result = agent.run("reconcile", "--kind", "order")
    assert "its streams are all there is" in result.text


def test_a_stop_ends_the_reconcile(agent: Setting) -> None:
    agent.shop.keys_error = Stopped("Asked to stop.", "Start it again.")
    agent.write(sources=agent.source("a") + agent.source("b"))
    assert agent.run("reconcile").code == 143


def test_replay_tries_rejects_again(agent: Setting) -> None:
    refused = ReplayResult("customer", "8", "rejected", "total", "still off")
    agent.door.replays.append(
        ReplayAnswer([refused], [("customer", "1"), ("customer", "404")], 1)
    )
    agent.door.replays.append(ReplayAnswer([], [], 1))
    result = agent.run("replay")
    assert result.code == 6
    assert "still off" in result.text
    assert "the shop no longer has it" in result.text
    assert ("customer", "1") in agent.door.records


def test_replay_as_json(agent: Setting) -> None:
    result = agent.run("replay", "--json", "--reject", "5")
    assert result.code == 0
    assert result.json["replays"] == [
        {
            "source": "shop",
            "counts": {},
            "still_rejected": [],
            "not_found": [],
            "remaining": 0,
            "fetched": None,
        }
    ]


def test_status_shows_where_the_streams_stand(agent: Setting) -> None:
    agent.run("sync")
    assert "customers" in agent.run("status").text
    found = agent.run("status", "--json").json["sources"][0]
    assert found["known"]
    assert "customers" in found["streams"]


def test_status_of_a_new_source_says_so(agent: Setting) -> None:
    agent.door.source = None
    assert "not synced yet" in agent.run("status").text


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)]
)
def test_run_syncs_until_it_is_told_to_stop(
    agent: Setting, number: int, code: int
) -> None:
    stored = threading.Event()

    class Told(ListStream):
        def watermark(self, cursor):
            if cursor and cursor.get("rest") and not stored.is_set():
                stored.set()
                threading.Timer(0.2, os.kill, (os.getpid(), number)).start()
            return super().watermark(cursor)

    agent.shop.stream = Told(agent.shop.stream.items)
    assert agent.run("run").code == code
    assert len(agent.door.records) == 3


def test_run_with_a_wrong_table_is_told_at_the_start(agent: Setting) -> None:
    agent.write(sources='[sources.shop]\nconnector = "tiny"\n')
    result = agent.run("run")
    assert result.code == 3
    assert "[sources.shop] url" in result.text


def test_a_second_signal_ends_at_once(agent: Setting) -> None:
    def impatient(_page: int) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGINT)

    agent.shop.stream.on_page = impatient
    assert agent.run("sync").code == 130


def test_of_several_codes_the_gravest_is_told() -> None:
    assert worst([]) is ExitCode.OK
    assert worst([ExitCode.OK, ExitCode.REJECTS]) is ExitCode.REJECTS
    assert worst([ExitCode.UNAVAILABLE, ExitCode.CONFIG]) is ExitCode.CONFIG
