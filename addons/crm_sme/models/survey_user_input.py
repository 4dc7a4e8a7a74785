from odoo import fields, models
from odoo.tools import email_normalize

from .sme_delivered_score import COSTS, GAINS

SUMMARY_LENGTH = 120
DELIVERED = (*GAINS, *COSTS)


class SurveyUserInput(models.Model):
    """A done survey tells about its customer: scores, needs, an interaction."""

    _inherit = "survey.user_input"

    sme_company_id = fields.Many2one(
        "res.company", string="Asked for", readonly=True, ondelete="set null"
    )

    def _mark_done(self):
        result = super()._mark_done()
        # As root: the customer himself answers, and has no rights here.
        self.sudo()._sme_take_over()
        return result

    def _sme_take_over(self):
        """Keep what the answers say with their customers; once for each answer."""
        interactions = self.env["sme.interaction"]
        known = interactions.search_fetch(
            [("res_model", "=", self._name), ("res_id", "in", self.ids)], ["res_id"]
        ).mapped("res_id")
        for answer in self.filtered(lambda a: a.id not in known and not a.test_entry):
            partner = answer._sme_customer()
            if partner:
                answer._sme_keep(partner, answer._sme_values())

    def _sme_customer(self):
        """Who answered: the contact, else the only customer with that address.

        :return: record of ``res.partner``; empty for unknown people and for our own
        """
        self.ensure_one()
        partner = self.partner_id
        address = email_normalize(self.email or "")
        if not partner and address:
            found = self.env["res.partner"].search(
                [("email_normalized", "=", address)], limit=2
            )
            partner = found if len(found) == 1 else partner
        return partner.filtered("partner_share")

    def _sme_values(self):
        """What was answered, by meaning of the question.

        :return: numbers and texts; questions that were skipped are left out
        :rtype: dict
        """
        self.ensure_one()
        values = {}
        for line in self.user_input_line_ids:
            meaning = line.question_id.sme_meaning
            if not meaning or line.skipped:
                continue
            if line.answer_type == "scale":
                values[meaning] = line.value_scale
            elif line.answer_type in ("char_box", "text_box"):
                text = line.value_char_box or line.value_text_box or ""
                words = filter(None, (values.get(meaning), text.strip()))
                values[meaning] = "\n".join(words)
        return {
            meaning: value
            for meaning, value in values.items()
            if value not in ("", None)
        }

    def _sme_keep(self, partner, values):
        """Write scores, needs and the interaction of one customer.

        :param partner: one record of ``res.partner``
        :param dict values: by meaning
        """
        company = (
            self.sme_company_id
            or partner.company_id
            or self.survey_id.user_id.company_id
            or self.env.company
        )
        shared = {
            "partner_id": partner.id,
            "company_id": company.id,
            "date": fields.Date.context_today(self),
            "survey_user_input_id": self.id,
        }
        self._sme_keep_scores(shared, values)
        interaction = self.env["sme.interaction"].create(
            self._sme_interaction(partner, company, values)
        )
        if values.get("need"):
            self.env["sme.need"].create(
                {
                    **shared,
                    **self._sme_need(values),
                    "interaction_id": interaction.id,
                    "user_id": partner.user_id.id or self.survey_id.user_id.id,
                }
            )
        if company._sme_is_unhappy(values):
            self._sme_complain(interaction, values)

    def _sme_keep_scores(self, shared, values):
        scores = {name: values[name] for name in DELIVERED if name in values}
        if scores:
            self.env["sme.delivered.score"].create(
                {**shared, **scores, "note": values.get("comment", False)}
            )
        if "recommend" in values or "satisfaction" in values:
            self.env["sme.satisfaction"].create(
                {
                    **shared,
                    "has_nps": "recommend" in values,
                    "recommend_score": values.get("recommend", 0),
                    "satisfaction": values.get("satisfaction", 0),
                    "comment": values.get("comment", False),
                }
            )

    def _sme_interaction(self, partner, company, values):
        """Values of the interaction: what was asked and answered, in full."""
        title = self.survey_id.with_context(lang=self.env.user.lang).title
        answers = [
            f"{line.question_id.title}: {line.display_name}"
            for line in self.user_input_line_ids
            if not line.skipped
        ]
        number = values.get("recommend", values.get("satisfaction", 0))
        return {
            "partner_id": partner.id,
            "company_id": company.id,
            "date": fields.Datetime.now(),
            "kind": "survey",
            "direction": "in",
            "channel": "survey",
            "score": number,
            "summary": f"{title}: {number}" if number else title,
            "body_text": "\n".join(answers),
            "user_id": False,
            "currency_id": company.currency_id.id,
            "res_model": self._name,
            "res_id": self.id,
        }

    def _sme_need(self, values):
        """Values of the need; its category is one that the customer names."""
        text = values["need"]
        first_line = text.splitlines()[0]
        words = self.env["product.category"].search_fetch(
            [("name", "!=", False)], ["name"]
        )
        named = words.filtered(
            lambda c: len(c.name) > 1 and c.name.casefold() in text.casefold()
        )
        return {
            "name": first_line[:SUMMARY_LENGTH],
            "note": text if text != first_line[:SUMMARY_LENGTH] else False,
            "categ_id": max(named, key=lambda c: len(c.name)).id if named else False,
            "intensity": str(values.get("strength") or 3),
            "source": "survey",
        }

    def _sme_complain(self, interaction, values):
        """An unhappy answer is a complaint: somebody has to care."""
        self.env["sme.feedback"].create(
            {
                "kind": "complaint",
                "origin": "survey",
                "summary": interaction.summary,
                "description": values.get("comment", False),
                "partner_id": interaction.partner_id.id,
                "company_id": interaction.company_id.id,
                "interaction_id": interaction.id,
            }
        )
