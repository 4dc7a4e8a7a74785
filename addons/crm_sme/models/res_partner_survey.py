from odoo import api, fields, models
from odoo.exceptions import UserError

from .res_partner import STAFF


class ResPartnerSurvey(models.Model):
    """Ask a customer, and what he said."""

    _inherit = "res.partner"

    sme_satisfaction_url = fields.Char(
        string="Link: Satisfaction",
        compute="_compute_sme_survey_urls",
        groups=STAFF,
        help="The customer's own link to the survey; for the texts of mails.",
    )
    sme_delivered_url = fields.Char(
        string="Link: What You Get from Us",
        compute="_compute_sme_survey_urls",
        groups=STAFF,
        help="The customer's own link to the survey; for the texts of mails.",
    )
    sme_satisfaction_ids = fields.One2many(
        "sme.satisfaction", "partner_id", string="Satisfaction", groups=STAFF
    )
    sme_nps = fields.Float(related="sme_value_id.nps", groups=STAFF)
    sme_satisfaction = fields.Float(related="sme_value_id.satisfaction", groups=STAFF)

    @api.depends_context("company", "uid", "su")
    def _compute_sme_survey_urls(self):
        if not (self.env.su or self.env.user.has_group("crm_sme.crm_sme_group_user")):
            # The link answers in the customer's name: for those who care for him.
            self.sme_satisfaction_url = self.sme_delivered_url = False
            return
        for name, survey in (
            ("sme_satisfaction_url", "crm_sme.survey_satisfaction"),
            ("sme_delivered_url", "crm_sme.survey_delivered"),
        ):
            asked = self.env.ref(survey, raise_if_not_found=False)
            for partner in self:
                partner[name] = asked and asked._sme_link_for(
                    partner._origin, partner.company_id or self.env.company
                )

    def action_sme_send_survey(self):
        """Write to the customers with their own links to the survey.

        :raises UserError: nobody of them can be written to
        """
        reachable = self._sme_can_be_asked()
        template = self.env.ref(
            "crm_sme.mail_template_satisfaction", raise_if_not_found=False
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send a Survey"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": reachable.ids,
                "default_template_id": template.id if template else False,
                "default_composition_mode": (
                    "comment" if len(reachable) == 1 else "mass_mail"
                ),
                "default_partner_ids": reachable.ids if len(reachable) == 1 else [],
                "default_email_layout_xmlid": "mail.mail_notification_light",
                "mailing_document_based": True,
            },
        }

    def _sme_can_be_asked(self):
        """Those who have an address, are on no blacklist and did not refuse.

        :raises UserError: nobody is left
        """
        with_address = self.filtered("email_normalized")
        reachable = with_address.filtered(lambda p: not p.is_blacklisted)
        for company, partners in reachable.grouped("company_id").items():
            reachable -= partners - partners._sme_may_reach(
                "mail", company or self.env.company
            )
        if reachable:
            return reachable
        raise UserError(
            self.env._(
                "Nobody of these customers may be written to: %(no_address)s have no "
                "e-mail address, %(other)s are on the blacklist or gave no consent. "
                "Add an address or note the consent on the customer.",
                no_address=len(self) - len(with_address),
                other=len(with_address),
            )
        )

    def action_view_sme_satisfaction(self):
        """Open what the customer's people answered."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_sme.sme_satisfaction_action"
        )
        return {
            **action,
            "domain": [("partner_id", "child_of", self.commercial_partner_id.id)],
            "context": {"default_partner_id": self.id},
        }
