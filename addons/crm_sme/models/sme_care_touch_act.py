import logging

from psycopg2 import DataError, IntegrityError

from odoo import fields, models
from odoo.exceptions import UserError

from ..metrics import care_traces

_logger = logging.getLogger(__name__)

# What one customer's data may cause; it must not keep the others from being touched.
FAILURES = (
    UserError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    DataError,
    IntegrityError,
)
NOTE_LENGTH = 200


class SmeCareTouchAct(models.Model):
    """Doing what is planned: each channel in its own way, all in one transaction."""

    _inherit = "sme.care.touch"

    def _act(self):
        """Do these touches; those that cannot be done are skipped with the reason."""
        for (step, content, lang), touches in self._by_words().items():
            touches._act_or_skip(step, content, lang)

    def _by_words(self):
        """Group by what they say: step, text and language.

        A message is in the customer's language, what a colleague is to do in his.

        :return: touches by (step, content, language code)
        :rtype: dict[tuple, recordset]
        """
        self.partner_id.fetch(["lang", "customer_kind_id", "user_id", "name"])
        default_lang = self.env.company.partner_id.lang or self.env.lang or "en_US"
        return self.grouped(
            lambda touch: (
                touch.step_id,
                touch.step_id._content_for(touch.partner_id.customer_kind_id),
                (
                    touch._responsible().lang
                    if touch.channel in ("call", "activity")
                    else touch.partner_id.lang
                )
                or default_lang,
            )
        )

    def _act_or_skip(self, step, content, lang):
        """Do a group at once; if that fails, one by one, so that the rest goes out."""
        try:
            with self.env.cr.savepoint():
                self._act_group(step, content, lang)
                self.env.flush_all()
        except FAILURES as error:
            self.env.invalidate_all()
            if len(self) > 1:
                for touch in self:
                    touch._act_or_skip(step, content, lang)
                return
            _logger.info("Care touch %s: %s", self.id, error)
            self._skip("failed", str(error))

    def _act_group(self, step, content, lang):
        now = fields.Datetime.now()
        self.write({"state": "done", "date": now, "cost": step.cost})
        act = {
            "mail": self._act_mail,
            "coupon": self._act_coupon,
            "sms": self._act_sms,
            "activity": self._act_activity,
            "call": self._act_call,
        }[step.channel]
        act(step.with_context(lang=lang), content.with_context(lang=lang))
        self.flush_recordset()
        care_traces.log_interactions(self.env, self.ids)

    def _skip(self, reason, note=False):
        self.write(
            {
                "state": "skipped",
                "skip_reason": reason,
                "note": note and note[:NOTE_LENGTH],
                "date": fields.Datetime.now(),
            }
        )
