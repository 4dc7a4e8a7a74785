"""CSV and Excel files as a source: exports of shops that have no interface of ours.

The mapping (TOML) says which column is which field; see ``docs/file-import.md``.
"""

from sync_agent.connectors.file.source import (
    FileSettings,
    FileSource,
    open_files,
    open_folder,
)
from sync_agent.i18n import N_
from sync_agent.port import Connector

CONNECTOR = Connector(
    name="file",
    title=N_("CSV and Excel files"),
    settings=FileSettings,
    example=N_("""\
# Paths or patterns of the files; a file is read again when it changes.
files = ["exports/*.csv", "exports/*.xlsx"]
# Which column is which field: a TOML file, or the name of a ready mapping (taobao,
# qianniu, pinduoduo, jd, douyin, shopify, woocommerce); without it the agent's own
# layout is expected.
# mapping = "taobao"
"""),
    open=open_folder,
    questions=(
        ("files", N_("Path or pattern of the files (e.g. exports/*.csv)")),
        (
            "mapping",
            N_("Mapping: a path or e.g. taobao (empty: the agent's own layout)"),
        ),
    ),
)

__all__ = ["CONNECTOR", "FileSettings", "FileSource", "open_files", "open_folder"]
