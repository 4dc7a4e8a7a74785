"""How long the caller's API key still lasts."""

from odoo.tools import SQL


def key_days(env, user):
    """Return whole days until the user's key expires, None if it never does.

    Odoo does not tell which key a call came with: of several, the one that lasts
    longest is taken.
    """
    rows = env.execute_query(
        SQL(
            "SELECT expiration_date, "
            "floor(extract(epoch FROM expiration_date - (now() AT TIME ZONE 'utc')) "
            "/ 86400)::int FROM res_users_apikeys WHERE user_id = %s "
            "AND (expiration_date IS NULL "
            "OR expiration_date > now() AT TIME ZONE 'utc')",
            user.id,
        )
    )
    if not rows or any(end is None for end, _days in rows):
        return None
    return max(days for _end, days in rows)
