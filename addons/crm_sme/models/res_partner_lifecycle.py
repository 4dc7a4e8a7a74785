from collections import defaultdict

from odoo import api, fields, models

from .res_partner import STAFF


class ResPartnerLifecycle(models.Model):
    """Time in each lifecycle stage, and who has been standing still for too long."""

    _name = "res.partner"
    _inherit = ["res.partner", "mail.tracking.duration.mixin"]
    _track_duration_field = "lifecycle_stage_id"

    # As root: an employee outside this app reads partners, but no stages.
    duration_tracking = fields.Json(groups=STAFF, compute_sudo=True)
    rotting_days = fields.Integer(groups=STAFF, compute_sudo=True)
    is_rotting = fields.Boolean(
        string="Stands Still",
        groups=STAFF,
        compute_sudo=True,
        help="Has been in this stage for longer than the stage allows.",
    )

    def _compute_duration_tracking(self):
        """Count from the log of moves, not from messages: most moves leave none."""
        heads = self.commercial_partner_id
        moves = defaultdict(list)
        for move in self.env["sme.lifecycle.move"].search(
            [("partner_id", "in", heads.ids)], order="date, id"
        ):
            moves[move.partner_id.id].append(move)
        for partner in self:
            head = partner.commercial_partner_id
            partner.duration_tracking = head._sme_stage_seconds(moves[head.id])

    def _sme_stage_seconds(self, moves):
        """Seconds in each stage, the present one until now.

        :param list moves: records of ``sme.lifecycle.move`` of this customer, rising
        :return: seconds by id of the stage
        :rtype: dict[int, int]
        """
        seconds = defaultdict(int)
        now = self.env.cr.now()
        before = self.create_date or now
        for move in moves:
            seconds[move.from_stage_id.id] += (move.date - before).total_seconds()
            before = move.date
        if self.lifecycle_stage_id:
            # Without a move the stage was the first one, maybe given later on.
            since = max(before, self.date_last_stage_update or before)
            seconds[self.lifecycle_stage_id.id] += (now - since).total_seconds()
        return {stage: int(spent) for stage, spent in seconds.items()}

    @api.model
    def _search_is_rotting(self, operator, value):
        # As root, as it is computed: only staff can name the field at all.
        return super(ResPartnerLifecycle, self.sudo())._search_is_rotting(
            operator, value
        )

    def write(self, vals):
        """Note moves from stage to stage; contacts follow and have none."""
        if "lifecycle_stage_id" not in vals:
            return super().write(vals)
        before = {
            partner.id: partner.lifecycle_stage_id.id
            for partner in self
            if partner == partner.commercial_partner_id and partner.lifecycle_stage_id
        }
        result = super().write(vals)
        now = fields.Datetime.now()
        moved = self.filtered(
            lambda p: p.id in before and before[p.id] != p.lifecycle_stage_id.id
        )
        # As root: whoever may move a customer need not write the log.
        self.env["sme.lifecycle.move"].sudo().create(
            [
                {
                    "partner_id": partner.id,
                    "from_stage_id": before[partner.id],
                    "to_stage_id": partner.lifecycle_stage_id.id,
                    "date": now,
                    "is_automatic": self.env.su,
                }
                for partner in moved
            ]
        )
        return result

    def _sme_move_up(self, kind):
        """Move customers up to the first stage of a kind; never down, never if locked.

        :param str kind: ``potential`` or ``target``
        """
        below = {"potential": {False}, "target": {False, "potential"}}[kind]
        # As root: a lead may be made by the public form or by a mail gateway.
        stage = (
            self.env["sme.lifecycle.stage"]
            .sudo()
            .search([("kind", "=", kind)], limit=1)
        )
        heads = self.sudo().commercial_partner_id
        heads.filtered(
            lambda p: not p.lifecycle_locked and p.lifecycle_stage_id.kind in below
        ).write({"lifecycle_stage_id": stage.id})
