from odoo import api, fields, models

from ..metrics import consent
from .res_partner import STAFF

CHANNELS = ("mail", "sms", "phone")
STATES = [("unknown", "Unknown"), ("granted", "Granted"), ("refused", "Refused")]
SOURCES = [
    ("shop", "The shop"),
    ("staff", "An employee"),
    ("customer", "The customer"),
]
# Whom a customer who is merged answers as: the strictest of the two.
STRICTNESS = {"unknown": 0, "granted": 1, "refused": 2}


def _state(label, example):
    return fields.Selection(
        STATES,
        string=label,
        default="unknown",
        groups=STAFF,
        tracking=True,
        copy=False,
        help=example,
    )


def _since(label):
    return fields.Datetime(string=label, groups=STAFF, readonly=True, copy=False)


def _source(label):
    return fields.Selection(
        SOURCES, string=label, groups=STAFF, readonly=True, copy=False
    )


class ResPartnerConsent(models.Model):
    """Whether a customer wants to hear from the firm, by channel, and who said so.

    What a person chose stays. The shop fills in only what nobody has chosen.
    """

    _inherit = "res.partner"

    consent_mail = _state(
        "E-mail Consent",
        "May marketing e-mails be sent? Set to Unknown, it follows the shop again.",
    )
    consent_mail_date = _since("E-mail Consent Since")
    consent_mail_source = _source("E-mail Consent By")
    consent_sms = _state("SMS Consent", "May marketing text messages be sent?")
    consent_sms_date = _since("SMS Consent Since")
    consent_sms_source = _source("SMS Consent By")
    consent_phone = _state("Phone Consent", "May the customer be called to sell?")
    consent_phone_date = _since("Phone Consent Since")
    consent_phone_source = _source("Phone Consent By")

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._sme_consent_values(vals) for vals in vals_list])

    def write(self, vals):
        """Date a choice and note that a person made it.

        Code that acts for the customer, as a survey does, gives the source itself.
        """
        chosen = [f"consent_{channel}" for channel in CHANNELS]
        if not vals.keys() & set(chosen):
            return super().write(vals)
        changed = self.filtered(
            lambda p: any(p[name] != vals[name] for name in chosen if name in vals)
        )
        if unchanged := self - changed:
            kept = {name: value for name, value in vals.items() if name not in chosen}
            super(ResPartnerConsent, unchanged).write(kept)
        if changed:
            super(ResPartnerConsent, changed).write(self._sme_consent_values(vals))
        return True

    @api.model
    def _sme_consent_values(self, vals):
        """Add date and source of each consent that is given.

        :param dict vals: values to write
        :return: the values; unchanged without a consent
        :rtype: dict
        """
        more = {}
        for channel in CHANNELS:
            name = f"consent_{channel}"
            if name not in vals:
                continue
            told = vals[name] in ("granted", "refused")
            source = vals.get(f"{name}_source") or "staff"
            since = vals.get(f"{name}_date") or fields.Datetime.now()
            more |= {
                f"{name}_date": told and since,
                f"{name}_source": told and source,
            }
        return {**vals, **more} if more else vals

    def _sme_may_reach(self, channel, company):
        """Who may be written to or called under the company's policy.

        :param str channel: ``mail``, ``sms`` or ``phone``
        :param company: one record of ``res.company``
        :rtype: res.partner
        """
        states = consent.STATES_THAT_MAY[company.sme_consent_policy]
        return self.filtered(lambda p: (p[f"consent_{channel}"] or "unknown") in states)

    @api.model
    def _sme_fill_consents(self, partner_ids=None):
        """Take over what customers told their shops; a person's choice stays.

        :param partner_ids: ids of partners; None for all
        """
        consent.settle(self.env, partner_ids)

    def _sme_strictest_consents(self):
        """What holds for one who is several: the strictest word on each channel.

        :return: values to write
        :rtype: dict
        """
        values = {}
        for channel in CHANNELS:
            name = f"consent_{channel}"
            word = max(self, key=lambda p, name=name: STRICTNESS[p[name] or "unknown"])
            for part in (name, f"{name}_date", f"{name}_source"):
                values[part] = word[part]
        return values
