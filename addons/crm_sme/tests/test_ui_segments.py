from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestUiSegments(HttpCase):
    """Heat map and segments, as the user with the least rights who may."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        for name, score, revenue in (
            ("Champion Carla", 5, 4000),
            ("Lost Lars", 1, 0),
        ):
            partner = cls.env["res.partner"].create({"name": name})
            cls.env["sme.customer.value"].create(
                {
                    "partner_id": partner.id,
                    "company_id": cls.env.company.id,
                    "order_count": 3,
                    "revenue_12m": revenue,
                    "rfm_code": str(score) * 3,
                    "r_score": score,
                    "f_score": score,
                    "m_score": score,
                }
            )
        cls.env["sme.segment"].search([])._update_members()

    def _make_user(self, group):
        return new_test_user(
            self.env,
            login=f"segment_{group}",
            groups=f"crm_sme.crm_sme_group_{group}",
            lang="en_US",
        )

    def test_user_opens_a_cell_of_the_heat_map(self):
        """Demand 47: from the map of all customers to those of one cell."""
        user = self._make_user("user")
        self.start_tour("/odoo/sme-rfm-heat-map", "sme_rfm_heat_map", login=user.login)

    def test_officer_makes_a_segment(self):
        """Demand 49: a class of customers and what to do about it."""
        user = self._make_user("officer")
        self.start_tour("/odoo/sme-segments", "sme_make_segment", login=user.login)
        made = self.env["sme.segment"].search([("name", "=", "Best of all")])
        self.assertEqual(len(made.cells), 5)
        self.assertEqual(made.strategy, "Thank them by hand.")
        self.assertEqual(made.member_ids.partner_id.name, "Champion Carla")
