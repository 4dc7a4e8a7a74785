"""The one error of the set-up scripts: what failed and what to do about it."""

import sys
from collections.abc import Callable


class SetupError(Exception):
    """A step could not be done; the text names the remedy."""


def main_with_remedy(main: Callable[[], int | None]) -> None:
    """Run a command's main; print a `SetupError` as plain text and exit with 1."""
    try:
        sys.exit(main() or 0)
    except SetupError as error:
        sys.stderr.write(f"\nerror: {error}\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.stderr.write("\nstopped; the same command goes on where it was stopped\n")
        sys.exit(130)
