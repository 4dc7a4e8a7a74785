from markupsafe import escape

from odoo import models

from ..tools.care_text import fill_text, parse_text, paths_of

RECEIVED = "<div><span>{said}</span></div><blockquote>{body}</blockquote>"


class SmeCareTouchMail(models.Model):
    """Touches by e-mail: rows of Email Marketing, made in bulk.

    Blacklist, unsubscribing, opening, clicking and answers are Odoo's own, since each
    mail belongs to a ``mailing.mailing`` and has its ``mailing.trace``. What Odoo does
    for each recipient anew - shortening the same links, rendering the same layout - is
    done once for all of them.
    """

    _inherit = "sme.care.touch"

    def _act_mail(self, step, content, more=None):
        """Make the mails; Odoo's queue sends them.

        :param step: one step, in the customers' language
        :param content: its text, in the customers' language
        :param dict more: further words for the gaps by partner id
        """
        mailing = self.env["mailing.mailing"]._care_mailing(step, content)
        bodies = self._filled_bodies(mailing, content, more)
        subjects = content._fill("subject", self.partner_id, more)
        layout = mailing._care_layout()
        said = self.env._("Received the mailing “%(name)s”", name=mailing.name)
        shared = mailing._care_mail_values()
        reply_to = mailing._care_reply_to(self.partner_id)
        vals_list = []
        for touch in self:
            partner = touch.partner_id
            body = bodies[partner.id]
            vals = {
                **shared,
                "subject": subjects[partner.id],
                "reply_to": reply_to.get(partner.id) or mailing.email_from,
                "res_id": partner.id,
                "recipient_ids": [(4, partner.id)],
                "body": RECEIVED.format(said=escape(said), body=body),
                "body_html": layout[0] + body + layout[1],
            }
            vals["message_id"] = self.env["mail.message"]._get_message_id(vals)
            vals["references"] = vals["message_id"]
            vals_list.append(vals)
        self._keep_traces(mailing, self.env["mail.mail"].create(vals_list))

    def _filled_bodies(self, mailing, content, more):
        """The messages, by partner id.

        The gaps are filled in the text whose links are short already.
        """
        pieces = parse_text(mailing._care_short_body())
        words = content._customer_words(self.partner_id, paths_of(pieces))
        return {
            partner_id: fill_text(
                pieces, {**own, **(more or {}).get(partner_id, {})}, escape
            )
            for partner_id, own in words.items()
        }

    def _keep_traces(self, mailing, mails):
        """Add the rows by which Email Marketing counts, one a mail."""
        traces = self.env["mailing.trace"].create(
            [
                {
                    "mail_mail_id": mail.id,
                    "email": touch.partner_id.email_normalized,
                    "mass_mailing_id": mailing.id,
                    "message_id": mail.message_id,
                    "model": "res.partner",
                    "res_id": touch.partner_id.id,
                }
                for touch, mail in zip(self, mails, strict=True)
            ]
        )
        for touch, trace in zip(self, traces, strict=True):
            touch.mailing_id = mailing
            touch.trace_id = trace
