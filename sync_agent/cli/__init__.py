"""The command line: parses, calls the app, prints, sets the exit code."""

from sync_agent.cli import setup, work
from sync_agent.cli.session import cli

__all__ = ["cli", "main", "setup", "work"]


def main() -> None:
    """Run ``sync-agent``."""
    cli()
