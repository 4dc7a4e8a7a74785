"""House rules that no ready-made tool knows."""

import ast
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
LONGEST_FILE = 500
LONGEST_FUNCTION = 60
LONGEST_SCRIPT = 40
VAGUE_NAMES = {"utils.py", "helpers.py", "common.py", "misc.py", "tools.py"}
# In halves, so that this file does not name them either.
HOSTS = re.compile(
    "|".join(
        left + right
        for left, right in (
            ("pypi", r"\.org"),
            ("python", "hosted"),
            ("registry", r"\.npmjs"),
            ("deb", r"\.debian\.org"),
            ("security", r"\.debian\.org"),
            ("snapshot", r"\.debian"),
            ("node", r"js\.org"),
            ("node", "source"),
        )
    )
)
PLACES = "|".join(f"/{name}/" for name in ("work", "farm", "root"))
OTHERS_PLACES = re.compile(rf"(?<![\w.])(?:{PLACES}|\.\./" + "shared)")
STUBS = re.compile(r"\b(?:TODO|FIXME|XXX|NotImplementedError)\b")
SKIPS = re.compile(r"pytest\.mark\.(?:skip|xfail)|unittest\.skip|pytest\.skip\(")


def files(*patterns: str) -> Iterator[Path]:
    """Give the committed files, and those about to be, that match a pattern."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    for name in sorted(set(listed.split("\0")) - {""}):
        path = REPOSITORY / name
        if path.is_file() and any(path.match(pattern) for pattern in patterns):
            yield path


def named(path: Path) -> str:
    """Give a path as people write it."""
    return str(path.relative_to(REPOSITORY))


def lines_with(pattern: re.Pattern[str], *patterns: str) -> list[str]:
    """Find lines of files; this file, which holds the patterns, is left out."""
    found = []
    for path in files(*patterns):
        if path == Path(__file__):
            continue
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{named(path)}:{number}: {line.strip()[:120]}"
            for number, line in enumerate(text.splitlines(), 1)
            if pattern.search(line)
        ]
    return found


def test_files_are_not_too_long() -> None:
    lengths = {
        named(path): len(path.read_text("utf-8").splitlines())
        for path in files("*.py", "*.js")
    }
    assert lengths, "no file found: is this a git clone?"
    assert {name: size for name, size in lengths.items() if size > LONGEST_FILE} == {}


def test_functions_are_not_too_long() -> None:
    long = [
        f"{named(path)}:{node.lineno} {node.name}"
        for path in files("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_shell_scripts_only_call_python() -> None:
    scripts = [
        path
        for folder in ("scripts", "scripts/dev", ".ci")
        for path in (REPOSITORY / folder).iterdir()
        if path.is_file() and path.read_bytes()[:2] == b"#!"
    ]
    assert scripts
    long = [
        named(path)
        for path in scripts
        if len(path.read_text("utf-8").splitlines()) > LONGEST_SCRIPT
    ]
    assert long == []


def test_no_file_has_a_vague_name() -> None:
    vague = [
        named(path)
        for path in files("*.py")
        if path.name in VAGUE_NAMES and "tests" not in path.parts
    ]
    assert vague == []


def test_no_package_index_is_named() -> None:
    assert lines_with(HOSTS, "*") == []


def test_no_place_of_one_machine_is_named() -> None:
    assert lines_with(OTHERS_PLACES, "*") == []


def test_nothing_is_left_to_do() -> None:
    assert lines_with(STUBS, "*.py", "*.js", "*.xml", "*.sh", "*.toml") == []


def test_no_test_is_skipped() -> None:
    assert lines_with(SKIPS, "*.py") == []


def test_every_hoot_test_is_run_by_a_test_of_odoo() -> None:
    suites = {path.parents[2] for path in files("addons/*/static/tests/*.test.js")}
    unrun = [
        named(addon)
        for addon in suites
        if not any(
            "/web/tests" in path.read_text("utf-8")
            for path in (addon / "tests").glob("test_*.py")
        )
    ]
    assert unrun == []


@pytest.mark.parametrize("shop", ["medusa", "vendure"])
def test_lock_of_a_shop_names_no_address_to_download_from(shop: str) -> None:
    lock = json.loads(
        (REPOSITORY / f"scripts/dev/{shop}/package-lock.json").read_text("utf-8")
    )
    packages = {name: it for name, it in lock["packages"].items() if name}
    assert packages
    assert [name for name, it in packages.items() if "resolved" in it] == []
    assert [name for name, it in packages.items() if "integrity" not in it] == []


def test_every_requirement_is_pinned() -> None:
    loose = [
        f"{named(path)}: {line}"
        for path in files("scripts/dev/requirements/*.txt")
        for line in path.read_text("utf-8").splitlines()
        if line and not line.startswith("#") and "==" not in line
    ]
    assert loose == []
