"""The printed portrait: what is on it, for whom, in which language."""

import shutil

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .metrics_common import NOW
from .offer_common import OfferCase

REPORT = "crm_sme.sme_portrait"


@tagged("post_install", "-at_install")
class TestPortrait(OfferCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._buy_together(8, cls.green, cls.mug, apart=(cls.black,), at=150)
        cls.customer = cls._make_partner(
            "Anna Berg", phone="+49 30 555", character_note="<p>Speaks softly</p>"
        )
        cls._buy(cls.customer, 10, cls.green, name="T-1")
        cls.env["sme.customer.value"]._refresh(company=cls.company)
        cls._find_pairs()
        cls.user = cls._make_user("una")
        cls.env["sme.need"].create(
            {
                "name": "Bigger bags",
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
            }
        )
        cls._note("complaint", "Broken cup")
        cls._note("call", "Asked for a visit", user_id=cls.user.id)

    @classmethod
    def _note(cls, kind, summary, **over):
        return cls.env["sme.interaction"].create(
            {
                "partner_id": cls.customer.id,
                "company_id": cls.company.id,
                "kind": kind,
                "direction": "in",
                "summary": summary,
                "date": NOW,
                **over,
            }
        )

    def html(self, user=None, **context):
        report = self.env["ir.actions.report"].with_user(user or self.user)
        context.setdefault("lang", "en_US")
        html, kind = report.with_context(**context)._render_qweb_html(
            REPORT, self.customer.ids
        )
        self.assertEqual(kind, "html")
        return html.decode()

    def test_portrait_holds_all_that_a_visit_needs(self):
        """Demand 89: visit old customers, knowing them."""
        html = self.html()
        for text in (
            *("Anna Berg", "+49 30 555", "Speaks softly", "Figures Ltd"),
            *("Revenue, 12 months", "Steady", "T-1"),
            *("bought together with Green tea", "Bigger bags", "Broken cup"),
            *("not answered", "Asked for a visit", "Notes of the visit"),
        ):
            self.assertIn(text, html)

    def test_portrait_speaks_the_users_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        template = self.env.ref("crm_sme.sme_portrait_offers")
        template.with_context(lang="zh_CN").arch_db = template.arch_db.replace(
            "What to offer", "推荐什么"
        )
        html = self.html(lang="zh_CN")
        self.assertIn("推荐什么", html)

    def test_nothing_of_another_company_is_on_it(self):
        """Demand 12: customer data is safe."""
        other = self._make_company("Secret Ltd", "EUR", "UTC")
        source = self._make_source(other)
        self._buy(self.customer, 3, self.black, name="SECRET-1", source=source)
        self._note("call", "Secret talk", company_id=other.id)
        self.env["sme.need"].create(
            {
                "name": "Secret wish",
                "partner_id": self.customer.id,
                "company_id": other.id,
            }
        )
        self.user.company_ids = [Command.link(other.id)]
        html = self.html(allowed_company_ids=self.company.ids)
        self.assertNotIn("ecret", html)
        self.assertNotIn("SECRET", html)

    def test_customer_of_a_colleague_is_not_printed(self):
        self.customer.user_id = self._make_user("carl")
        with self.assertRaisesRegex(AccessError, "carl"):
            self.html()

    def test_stranger_has_a_sheet_for_notes(self):
        self.customer = self._make_partner("Nobody Yet")
        html = self.html()
        self.assertIn("No figures yet", html)
        self.assertIn("Notes of the visit", html)

    def test_print_menu_of_customers_has_it(self):
        actions = self.env["ir.actions.actions"].with_user(self.user)
        names = [
            action["name"] for action in actions.get_bindings("res.partner")["report"]
        ]
        self.assertIn("Customer Portrait", names)

    def test_pdf_is_made_where_the_tool_is_there(self):
        report = self.env["ir.actions.report"].with_user(self.user)
        if shutil.which("wkhtmltopdf"):
            report = report.with_context(force_report_rendering=True)
        content, kind = report._render_qweb_pdf(REPORT, self.customer.ids)
        expected = b"%PDF" if kind == "pdf" else b"<!DOCTYPE"
        self.assertTrue(content.lstrip().startswith(expected), content[:20])
