"""What a care plan must have before it starts, as far as it needs the customers."""

from odoo.tools import SQL

from . import care_audience


def languages(env, plan, as_of):
    """Languages of those for whom a plan is, with the number of customers.

    :param plan: one record of ``sme.care.plan``
    :param AsOf as_of: today
    :rtype: dict[str, int]
    """
    env.flush_all()
    return dict(
        env.execute_query(
            SQL(
                """
                SELECT c.lang, count(*) %s AND c.lang IS NOT NULL
                 GROUP BY c.lang ORDER BY 2 DESC
                """,
                _members(env, plan, as_of),
            )
        )
    )


def count_audience(env, plan, as_of):
    """Number of customers for whom a plan is, whether their day has come or not.

    :rtype: int
    """
    env.flush_all()
    return env.execute_query(SQL("SELECT count(*) %s", _members(env, plan, as_of)))[0][
        0
    ]


def _members(env, plan, as_of):
    env = env(su=True)
    return SQL(
        "FROM (%s) c WHERE %s",
        care_audience.customers(plan.company_id),
        care_audience.audience(env, plan, as_of),
    )


def missing_translations(env, content_ids, column, langs):
    """Texts that are there, but not in a language that is needed.

    :param list content_ids: ids of ``sme.care.content``
    :param str column: a translated column
    :param list langs: language codes
    :return: pairs of text id and language code
    :rtype: list[tuple[int, str]]
    """
    env["sme.care.content"].flush_model()
    return env.execute_query(
        SQL(
            """
            SELECT words.id, lang
              FROM sme_care_content words CROSS JOIN unnest(%s::varchar[]) lang
             WHERE words.id = ANY(%s) AND words.%s IS NOT NULL
                   AND coalesce(words.%s->>lang, '') = ''
             ORDER BY words.id, lang
            """,
            langs,
            content_ids,
            SQL.identifier(column),
            SQL.identifier(column),
        )
    )
