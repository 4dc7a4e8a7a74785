from odoo import api, fields, models

# What of a case stands in the customer's history, too.
SHARED = ("partner_id", "kind", "adopted", "learning_points", "product_id")
OWN = (*SHARED, "summary", "company_id", "user_id")


class SmeFeedbackHistory(models.Model):
    """Each case stands once in the customer's history.

    All that is counted of customers (complaints, service costs, learning value, what
    they complained about) is counted from there, so that nothing counts twice: a case
    made from a complaint that somebody noted shares its entry.
    """

    _inherit = "sme.feedback"

    history_id = fields.Many2one(
        "sme.interaction",
        string="In the History",
        ondelete="set null",
        index="btree_not_null",
        readonly=True,
        copy=False,
    )

    @api.model_create_multi
    def create(self, vals_list):
        cases = super().create(vals_list)
        cases._write_history()
        return cases

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {*OWN, "date"}:
            self._write_history()
        return result

    def unlink(self):
        """What never was a case leaves the history as well."""
        own = self.sudo().history_id.filtered(lambda h: h.res_model == self._name)
        result = super().unlink()
        own._touch_customers()
        own.unlink()
        return result

    def _write_history(self):
        """Bring the entries of the history up to date, and make those that miss."""
        missing = self.browse()
        for each in self:
            history = each.sudo().history_id  # written by the machine
            if history:
                each._update_history(history)
            elif each._shares_entry():
                each.history_id = each.interaction_id
            elif each._belongs_to_history():
                missing |= each
        if missing:
            # As root: others' customers complain to whom they meet.
            entries = (
                self.env["sme.interaction"]
                .sudo()
                .create([each._history_values() for each in missing])
            )
            for each, entry in zip(missing, entries, strict=True):
                each.history_id = entry

    def _shares_entry(self):
        """Whether the case was made from an entry that says the same."""
        return self.interaction_id and self.interaction_id.sudo().kind == self.kind

    def _belongs_to_history(self):
        """A parcel in trouble stands there already: the customer has said nothing."""
        said_nothing = self.origin == "delivery" and self.kind == "request"
        return self.partner_id and not said_nothing

    def _update_history(self, history):
        is_own = history.res_model == self._name
        values = self._history_values()
        changed = {
            name: values[name]
            for name in (OWN if is_own else SHARED)
            if history._fields[name].convert_to_write(history[name], history)
            != values[name]
        }
        if changed:
            history.write(changed)

    def _history_values(self):
        return {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "currency_id": self.currency_id.id,
            "kind": self.kind,
            "date": self.date,
            "direction": "in",
            "summary": self.summary,
            "product_id": self.product_id.id,
            "user_id": self.user_id.id,
            "adopted": self.adopted,
            "learning_points": self.learning_points,
            "answered_on": self.first_response_on,
            "res_model": self._name,
            "res_id": self.id,
        }
