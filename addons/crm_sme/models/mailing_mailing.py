import hashlib
import re

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools.misc import file_open

from ..tools.care_text import Gap, fill_text, parse_text

STYLES = "mass_mailing/static/src/scss/mass_mailing_mail.scss"
MARK = "@@crm_sme_body@@"
KEPT_LINKS = ("/unsubscribe_from_list", "/view", "/cards")
# A link that is each customer's own, as texts write it and as QWeb does.
OWN_LINK = re.compile(r'(?<=[\s"])href="(?=\{\{)')
QWEB_LINK = 't-attf-href="'


class MailingMailing(models.Model):
    """Mailings of care plans: one a step, text and language in a month.

    They are made when the first customer gets the step, and never by a person.
    """

    _inherit = "mailing.mailing"

    sme_care_key = fields.Char(string="Care Step and Text", readonly=True, copy=False)
    sme_care_step_id = fields.Many2one(
        "sme.care.step",
        string="Care Step",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
    )

    _sme_care_unique = models.UniqueIndex(
        "(sme_care_key) WHERE sme_care_key IS NOT NULL",
        "A text of a care step has one mailing a month.",
    )

    @api.model
    def _care_mailing(self, step, content):
        """Find or make the mailing of a step; a second call gives the same one.

        :param step: record of ``sme.care.step`` in the language of the customers
        :param content: record of ``sme.care.content`` in that language
        """
        now = fields.Datetime.now()
        lang = content.env.lang or "en_US"
        text = f"{content.subject}\n{content.body_html}"
        digest = hashlib.sha256(text.encode()).hexdigest()[:12]
        key = f"{step.id}-{content.id}-{lang}-{now:%Y-%m}-{digest}"
        found = self.search([("sme_care_key", "=", key)], limit=1)
        if found:
            return found
        plan = step.plan_id
        company = plan.company_id
        body = self._care_body(content, company)
        sender = plan.user_id.email_formatted or company.email_formatted
        made = self.create(
            {
                "name": f"{plan.name} · {step.name} · {lang} · {now:%Y-%m}",
                "subject": self._care_native(content.subject, company),
                "body_html": body,
                "body_arch": body,
                "mailing_model_id": self.env["ir.model"]._get_id("res.partner"),
                "campaign_id": plan.campaign_id.id,
                "user_id": (plan.user_id or self.env.user).id,
                **({"email_from": sender} if sender else {}),
                "reply_to_mode": "update",
                "keep_archives": False,
                "sme_care_key": key,
                "sme_care_step_id": step.id,
                "state": "done",
                "sent_date": now,
            }
        )
        # Only who got it by the plan may get it again by *Retry*.
        made.mailing_domain = repr([("sme_care_touch_ids.mailing_id", "=", made.id)])
        return made

    @api.model
    def _care_native(self, text, company):
        """Fill in the company's words; the customers' stay as Odoo writes them."""
        words = self.env["sme.care.content"]._company_words(company)
        return "".join(
            _native(piece, words, "{{{{ {} }}}}")
            for piece in parse_text(str(text or ""))
        )

    @api.model
    def _care_body(self, content, company):
        """The message with absolute addresses and a way to unsubscribe.

        :rtype: str
        """
        words = self.env["sme.care.content"]._company_words(company)
        body = ""
        for piece in parse_text(OWN_LINK.sub(QWEB_LINK, str(content.body_html or ""))):
            is_link = body.endswith(QWEB_LINK)
            body += _native(
                piece, words, "{{{{ {} }}}}" if is_link else '<t t-out="{}"></t>'
            )
        if "/unsubscribe_from_list" not in body:
            body += (
                '<p style="font-size:12px;color:#777"><a href="/unsubscribe_from_list">'
                f"{content.env._('Unsubscribe')}</a></p>"
            )
        return self._replace_local_links(body, self.get_base_url())

    def _care_short_body(self):
        """The message with short links, each made once for all recipients.

        Links that are each customer's own stay long.

        :rtype: str
        """
        values = {**self._get_link_tracker_values(), "title": self.subject}
        html = self._shorten_links(
            str(self.body_html or ""), values, blacklist=KEPT_LINKS
        )
        return str(html).replace(QWEB_LINK, 'href="')

    def _care_layout(self):
        """What stands before and behind the message in the mail, the same for all.

        :rtype: tuple[str, str]
        """
        with file_open(STYLES, "r") as styles:
            # Odoo's own file, not what anybody wrote.
            style = Markup("<style>%s</style>" % styles.read())  # noqa: S704, UP031
        page = self.env["ir.qweb"]._render(
            "mass_mailing.mass_mailing_mail_layout",
            {"body": MARK, "mailing_style": style},
            minimal_qcontext=True,
            raise_if_not_found=False,
        )
        before, _mark, after = str(page or MARK).partition(MARK)
        return before, after

    def _care_mail_values(self):
        """Values that all mails of the mailing share.

        :rtype: dict
        """
        author = self.user_id.partner_id or self.env.user.partner_id
        return {
            "author_id": author.id,
            "email_from": self.email_from,
            "mail_server_id": self.mail_server_id.id,
            "mailing_id": self.id,
            "message_type": "email_outgoing",
            "model": "res.partner",
            "auto_delete": True,
            "is_notification": True,
            "subtype_id": False,
        }

    def _care_reply_to(self, partners):
        """Where answers go: to the customers' own threads.

        :rtype: dict[int, str]
        """
        return partners._notify_get_reply_to_batch(
            defaults=dict.fromkeys(partners.ids, self.email_from),
            author_ids=dict.fromkeys(partners.ids, self.user_id.partner_id.id),
        )


def _native(piece, words, spelling):
    if not isinstance(piece, Gap):
        return piece
    if piece.path in words:
        return fill_text([piece], words)
    return spelling.format(piece.path)
