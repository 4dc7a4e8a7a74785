import io
import re
from pathlib import Path

import polib

from odoo.models import MAGIC_COLUMNS
from odoo.tests import TransactionCase, tagged
from odoo.tools.translate import TranslationFileWriter, TranslationModuleReader

I18N = Path(__file__).parents[1] / "i18n"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|%[sd]|\$\{[^}]*\}|</?[a-z]\w*[^>]*>")
# Attributes that people read, which are translated within a tag.
READ = re.compile(r' (?:title|alt|placeholder|aria-label|string)="[^"]*"')
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Words that are the same in Chinese, and names of fields that Odoo's exporter takes
# for terms.
SAME_IN_CHINESE = {
    *("RFM", "SKU", "ID", "alpha"),
    # parts of a sentence around figures
    *("of", "on top."),
    '<span invisible="orders_actual">–</span>',
    '<span invisible="revenue_actual &gt; 0">–</span>',
    # names of fields, which the exporter takes for terms
    *("commercial_partner_id", "grouping_id", "sme_referrer_id", "source_id"),
}


def _marks(text):
    """Return the placeholders and tags of a term, without what people read in them."""
    return sorted(PLACEHOLDER.findall(READ.sub("", text)))


@tagged("post_install", "-at_install")
class TestI18n(TransactionCase):
    """Demand: a user whose language is Chinese sees no English of ours."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        buffer = io.BytesIO()
        reader = TranslationModuleReader(cls.env.cr, modules=["crm_sme"])
        TranslationFileWriter(buffer, fileformat="po", lang=None).write_rows(reader)
        cls.fresh = polib.pofile(buffer.getvalue().decode())
        cls.template = polib.pofile(str(I18N / "crm_sme.pot"))
        cls.chinese = polib.pofile(str(I18N / "zh_CN.po"))
        cls.terms = {entry.msgid for entry in cls.fresh}

    def test_template_is_up_to_date(self):
        """The committed template has the terms of the addon, no more and no less."""
        kept = {entry.msgid for entry in self.template}
        self.assertEqual(
            (sorted(self.terms - kept), sorted(kept - self.terms)),
            ([], []),
            "Export the template anew, see docs/translate.md.",
        )

    def test_chinese_has_every_term_and_no_other(self):
        known = {entry.msgid for entry in self.chinese if not entry.obsolete}
        self.assertEqual(
            (sorted(self.terms - known), sorted(known - self.terms)),
            ([], []),
            "Merge the template into zh_CN.po, see docs/translate.md.",
        )

    def test_no_term_is_empty_or_fuzzy(self):
        left = [e.msgid for e in self.chinese if not e.msgstr.strip() or e.fuzzy]
        self.assertFalse(left)

    def test_placeholders_and_tags_are_kept(self):
        broken = [
            entry.msgid
            for entry in self.chinese
            if _marks(entry.msgid) != _marks(entry.msgstr)
        ]
        self.assertFalse(broken)

    def test_what_is_not_chinese_is_the_same_in_chinese(self):
        english = {e.msgid for e in self.chinese if not CHINESE.search(e.msgstr)}
        self.assertLessEqual(
            {term for term in english if not term.startswith("e.g. ")},
            SAME_IN_CHINESE,
        )

    def test_labels_of_fields_and_selections_are_terms(self):
        missing = []
        for model in self.env["ir.model"].search([("model", "=like", "sme.%")]):
            for field in self.env[model.model]._fields.values():
                if field.name in ("display_name", *MAGIC_COLUMNS):
                    continue
                if "crm_sme" not in field._modules:
                    continue  # of a mixin, whose module has its words
                texts = [field.string, field.help]
                if field.type == "selection" and isinstance(field.selection, list):
                    texts += [label for _value, label in field.selection]
                missing += [
                    (model.model, field.name, text)
                    for text in texts
                    if text and len(text) > 1 and text.strip() not in self.terms
                ]
        self.assertFalse(missing)

    def test_menus_actions_and_groups_are_terms(self):
        names = set()
        for model in ("ir.ui.menu", "ir.actions.act_window", "res.groups"):
            data = self.env["ir.model.data"].search(
                [("module", "=", "crm_sme"), ("model", "=", model)]
            )
            records = self.env[model].with_context(lang="en_US")
            names |= set(records.browse(data.mapped("res_id")).mapped("name"))
        self.assertGreater(len(names), 15)
        self.assertLessEqual(names, self.terms)

    def test_chinese_user_reads_chinese(self):
        """Menus, labels, choices and messages come out in Chinese."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.env["ir.module.module"]._load_module_terms(["crm_sme"], ["zh_CN"])
        chinese = self.env(context={"lang": "zh_CN"})
        menu = chinese.ref("crm_sme.sme_customers_menu")
        self.assertEqual(menu.name, "客户")
        stage = chinese.ref("crm_sme.sme_lifecycle_stage_lapsed")
        self.assertEqual(stage.name, "沉睡")
        fields = chinese["sme.customer.value"].fields_get(["fade_state", "rfm_code"])
        self.assertIn(("fading", "流失风险"), fields["fade_state"]["selection"])
        arch = chinese["sme.reject"].get_view(view_type="form")["arch"]
        self.assertIn("重试", arch)
        self.assertNotIn("Retry", arch)
