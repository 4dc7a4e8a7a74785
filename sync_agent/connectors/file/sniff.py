"""What a file is: Excel or text, in which encoding, and its digest."""

from __future__ import annotations

import codecs
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sync_agent.errors import Fatal
from sync_agent.i18n import _

FileFormat = Literal["csv", "xlsx", "xls"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_TOLERANCE = 20
"""A text of this encoding has so many good lines for one that breaks it."""
_COMMON = 0.9
"""Share of GB 2312 among the characters of a text that is taken for GB18030."""


@dataclass(frozen=True, slots=True)
class FileNature:
    """What a look at the whole file shows.

    Attributes:
        encoding: Python's name; ``""`` for Excel.
        digest: SHA-256 of the bytes, 32 hex digits.
    """

    format: FileFormat
    encoding: str
    digest: str


def look_at(path: Path, encoding: str | None) -> FileNature:
    """Read a file once and say what it is.

    Args:
        path: the file.
        encoding: what the mapping says; ``None``: find out.

    Raises:
        Fatal: unreadable, empty, a web page, or of no encoding that fits.
    """
    try:
        with path.open("rb") as handle:
            head = handle.read(4096)
            digest = hashlib.sha256(head)
            while chunk := handle.read(1 << 20):
                digest.update(chunk)
    except OSError as error:
        raise Fatal(
            _("{path} cannot be read: {reason}.", path=path, reason=error.strerror),
            _("Check the path and the rights of the file."),
        ) from None
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise Fatal(
            _("{path} is empty.", path=path),
            _("Export it again; the export may have been cut off."),
        )
    short = digest.hexdigest()[:32]
    if head.startswith(b"PK\x03\x04"):
        return FileNature("xlsx", "", short)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return FileNature("xls", "", short)
    _refuse_html(path, head)
    return FileNature("csv", _encoding(path, head, encoding), short)


def _refuse_html(path: Path, head: bytes) -> None:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")):
        raise Fatal(
            _("{path} is a web page or XML, whatever its name says.", path=path),
            _(
                "Open it with a spreadsheet program and save it as .xlsx "
                "or as CSV UTF-8."
            ),
        )


def _encoding(path: Path, head: bytes, wanted: str | None) -> str:
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    if wanted is not None:
        if wanted.startswith("utf-16"):
            return wanted
        good, bad, first_bad = _try(path, wanted)
        if bad and good < bad * _TOLERANCE:
            raise Fatal(
                _(
                    "{path} is not {wanted}: line {first_bad} cannot be decoded.",
                    path=path,
                    wanted=wanted,
                    first_bad=first_bad,
                ),
                _(
                    "Take the key encoding out of the mapping to have it found "
                    'out, or name the right one, e.g. encoding = "gb18030".'
                ),
            )
        return wanted
    good, bad, first_bad = _try(path, "utf-8")
    if not bad or good >= bad * _TOLERANCE:
        return "utf-8"
    if _looks_chinese(path):
        return "gb18030"
    raise Fatal(
        _(
            "{path} is neither UTF-8 nor GB18030: line {first_bad} cannot be decoded.",
            path=path,
            first_bad=first_bad,
        ),
        _(
            "Name the encoding in the mapping, e.g. encoding = "
            '"cp1252" for Western Windows or encoding = "shift_jis" '
            "for Japan."
        ),
    )


def _try(path: Path, encoding: str) -> tuple[int, int, int]:
    """Count the lines with more than ASCII that decode and those that do not."""
    good = bad = first_bad = 0
    with path.open("rb") as handle:
        for number, line in enumerate(handle, start=1):
            if line.isascii():
                continue
            try:
                line.decode(encoding)
                good += 1
            except UnicodeDecodeError:
                bad += 1
                first_bad = first_bad or number
    return good, bad, first_bad


def _looks_chinese(path: Path) -> bool:
    """Tell GB18030 from Western text, which mostly decodes as rare characters."""
    good = bad = common = total = 0
    with path.open("rb") as handle:
        for line in handle:
            if line.isascii():
                continue
            try:
                text = line.decode("gb18030")
            except UnicodeDecodeError:
                bad += 1
                continue
            good += 1
            for char in text:
                if char > "\x7f":
                    code = char.encode("gb18030")
                    total += 1
                    common += len(code) == 2 and code[1] >= 0xA1  # noqa: PLR2004
    return good >= bad * _TOLERANCE and common >= total * _COMMON
