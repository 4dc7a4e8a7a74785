from odoo import api, models
from odoo.tools import format_date, formatLang

SUMMARY_LENGTH = 80


class SmeSuggestionWords(models.Model):
    """Reason and script of a suggestion, in the language of who is to call."""

    _inherit = "sme.suggestion"

    @api.model
    def _in_words(self, company, today, rows):
        """Put reasons into words.

        :param company: record of ``res.company``
        :param date today: day of the list
        :param list[dict] rows: with ``key``, ``kind``, ``user_id``, ``partner_id``,
            ``head_id``, ``lead_id``, ``due`` and ``res_id``
        :return: ``reason`` and ``script`` by key
        :rtype: dict[str, dict]
        """
        users = self.env["res.users"].browse({row["user_id"] for row in rows} - {None})
        lang_of = {user.id: user.lang for user in users}
        usual = company.partner_id.lang or self.env.lang
        by_lang = {}
        for row in rows:
            lang = lang_of.get(row["user_id"]) or usual
            by_lang.setdefault(lang, []).append(row)
        words = {}
        for lang, some in by_lang.items():
            speaker = self.with_company(company).with_context(lang=lang)
            words.update(speaker._in_one_language(company, today, some))
        return words

    def _in_one_language(self, company, today, rows):
        values = self._values_of(company, {row["head_id"] for row in rows} - {None})
        leads = self._fetched("crm.lead", rows, "lead_id")
        words_of = {
            "fading": self._fading_in_words,
            "next_order": self._next_order_in_words,
            "data_gap": self._data_gap_in_words,
            "unanswered": self._question_in_words,
            "complaint": self._complaint_in_words,
            "promise": self._promise_in_words,
            "visitor": self._visitor_in_words,
        }
        for name, kinds in (
            ("sme.interaction", ("unanswered", "complaint")),
            ("mail.activity", ("promise",)),
            ("res.partner", ("data_gap",)),
        ):
            self._fetched(name, [row for row in rows if row["kind"] in kinds], "res_id")
        words = {}
        for row in rows:
            value = values.get(row["head_id"], self.env["sme.customer.value"])
            lead = leads.browse(row["lead_id"] or [])
            reason, first = words_of[row["kind"]](row, value, lead, today)
            lines = [first, *self._more_to_say(row, value)]
            words[row["key"]] = {
                "reason": reason,
                "script": "\n".join(filter(None, lines)),
            }
        return words

    def _values_of(self, company, head_ids):
        rows = self.env["sme.customer.value"].search(
            [("company_id", "=", company.id), ("partner_id", "in", list(head_ids))]
        )
        return {row.partner_id.id: row for row in rows}

    def _fetched(self, model, rows, name):
        """Records that some rows speak of, prefetched together."""
        return self.env[model].browse(
            sorted({row[name] for row in rows if row[name]}, reverse=True)
        )

    def _fading_in_words(self, _row, value, _lead, today):
        parts = [
            self.env._(
                "No order for %(days)s days, usually one every %(gap)s",
                days=formatLang(self.env, (today - value.last_order_date).days, 0),
                gap=formatLang(self.env, round(value.mean_gap_days), 0),
            ),
            value._trend_in_words(),
        ]
        first = self.env._(
            "Ask how the last order of %(day)s turned out and whether something was "
            "wrong; listen first, offer afterwards.",
            day=format_date(self.env, value.last_order_date),
        )
        return self.env._("; ").join(filter(None, parts)), first

    def _next_order_in_words(self, row, value, _lead, _today):
        reason = self.env._(
            "Orders every %(gap)s days; the next one is due on %(day)s",
            gap=formatLang(self.env, round(value.mean_gap_days), 0),
            day=format_date(self.env, row["due"]),
        )
        first = self.env._(
            "Ask whether the goods of %(day)s are used up and prepare the next order "
            "right away.",
            day=format_date(self.env, value.last_order_date),
        )
        return reason, first

    def _data_gap_in_words(self, row, _value, _lead, _today):
        partner = self.env["res.partner"].browse(row["partner_id"])
        reason = self.env._(
            "File only %(percent)s %% complete; missing: %(gaps)s",
            percent=partner.data_score,
            gaps=partner.data_gaps,
        )
        first = self.env._(
            "Say what it is good for: reminders in time, the right offers, a greeting "
            "on the birthday. Ask for two things, not for all."
        )
        return reason, first

    def _question_in_words(self, row, _value, _lead, today):
        word = self.env["sme.interaction"].browse(row["res_id"])
        figures = {
            "days": formatLang(self.env, max((today - row["due"]).days, 0), 0),
            "summary": word.summary[:SUMMARY_LENGTH],
        }
        if row["due"] < today:
            reason = self.env._(
                "Waits %(days)s days for an answer: %(summary)s", **figures
            )
        else:
            reason = self.env._(
                "Waits since today for an answer: %(summary)s", **figures
            )
        return reason, self.env._(
            "Answer the question first; say sorry if it took long."
        )

    def _complaint_in_words(self, row, _value, _lead, _today):
        if row["res_model"] == "sme.feedback":
            case = self.env["sme.feedback"].browse(row["res_id"])
            reason = self.env._(
                "Complained on %(day)s, not settled yet: %(summary)s",
                day=format_date(self.env, case.date),
                summary=case.summary[:SUMMARY_LENGTH],
            )
            return reason, self._script_of_complaints()
        word = self.env["sme.interaction"].browse(row["res_id"])
        reason = self.env._(
            "Complained on %(day)s and nobody answered: %(summary)s",
            day=format_date(self.env, row["due"]),
            summary=word.summary[:SUMMARY_LENGTH],
        )
        return reason, self._script_of_complaints()

    def _script_of_complaints(self):
        return self.env._(
            "Say sorry, let the customer tell it to the end, say what happens next and "
            "until when. Sell nothing today."
        )

    def _promise_in_words(self, row, _value, _lead, _today):
        activity = self.env["mail.activity"].browse(row["res_id"])
        reason = self.env._(
            "%(what)s promised for %(day)s",
            what=activity.summary or activity.activity_type_id.name or "",
            day=format_date(self.env, row["due"]),
        )
        return reason, self.env._("Keep the promise, or agree on a new day.")

    def _visitor_in_words(self, _row, _value, lead, _today):
        asked = ", ".join(lead.asked_product_ids.mapped("name")[:3])
        figures = {
            "what": asked or lead.name,
            "day": format_date(self.env, lead.create_date),
            "reason": lead.not_bought_reason_id.name,
        }
        if lead.not_bought_reason_id:
            reason = self.env._(
                "Asked for %(what)s on %(day)s and did not buy: %(reason)s", **figures
            )
        else:
            reason = self.env._(
                "Asked for %(what)s on %(day)s and did not buy", **figures
            )
        return reason, "\n".join(filter(None, self._script_of_visitors(lead)))

    def _script_of_visitors(self, lead):
        """Agreed step, advice for the reason, budget.

        :rtype: list[str]
        """
        lines = []
        if lead.next_step:
            lines.append(self.env._("Agreed: %(step)s", step=lead.next_step))
        if lead.not_bought_reason_id.advice:
            lines.append(lead.not_bought_reason_id.advice)
        elif not lines:
            lines.append(
                self.env._("Ask what is still missing for a decision and offer it.")
            )
        if lead.budget:
            amount = formatLang(
                self.env, lead.budget, currency_obj=lead.company_currency
            )
            lines.append(self.env._("Budget: %(amount)s", amount=amount))
        return lines

    def _more_to_say(self, row, value):
        """What holds for the customer whatever the reason.

        :rtype: list[str]
        """
        lines = []
        if row["kind"] in ("fading", "next_order") and value.pref_categ_id:
            lines.append(
                self.env._(
                    "Buys mostly: %(category)s", category=value.pref_categ_id.name
                )
            )
        if row["kind"] != "complaint" and value.segment_strategy:
            lines.append(f"{value.segment_id.name} – {value.segment_strategy}")
        return lines
