from odoo import api, models
from odoo.tools import email_normalize


class SmeFeedbackMail(models.Model):
    """Cases by mail: who wrote, what answers whom, when we answered first."""

    _inherit = "sme.feedback"

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        """Make a case of a mail; the sender is matched to the customer.

        A colleague who passes a mail on is not the customer.
        """
        author = self.env["res.partner"].browse(msg_dict.get("author_id"))
        is_ours = bool(author.user_ids.filtered(lambda user: not user.share))
        values = dict(custom_values or {})
        team = self.env["sme.feedback.team"].browse(values.get("team_id"))
        defaults = {
            "summary": msg_dict.get("subject") or self.env._("Mail without a subject"),
            "description": msg_dict.get("body"),
            "kind": team.mail_kind or "request",
            "origin": "mail",
            "company_id": (team.company_id or self.env.company).id,
            "partner_id": False if is_ours else author.id,
        }
        # The gateway is nobody's responsible.
        cases = self.with_context(default_user_id=False)
        case = super(SmeFeedbackMail, cases).message_new(
            msg_dict, custom_values=defaults | values
        )
        if is_ours:
            case.email_from = False
        return case

    def _message_post_after_hook(self, message, msg_values):
        result = super()._message_post_after_hook(message, msg_values)
        comment = self.env.ref("mail.mt_comment", raise_if_not_found=False)
        is_talk = message.message_type in ("comment", "email", "email_outgoing")
        if not is_talk or message.subtype_id != comment or message.sudo().rating_ids:
            return result
        self._find_customer(message)
        if self._is_ours(message):
            self._log_answer(message)
        else:
            self._log_customers_word(message)
        return result

    def _is_ours(self, message):
        author = message.sudo().author_id  # maybe of another company
        return bool(author and not author.partner_share)

    def _find_customer(self, message):
        """Take the one who was made from the address when somebody answered it."""
        sender = email_normalize(self.email_from or "")
        if self.partner_id or not sender:
            return
        known = message.sudo().partner_ids.filtered(
            lambda partner: partner.email_normalized == sender
        )
        if known:
            self.sudo().partner_id = known[0]  # whoever may answer may link him

    def _log_answer(self, message):
        """A mail of ours that reaches the customer is an answer."""
        customer = self.sudo().partner_id.commercial_partner_id
        reached = message.sudo().partner_ids | self.sudo().message_partner_ids
        outside = reached.filtered("partner_share").commercial_partner_id
        if not (customer in outside if customer else outside):
            return
        self.sudo()._answered(message.date)  # whoever answers, not only the team
        if customer:
            interaction = self.env["sme.interaction"].with_context(sme_case_id=self.id)
            interaction._log_message(self, message)

    def _log_customers_word(self, message):
        """The first mail is the case itself; a later one may open it again."""
        mails = self.message_ids.filtered(lambda each: each.message_type == "email")
        if self.origin == "mail" and mails == message:
            return
        if self.partner_id:
            self.env["sme.interaction"]._log_message(self, message)
        if not self.is_open and self.team_id.reopen_on_reply:
            self.sudo().action_reopen()  # customers and the gateway may not write
