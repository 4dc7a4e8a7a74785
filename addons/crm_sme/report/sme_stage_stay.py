from odoo import fields, models
from odoo.tools import SQL


class SmeStageStay(models.Model):
    """How long customers stay in each stage: where the process has its bottleneck."""

    _name = "sme.stage.stay"
    _description = "Time in Stages"
    _auto = False
    _order = "days desc, id"
    _rec_name = "partner_id"
    _depends = {
        "sme.lifecycle.move": ["partner_id", "from_stage_id", "to_stage_id", "date"],
        "res.partner": [
            *("lifecycle_stage_id", "date_last_stage_update", "user_id", "active"),
            *("commercial_partner_id", "create_date"),
        ],
    }

    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    stage_id = fields.Many2one("sme.lifecycle.stage", readonly=True)
    next_stage_id = fields.Many2one(
        "sme.lifecycle.stage", string="Went to", readonly=True
    )
    entered_on = fields.Datetime(string="Came In", readonly=True)
    left_on = fields.Datetime(string="Went Out", readonly=True)
    is_there = fields.Boolean(string="Still There", readonly=True)
    is_too_long = fields.Boolean(
        string="Too Long",
        readonly=True,
        help="Stayed for longer than the stage allows.",
    )
    days = fields.Float(
        string="Days in the Stage",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Until the move to the next stage, or until now.",
    )
    too_long_share = fields.Float(
        string="Too Long (%)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Part of the stays that were longer than the stage allows.",
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT stay.*, p.user_id,
                   stay.seconds / 86400 AS days,
                   too_long.found AS is_too_long,
                   CASE WHEN too_long.found THEN 100 ELSE 0 END::float8
                       AS too_long_share
              FROM (%(stays)s) stay
              JOIN res_partner p ON p.id = stay.partner_id
              JOIN sme_lifecycle_stage stage ON stage.id = stay.stage_id
             CROSS JOIN LATERAL (
                   SELECT coalesce(stage.rotting_threshold_days, 0) > 0
                          AND stay.seconds > stage.rotting_threshold_days * 86400
                          AS found
             ) too_long
             WHERE p.active
            """,
            stays=SQL(
                "%s UNION ALL %s", _past_stays(), _present_stays(self.env.cr.now())
            ),
        )


def _past_stays():
    """Stays that a move ended; the one before it, or the customer's entry, began it."""
    return SQL(
        """
        SELECT m.id::bigint * 2 AS id, m.partner_id, m.from_stage_id AS stage_id,
               m.to_stage_id AS next_stage_id, m.entered_on, m.date AS left_on,
               FALSE AS is_there,
               greatest(extract(epoch FROM m.date - m.entered_on), 0)::float8 AS seconds
          FROM (
               SELECT move.*,
                      coalesce(
                          lag(move.date) OVER (
                              PARTITION BY move.partner_id ORDER BY move.date, move.id
                          ),
                          entry.create_date
                      ) AS entered_on
                 FROM sme_lifecycle_move move
                 JOIN res_partner entry ON entry.id = move.partner_id
          ) m
        """
    )


def _present_stays(now):
    """Stays of all customers in the stage where they are."""
    return SQL(
        """
        SELECT p.id::bigint * 2 + 1 AS id, p.id AS partner_id,
               p.lifecycle_stage_id AS stage_id, NULL::int AS next_stage_id,
               since.entered_on, NULL::timestamp AS left_on, TRUE AS is_there,
               greatest(
                   extract(epoch FROM %(now)s - since.entered_on), 0
               )::float8 AS seconds
          FROM res_partner p
         CROSS JOIN LATERAL (
               SELECT coalesce(p.date_last_stage_update, p.create_date) AS entered_on
         ) since
         WHERE p.lifecycle_stage_id IS NOT NULL
               AND p.commercial_partner_id = p.id
        """,
        now=now,
    )
