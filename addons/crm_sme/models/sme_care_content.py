from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ..tools.care_text import fill_text, parse_text, paths_of, wrong_placeholder

# What may stand in a gap of a text. Those of the company are the same for everybody.
COMPANY_WORDS = {
    "company.name": lambda company: company.name,
    "company.email": lambda company: company.email,
    "company.phone": lambda company: company.phone,
    "company.website": lambda company: company.website,
    "object.company_id.name": lambda company: company.name,
    "user.company_id.name": lambda company: company.name,
}
CUSTOMER_WORDS = {
    "object.name": lambda partner: partner.name,
    "object.display_name": lambda partner: partner.display_name,
    "object.email": lambda partner: partner.email,
    "object.phone": lambda partner: partner.phone,
    "object.city": lambda partner: partner.city,
    "object.commercial_company_name": lambda partner: partner.commercial_company_name,
    "object.user_id.name": lambda partner: partner.user_id.name,
    "object.user_id.email": lambda partner: partner.user_id.email,
    "object.user_id.phone": lambda partner: partner.user_id.phone,
    "object.sme_last_order_date": lambda partner: format_date(
        partner.env, partner.sme_last_order_date
    ),
    # His own links to the surveys.
    "object.sme_satisfaction_url": lambda partner: partner.sme_satisfaction_url,
    "object.sme_delivered_url": lambda partner: partner.sme_delivered_url,
}
COUPON_WORDS = {"coupon.code": None, "coupon.expires": None}
PLACEHOLDERS = {**COMPANY_WORDS, **CUSTOMER_WORDS, **COUPON_WORDS}
WRITTEN = ("subject", "body_html", "sms_text", "script")


class SmeCareContent(models.Model):
    """The words of a step for one kind of customer, or for all."""

    _name = "sme.care.content"
    _description = "Care Text"
    _order = "step_id, sequence, id"
    _rec_name = "subject"

    step_id = fields.Many2one(
        "sme.care.step", required=True, ondelete="cascade", index=True
    )
    plan_id = fields.Many2one(related="step_id.plan_id")
    channel = fields.Selection(related="step_id.channel")
    company_id = fields.Many2one(related="step_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    customer_kind_id = fields.Many2one(
        "sme.customer.kind",
        string="For",
        ondelete="cascade",
        help="Empty: for all kinds that have no text of their own.",
    )
    subject = fields.Char(translate=True)
    body_html = fields.Html(string="Message", translate=True, sanitize="email_outgoing")
    sms_text = fields.Text(string="SMS", translate=True)
    script = fields.Text(
        string="What to Say",
        translate=True,
        help="For the colleague who calls, visits or writes by hand.",
    )
    render_model = fields.Char(compute="_compute_render_model")

    @api.depends("step_id")
    def _compute_render_model(self):
        self.render_model = "res.partner"

    @api.constrains("subject", "body_html", "sms_text", "script")
    def _check_placeholders(self):
        for content in self:
            for name in WRITTEN:
                content._check_text(name)

    def _update_field_translations(
        self, field_name, translations, digest=None, source_lang=""
    ):
        """Check the translations, too: they are written past the constraints."""
        done = super()._update_field_translations(
            field_name, translations, digest=digest, source_lang=source_lang
        )
        if field_name in WRITTEN:
            for lang in translations:
                self.with_context(lang=lang)._check_placeholders()
        return done

    def _check_text(self, name):
        """Refuse a text with a placeholder that could not be filled.

        :param str name: field
        :raises ValidationError: with the placeholder and those that there are
        """
        wrong = wrong_placeholder(self[name], PLACEHOLDERS)
        if wrong:
            raise ValidationError(
                self.env._(
                    "The placeholder %(wrong)s in the text of the step “%(step)s” "
                    "cannot be filled. There are: %(known)s.",
                    wrong=wrong,
                    step=self.step_id.name,
                    known=", ".join(f"{{{{ {path} }}}}" for path in PLACEHOLDERS),
                )
            )

    def _company_words(self, company):
        """Words that are the same for all customers.

        :rtype: dict[str, str]
        """
        return {path: get(company) or "" for path, get in COMPANY_WORDS.items()}

    def _customer_words(self, partners, wanted):
        """Words for each customer, only those that a text asks for.

        :param partners: records of ``res.partner``
        :param set wanted: paths
        :return: by partner id
        :rtype: dict[int, dict[str, str]]
        """
        getters = {path: CUSTOMER_WORDS[path] for path in wanted & set(CUSTOMER_WORDS)}
        return {
            partner.id: {path: get(partner) or "" for path, get in getters.items()}
            for partner in partners
        }

    def _fill(self, name, partners, more=None, text=None):
        """Fill a text for each of many customers, in the language of the context.

        :param str name: field
        :param partners: records of ``res.partner``
        :param dict more: further words by partner id
        :param str text: in place of the field's, made from it
        :return: plain text by partner id
        :rtype: dict[int, str]
        """
        pieces = parse_text(text or self[name])
        common = self._company_words(self.company_id or self.env.company)
        words = self._customer_words(partners, paths_of(pieces))
        return {
            partner_id: fill_text(
                pieces,
                {**common, **own, **(more or {}).get(partner_id, {})},
            )
            for partner_id, own in words.items()
        }
