"""Lifecycle stages that follow from the figures; a stage set by hand stays."""

from odoo import fields
from odoo.tools import SQL

from . import marks

# Whoever buys in one company is not lost because he left another one.
FILLED_PERCENT = 85
BEST_FIRST = ("actual", "lapsed", "lost")


def ease_moves(cr):
    """Let a partner's stage change without an entry in each of his indexes.

    PostgreSQL can do that if no index has the stage and the page has room: without it,
    a move costs ten times as much, most of it in the index of the search. Pages filled
    before stay full until their rows change.
    """
    cr.execute(SQL("DROP INDEX IF EXISTS res_partner__lifecycle_stage_id_index"))
    cr.execute(SQL("ALTER TABLE res_partner SET (fillfactor = %s)", FILLED_PERCENT))


def move_partners(env, wanted):
    """Move the partners whose stage contradicts their figures, contacts with them.

    First order: up to *actual*. Lapsed or lost by rhythm: to that stage, and back to
    *actual* with the next order. Who never bought only gets a first stage.

    Done in SQL, only where the stage differs: the ORM's write would walk over every
    partner and his contacts, and the first run moves them all. Each move from one stage
    to another is noted in ``sme.lifecycle.move``.

    :param str wanted: temporary table with the only ones to look at; None for all
        that are marked, which are all that can stand wrong
    :return: number of partners moved
    :rtype: int
    """
    scope = wanted or "sme_doubt"
    if not wanted and marks.take(env.cr, marks.STAGE, scope):
        scope = None
    env.cr.execute(
        SQL(
            """
            WITH %(targets)s, moved AS (
                UPDATE res_partner p
                   SET lifecycle_stage_id = target.stage_id,
                       date_last_stage_update = %(now)s,
                       write_date = %(now)s, write_uid = %(uid)s
                  FROM target
                  JOIN res_partner head ON head.id = target.partner_id
                  JOIN res_partner was ON was.commercial_partner_id = head.id
                 WHERE p.id = was.id AND target.stage_id IS NOT NULL
                       AND NOT coalesce(
                           head.lifecycle_stage_id = ANY(target.fitting), FALSE
                       )
                       AND was.lifecycle_stage_id IS DISTINCT FROM target.stage_id
                RETURNING p.id, head.id AS head_id, p.lifecycle_stage_id AS to_id,
                          was.lifecycle_stage_id AS from_id
            ), noted AS (
                INSERT INTO sme_lifecycle_move
                       (partner_id, from_stage_id, to_stage_id, date, is_automatic,
                        create_uid, create_date)
                SELECT id, from_id, to_id, %(now)s, TRUE, %(uid)s, %(now)s
                  FROM moved WHERE id = head_id AND from_id IS NOT NULL
                 ORDER BY id
            )
            SELECT count(*) FROM moved
            """,
            targets=_targets(env, scope),
            now=fields.Datetime.now(),
            uid=env.uid,
        )
    )
    return env.cr.fetchone()[0]


def _targets(env, scope):
    """Tables of a WITH: ``target`` has the stage that a customer should have."""
    stages = _stages_by_kind(env)
    return SQL(
        """
        doubtful AS MATERIALIZED (
            SELECT DISTINCT figures.partner_id
              FROM sme_customer_value figures
              JOIN res_partner p ON p.id = figures.partner_id
             WHERE p.lifecycle_locked IS NOT TRUE AND %(wanted)s
                   AND NOT coalesce(p.lifecycle_stage_id = ANY(%(fitting)s), FALSE)
        ), target AS MATERIALIZED (
            SELECT figures.partner_id,
                   CASE min(%(rank)s) %(goals)s END AS stage_id,
                   CASE min(%(rank)s) %(sets)s END AS fitting
              FROM doubtful
              JOIN sme_customer_value figures USING (partner_id)
             GROUP BY figures.partner_id
        )
        """,
        wanted=SQL(
            "figures.partner_id = ANY(ARRAY(SELECT id FROM %s))", SQL.identifier(scope)
        )
        if scope
        else SQL("TRUE"),
        fitting=_by_state(lambda kind: _fitting(stages, kind)),
        rank=_by_state(lambda kind: SQL("%s", _rank(kind))),
        goals=_by_rank(lambda kind: SQL("%s", stages.get(kind, [None])[0])),
        sets=_by_rank(lambda kind: _fitting(stages, kind)),
    )


def _stages_by_kind(env):
    """Ids of the stages of each kind, the first one is where partners are moved to.

    :rtype: dict[str, list[int]]
    """
    env.cr.execute(
        SQL("SELECT kind, id FROM sme_lifecycle_stage ORDER BY sequence, id")
    )
    stages = {}
    for kind, stage_id in env.cr.fetchall():
        stages.setdefault(kind, []).append(stage_id)
    return stages


def _fitting(stages, kind):
    """Stages that need no move: of the kind; any at all for who never bought."""
    if kind == "potential":
        every = [stage_id for ids in stages.values() for stage_id in ids]
        return SQL("%s::int[]", every)
    return SQL("%s::int[]", stages.get(kind, []))


def _rank(kind):
    return BEST_FIRST.index(kind) if kind in BEST_FIRST else len(BEST_FIRST)


def _by_state(value_of):
    """SQL that gives each fade state the value of its kind of stage."""
    return SQL(
        "CASE figures.fade_state WHEN 'none' THEN %s WHEN 'lapsed' THEN %s "
        "WHEN 'lost' THEN %s ELSE %s END",
        *(value_of(kind) for kind in ("potential", "lapsed", "lost", "actual")),
    )


def _by_rank(value_of):
    """Branches of a CASE over the rank of a kind."""
    return SQL(" ").join(
        SQL("WHEN %s THEN %s", _rank(kind), value_of(kind))
        for kind in (*BEST_FIRST, "potential")
    )
