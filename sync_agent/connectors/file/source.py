"""Files as a source: which file belongs to which table of the mapping."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path

from pydantic import Field, field_validator

from sync_agent.connectors.file.mapping import Layout, LinesFrom, load_mapping
from sync_agent.connectors.file.stream import FileStream
from sync_agent.connectors.file.targets import FILE_KINDS
from sync_agent.errors import AgentError, ConfigError, Fatal
from sync_agent.i18n import _
from sync_agent.port import (
    CheckResult,
    Clock,
    ConnectorSettings,
    Item,
    Key,
    Stream,
    Tools,
)
from sync_agent.records.envelope import Kind


class FileSettings(ConnectorSettings):
    """Settings of a source that is a folder of files.

    Attributes:
        files: paths or patterns (``*``, ``**``) of CSV and Excel files.
        mapping: path of the mapping, or the name of a ready one; ``None``: the agent's
            own layout.
    """

    files: tuple[str, ...] = Field(min_length=1)
    mapping: str | None = None

    @field_validator("files", mode="before")
    @classmethod
    def _one_or_more(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value


class FileSource:
    """CSV and Excel files with their mapping."""

    kinds: tuple[Kind, ...] = ()
    platform = "files"

    def __init__(self, streams: Sequence[FileStream]) -> None:
        self._streams = sorted(streams, key=_by_kind)

    def streams(self) -> Sequence[Stream]:
        """Return one stream for each table, customers first."""
        return self._streams

    def check(self) -> Iterator[CheckResult]:
        """Open every file and look for the columns of the mapping."""
        for stream in self._streams:
            names = ", ".join(path.name for path in stream.paths)
            try:
                stream.open()
            except AgentError as error:
                yield CheckResult(
                    names, "failed", error.message, error.remedy, error.exit_code
                )
            else:
                yield CheckResult(
                    names, "ok", _("readable as {kind}", kind=stream.layout.kind)
                )
        if not self._streams:
            yield CheckResult("files", "warning", _("no file is there yet"))

    def keys(self, kind: Kind) -> Iterator[Key]:
        """Files are exports, they do not tell what is gone."""
        raise Fatal(
            _("Files cannot say which {kind} records still exist.", kind=kind),
            _("Leave this source out of the reconcile."),
        )

    def fetch(self, kind: Kind, external_ids: Sequence[str]) -> Iterator[Item]:
        """Single records cannot be asked for."""
        raise Fatal(
            _(
                "{kind} {ids} came from a file and cannot be fetched again.",
                kind=kind,
                ids=", ".join(external_ids[:3]),
            ),
            _("Correct the file and import it again."),
        )

    def close(self) -> None:
        """Files are closed as soon as they were read."""


def open_files(
    paths: Sequence[Path],
    mapping: Path | None = None,
    clock: Clock | None = None,  # noqa: ARG001 - part of the shape of all sources
    *,
    kind: Kind | None = None,
) -> FileSource:
    """Open files for ``sync-agent import``.

    Args:
        paths: existing files; folders stand for the files in them that the mapping
            names.
        mapping: TOML file; ``None``: the agent's own layout.
        clock: not needed by files.
        kind: use only the tables of this kind, whatever the names of the files.

    Raises:
        ConfigError: wrong mapping, or a file that no table reads.
        Fatal: a path that does not exist.
    """
    layouts = load_mapping(mapping)
    if kind is not None:
        layouts = {name: item for name, item in layouts.items() if item.kind == kind}
        if not layouts:
            raise ConfigError(
                _("The mapping has no table for {kind} records.", kind=kind),
                _('Add a table [file.<name>] with kind = "{kind}".', kind=kind),
            )
    chosen: dict[str, list[Path]] = {name: [] for name in layouts}
    apart: dict[str, list[Path]] = {name: [] for name in layouts}
    for path in paths:
        names = _holding_lines(path, layouts)
        for name in names:
            apart[name].append(path)
        if not names:
            for name, file in _assign(path, layouts):
                lines = name in _holding_lines(file, layouts)
                (apart if lines else chosen)[name].append(file)
    _refuse_lines_alone(layouts, chosen, apart)
    return _source(layouts, chosen, apart)


def open_folder(settings: FileSettings, _tools: Tools) -> FileSource:
    """Open the files of a configured source; those that no table names are left out."""
    layouts = load_mapping(Path(settings.mapping) if settings.mapping else None)
    found = {
        Path(name)
        for pattern in settings.files
        # Path.glob cannot take an absolute pattern
        for name in glob.glob(str(Path(pattern).expanduser()), recursive=True)  # noqa: PTH207
    }
    chosen: dict[str, list[Path]] = {name: [] for name in layouts}
    apart: dict[str, list[Path]] = {name: [] for name in layouts}
    for path in sorted(found):
        lines = _holding_lines(path, layouts)
        for name in _matching(path, layouts):
            (apart if name in lines else chosen)[name].append(path)
    return _source(layouts, chosen, apart)


def _source(
    layouts: Mapping[str, Layout],
    chosen: Mapping[str, list[Path]],
    apart: Mapping[str, list[Path]],
) -> FileSource:
    return FileSource(
        [
            FileStream(f"file.{n}", layouts[n], paths, apart[n])
            for n, paths in chosen.items()
            if paths
        ]
    )


def _holding_lines(path: Path, layouts: Mapping[str, Layout]) -> list[str]:
    """Return the tables whose orders have their lines in this file."""
    return [
        name
        for name, layout in layouts.items()
        if layout.lines_from and not path.is_dir() and _fits(path, layout.lines_from)
    ]


def _refuse_lines_alone(
    layouts: Mapping[str, Layout],
    chosen: Mapping[str, list[Path]],
    apart: Mapping[str, list[Path]],
) -> None:
    for name, paths in apart.items():
        if paths and not chosen[name]:
            raise ConfigError(
                _("{file} holds only the lines of orders.", file=paths[0].name),
                _(
                    "Give the file with the orders as well: {patterns}.",
                    patterns=" ".join(layouts[name].files),
                ),
            )


def _assign(path: Path, layouts: Mapping[str, Layout]) -> Iterator[tuple[str, Path]]:
    if path.is_dir():
        pairs = [
            (name, file)
            for file in sorted(path.iterdir())
            if file.is_file() and not file.name.startswith((".", "~$"))
            for name in _matching(file, layouts)
        ]
        if not pairs:
            raise ConfigError(
                _("No file in {path} has a name that the mapping reads.", path=path),
                _(
                    "It reads: {patterns}. Name the files themselves.",
                    patterns=_patterns(layouts),
                ),
            )
        yield from pairs
        return
    if not path.is_file():
        raise Fatal(_("There is no file {path}.", path=path), _("Check the path."))
    names = _matching(path, layouts) or (list(layouts) if len(layouts) == 1 else [])
    if not names:
        raise ConfigError(
            _("No table of the mapping reads {file}.", file=path.name),
            _(
                "The tables read: {patterns}. Say what it holds with "
                "--kind order (customer, product, shipment, review), or "
                "set files in the table.",
                patterns=_patterns(layouts),
            ),
        )
    for name in names:
        yield name, path


def _matching(path: Path, layouts: Mapping[str, Layout]) -> list[str]:
    return [
        name
        for name, layout in layouts.items()
        if _fits(path, layout) or (layout.lines_from and _fits(path, layout.lines_from))
    ]


def _fits(path: Path, table: Layout | LinesFrom) -> bool:
    name = path.name.lower()
    return any(fnmatch(name, pattern.lower()) for pattern in table.files)


def _patterns(layouts: Mapping[str, Layout]) -> str:
    return ", ".join(
        _("{files} as {kind}", files=" ".join(layout.files), kind=layout.kind)
        for layout in layouts.values()
    )


def _by_kind(stream: FileStream) -> tuple[int, str]:
    return FILE_KINDS.index(stream.layout.kind), stream.name
