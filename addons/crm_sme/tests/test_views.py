from ast import literal_eval

from lxml import etree

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, TransactionCase, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

ACTIONS_OF_USER = (
    "sme_customer_value_action",
    "sme_interaction_action",
    "sme_interaction_report_action",
    "sme_order_action",
    "sme_shipment_action",
    "sme_sale_report_action",
    "sme_segment_action",
    "sme_segment_move_report_action",
    "sme_customer_snapshot_action",
    "sme_customer_stock_report_action",
    "sme_customer_move_report_action",
    "sme_lifecycle_move_action",
    "sme_suggestion_action",
    "sme_suggestion_settled_action",
    "sme_unanswered_action",
    "sme_response_action",
    "sme_fading_mine_action",
    "sme_visitor_action",
    "sme_visitor_report_action",
    *(
        f"sme_{name}_action"
        for name in (
            *("profile", "loyalty", "profit", "performance", "future", "product"),
            *("promotion", "supplier", "productivity", "risk"),
        )
    ),
)
ACTIONS_OF_OFFICER = (
    *ACTIONS_OF_USER,
    "sme_duplicate_action",
    "sme_reject_action",
    "sme_sync_run_action",
    "sme_acquisition_cost_action",
    "sme_acquisition_report_action",
    "sme_care_report_action",
)
ACTIONS_OF_MANAGER = (
    *ACTIONS_OF_OFFICER,
    "sme_source_action",
    "sme_lifecycle_stage_action",
    "sme_customer_kind_action",
)
OF_SOURCES = ("sme_order", "sme_shipment", "sme_sync_run", "sme_reject")


@tagged("post_install", "-at_install")
class TestViews(TransactionCase):
    """Every screen opens, for everybody who may open it, with data and without."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.users = {
            name: new_test_user(
                cls.env, login=f"screen_{name}", groups=f"crm_sme.crm_sme_group_{name}"
            )
            for name in ("user", "officer", "manager")
        }
        cls.source = cls.env["sme.source"].create({"name": "Shop", "code": "views"})
        cls.partner = cls.env["res.partner"].create({"name": "Berta"})
        cls.value = cls.env["sme.customer.value"].create(
            {
                "partner_id": cls.partner.id,
                "company_id": cls.env.company.id,
                "fade_state": "fading",
            }
        )

    def _action(self, name):
        return self.env.ref(f"crm_sme.{name}")

    def _views(self, user, name):
        """Load the views of an action as the web client does."""
        action = self._action(name)
        model = self.env[action.res_model].with_user(user)
        views = [(view_id, kind) for view_id, kind in action.views]
        views.append((action.search_view_id.id, "search"))
        return model, model.get_views(views)["views"]

    def _menus(self, user):
        """XML ids of our menus that a user sees."""
        seen = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
        data = self.env["ir.model.data"].search(
            [("module", "=", "crm_sme"), ("model", "=", "ir.ui.menu")]
        )
        return {record.name for record in data if record.res_id in seen}

    def _assert_actions_open(self, group, names):
        for name in names:
            with self.subTest(group=group, action=name):
                model, views = self._views(self.users[group], name)
                self.assertIn("search", views)
                arch = views.get("list", {}).get("arch")
                if arch:
                    fields = {
                        node.get("name"): {}
                        for node in etree.fromstring(arch).iterfind("field")
                    }
                    found = model.web_search_read([], fields, limit=5)
                    self.assertIn("records", found)

    def test_user_opens_every_screen_of_his(self):
        self._assert_actions_open("user", ACTIONS_OF_USER)

    def test_officer_opens_every_screen_of_his(self):
        self._assert_actions_open("officer", ACTIONS_OF_OFFICER)

    def test_manager_opens_every_screen(self):
        self._assert_actions_open("manager", ACTIONS_OF_MANAGER)

    def test_menus_show_each_group_what_it_may_open(self):
        """Demand 9: everybody finds his own work and nothing that is refused."""
        user, officer, manager = (
            self._menus(self.users[name]) for name in ("user", "officer", "manager")
        )
        self.assertIn("sme_customer_value_menu", user)
        self.assertIn("sme_sale_report_menu", user)
        self.assertFalse(user & {"sme_settle_menu", "sme_reject_settle_menu"})
        self.assertFalse(user & {"sme_source_menu", "sme_config_menu"})
        self.assertLess(user, officer)
        self.assertIn("sme_duplicate_menu", officer)
        self.assertNotIn("sme_source_menu", officer)
        self.assertLess(officer, manager)
        self.assertIn("sme_source_menu", manager)
        self.assertIn("sme_lifecycle_stage_menu", manager)

    def test_robot_and_other_employees_see_no_menu_of_ours(self):
        robot = new_test_user(
            self.env, login="screen_robot", groups="crm_sme.crm_sme_group_sync"
        )
        clerk = new_test_user(self.env, login="screen_clerk", groups="base.group_user")
        self.assertFalse(self._menus(clerk))
        with self.assertRaises(AccessError):  # not even the table of menus
            self._menus(robot)

    def test_every_filter_and_grouping_works(self):
        """A filter with a wrong domain would only fail when somebody clicks it."""
        user = self.users["manager"]
        for name in ACTIONS_OF_MANAGER:
            model, views = self._views(user, name)
            arch = etree.fromstring(views["search"]["arch"])
            for node in arch.iter("filter"):
                with self.subTest(action=name, filter=node.get("name")):
                    domain = safe_eval(node.get("domain") or "[]", {"uid": user.id})
                    self.assertGreaterEqual(model.search_count(domain), 0)
                    context = literal_eval(node.get("context") or "{}")
                    if "group_by" in context:
                        self._assert_groups(model, context["group_by"])

    def _assert_groups(self, model, name):
        if ":" not in name and model._fields[name].type in ("date", "datetime"):
            name = f"{name}:month"
        groups = model.formatted_read_group([], [name], ["__count"])
        self.assertIsInstance(groups, list)

    def test_board_shows_every_stage_also_without_customers(self):
        groups = (
            self.env["sme.customer.value"]
            .with_user(self.users["user"])
            .with_context(read_group_expand=True)
            .web_read_group([], ["lifecycle_stage_id"], ["__count"])["groups"]
        )
        columns = [group["lifecycle_stage_id"] for group in groups]
        shown = {column[0] for column in columns if column}
        self.assertEqual(shown, set(self.env["sme.lifecycle.stage"].search([]).ids))

    def test_user_moves_a_customer_but_changes_no_figure(self):
        value = self.value.with_user(self.users["user"])
        stage = self.env.ref("crm_sme.sme_lifecycle_stage_target")
        value.write({"lifecycle_stage_id": stage.id})
        self.assertEqual(self.partner.lifecycle_stage_id, stage)
        with self.assertRaises(AccessError):
            value.write({"revenue": 1000000})
        with self.assertRaises(AccessError):
            value.write({"lifecycle_stage_id": stage.id, "revenue": 1000000})

    def test_card_opens_the_customer_with_the_care_page_in_front(self):
        action = self.value.with_user(self.users["user"]).action_open_partner()
        self.assertEqual(action["res_id"], self.partner.id)
        view = self.env["ir.ui.view"].browse(action["views"][0][0])
        partners = self.env["res.partner"].with_user(self.users["user"])
        arch = etree.fromstring(partners.get_view(view.id)["arch"])
        focused = [p.get("name") for p in arch.iter("page") if p.get("autofocus")]
        self.assertEqual(focused, ["sme_care"])

    def test_contact_opens_without_the_figures_of_the_care_page(self):
        """They are a form of its own that is read when the page is opened."""
        partners = self.env["res.partner"].with_user(self.users["user"])
        figures = partners.get_views(
            [(self.env.ref("crm_sme.sme_partner_view_form_figures").id, "form")]
        )["models"]["res.partner"]["fields"]
        form = partners.get_views([(False, "form")])["models"]["res.partner"]["fields"]
        late = {
            *("sme_shown_value_ids", "sme_last_interaction_ids", "sme_segment_ids"),
            *("sme_last_order_ids", "sme_open_shipment_ids", "sme_open_need_ids"),
        }
        self.assertLessEqual(late, set(figures))
        self.assertFalse(late & set(form))

    def test_care_page_of_a_new_customer_is_empty_but_whole(self):
        partner = self.env["res.partner"].create({"name": "Nobody yet"})
        with Form(partner.with_user(self.users["user"])) as form:
            form.character_note = "<p>Likes green tea</p>"
        self.assertFalse(partner.sme_shown_value_ids)
        self.assertIn("green tea", partner.character_note)

    def test_contact_shows_the_figures_of_the_company(self):
        contact = self.env["res.partner"].create(
            {"name": "Bert", "parent_id": self.partner.id}
        )
        self.assertEqual(contact.sme_shown_value_ids, self.value)

    def test_employee_without_our_groups_opens_partners_as_before(self):
        clerk = new_test_user(
            self.env,
            login="screen_clerk2",
            groups="base.group_user,base.group_partner_manager",
        )
        with Form(self.partner.with_user(clerk)) as form:
            form.name = "Berta B."
        partners = self.env["res.partner"].with_user(clerk)
        self.assertNotIn("sme_care", partners.get_view(view_type="form")["arch"])

    def test_records_of_sources_cannot_be_made_or_changed_on_screen(self):
        for name in OF_SOURCES:
            for kind in ("list", "form"):
                with self.subTest(model=name, view=kind):
                    node = etree.fromstring(
                        self.env.ref(f"crm_sme.{name}_view_{kind}").arch
                    )
                    self.assertEqual(node.get("create"), "0")
                    self.assertEqual(node.get("edit"), "0")

    def test_addresses_of_screens_are_unique_and_clean(self):
        paths = [self._action(name).path for name in ACTIONS_OF_MANAGER]
        kept = [path for path in paths if path]
        self.assertEqual(len(kept), len(set(kept)))
        self.assertTrue(all(path.startswith("sme-") for path in kept))

    def test_empty_screens_say_what_will_come(self):
        for name in ACTIONS_OF_MANAGER:
            with self.subTest(action=name):
                self.assertIn("o_view_nocontent", self._action(name).help or "")

    def test_kind_of_a_rejected_record_is_said_in_words(self):
        reject = self.env["sme.reject"].create(
            {
                "source_id": self.source.id,
                "kind": "shipment",
                "external_id": "1",
                "reason": "no date",
            }
        )
        self.assertEqual(reject.with_context(lang="en_US").kind_label, "Shipment")
        reject.kind = "parcel"
        self.assertEqual(reject.kind_label, "parcel")

    def test_settings_are_those_of_the_company(self):
        settings = self.env["res.config.settings"].create({"sme_fading_ratio": 1.8})
        settings.execute()
        self.assertEqual(self.env.company.sme_fading_ratio, 1.8)

    def test_settings_refuse_limits_that_do_not_rise(self):
        with self.assertRaisesRegex(ValidationError, "must rise"):
            self.env["res.config.settings"].with_context(lang="en_US").create(
                {"sme_fading_ratio": 4, "sme_lapsed_ratio": 3}
            )

    def test_source_form_hides_from_users_what_they_may_not_read(self):
        user = self.users["user"]
        arch = self.env["sme.source"].with_user(user).get_view(view_type="form")["arch"]
        for hidden in ("open_reject_count", "run_ids", "action_connect_agent"):
            self.assertNotIn(hidden, arch)
        with Form(self.source.with_user(self.users["manager"])) as form:
            form.name = "Shop of ours"
        self.assertEqual(self.source.name, "Shop of ours")
