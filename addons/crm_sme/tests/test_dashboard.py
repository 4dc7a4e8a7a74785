"""The dashboard that is shipped names only what is there."""

import json

from odoo.tests import TransactionCase, new_test_user, tagged

from odoo.addons.spreadsheet.utils.validate_data import (
    fields_in_spreadsheet,
    menus_xml_ids_in_spreadsheet,
)


@tagged("post_install", "-at_install")
class TestDashboard(TransactionCase):
    """Demand 14: figures for the boss on one page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dashboard = cls.env.ref("crm_sme.spreadsheet_dashboard_customers")
        cls.data = json.loads(cls.dashboard.spreadsheet_data)

    def test_every_field_and_menu_exists(self):
        for model, names in fields_in_spreadsheet(self.data).items():
            for name in names:
                if name != "__count":
                    field = name.split(":")[0].split(".")[0]
                    self.assertIn(field, self.env[model]._fields, model)
        menus = menus_xml_ids_in_spreadsheet(self.data)
        self.assertTrue(menus)
        for xml_id in menus:
            self.assertTrue(self.env.ref(xml_id, raise_if_not_found=False), xml_id)

    def test_every_domain_is_answered(self):
        for part in (*self.data["pivots"].values(), *self.data["lists"].values()):
            found = self.env[part["model"]].search_count(part["domain"])
            self.assertGreaterEqual(found, 0)

    def test_every_chart_of_cells_has_its_cells(self):
        cells = self.data["sheets"][1]["cells"]
        for figure in self.data["sheets"][0]["figures"]:
            for key in ("keyValue", "baseline"):
                if figure["data"].get(key):
                    self.assertIn(figure["data"][key].partition("!")[2], cells)

    def test_sample_is_shown_without_customers_and_asks_the_server_nothing(self):
        self.assertEqual(self.dashboard.main_data_model_ids.model, "sme.customer.value")
        sample = self.dashboard._get_sample_dashboard()
        self.assertFalse(sample["pivots"] or sample["lists"])
        for sheet in sample["sheets"]:
            for cell in sheet["cells"].values():
                self.assertNotRegex(cell, r"PIVOT|ODOO\.")
            for figure in sheet["figures"]:
                self.assertFalse(figure["data"]["type"].startswith("odoo_"))

    def test_only_users_of_customer_care_see_it(self):
        user = new_test_user(self.env, "dash", "crm_sme.crm_sme_group_user")
        clerk = new_test_user(self.env, "clerk", "base.group_user")
        boards = self.env["spreadsheet.dashboard"]
        self.assertIn(self.dashboard, boards.with_user(user).search([]))
        self.assertNotIn(self.dashboard, boards.with_user(clerk).search([]))
