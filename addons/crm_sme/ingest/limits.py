"""How much one call of the door may hold, and how wrong things are told again."""

from ..tools import wire

MAX_RECORDS = 5000
MAX_ID = 2**31 - 1


def shown(value):
    """Return what somebody sent as text that can be told again.

    :rtype: str
    """
    return wire.clean_text(str(value)[:20])
