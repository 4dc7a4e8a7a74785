import { describe, expect, test } from "@odoo/hoot";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";

describe.current.tags("desktop");

class Customer extends models.Model {
    name = fields.Char();
    revenue = fields.Integer();
    _records = [
        { id: 1, name: "Anna Berg", revenue: 48 },
        { id: 2, name: "Otto Fischer", revenue: 12 },
    ];
    _views = {
        "form,crm_sme.sme_partner_view_form_figures": /* xml */ `
            <form edit="0">
                <div class="revenue"><field name="revenue"/></div>
                <button name="note" type="object" string="Note" class="note"/>
            </form>`,
    };
}

defineMailModels();
defineModels([Customer]);

const mount = (params = {}) =>
    mountView({
        type: "form",
        resModel: "customer",
        resId: 1,
        resIds: [1, 2],
        arch: /* xml */ `
            <form>
                <sheet>
                    <notebook>
                        <page name="address" string="Address"><field name="name"/></page>
                        <page name="care" string="Care"><widget name="crm_sme_care"/></page>
                    </notebook>
                </sheet>
            </form>`,
        ...params,
    });

const stepReads = () =>
    onRpc("customer", "web_read", ({ args, kwargs }) => {
        expect.step(`${args[0]}: ${Object.keys(kwargs.specification).sort().join(" ")}`);
    });

test("figures are read when their page is opened, not before", async () => {
    stepReads();
    await mount();
    expect.verifySteps(["1: display_name name"]);
    expect(".revenue").toHaveCount(0);
    await contains(".o_notebook .nav-link:contains(Care)").click();
    expect.verifySteps(["1: revenue"]);
    expect(".revenue").toHaveText("48");
    expect(".revenue input").toHaveCount(0);
});

test("the pager shows the figures of the next customer", async () => {
    await mount();
    await contains(".o_notebook .nav-link:contains(Care)").click();
    stepReads();
    await contains(".o_pager_next").click();
    expect.verifySteps(["2: display_name name", "2: revenue"]);
    expect(".revenue").toHaveText("12");
});

test("a button saves the customer first and reads the figures anew", async () => {
    onRpc("customer", "note", ({ args }) => {
        expect.step(`note ${args[0]}`);
        return false;
    });
    onRpc("customer", "web_save", ({ args }) => {
        expect.step(`save ${args[1].name}`);
    });
    await mount();
    await contains(".o_field_widget[name=name] input").edit("Anna Bergmann");
    await contains(".o_notebook .nav-link:contains(Care)").click();
    stepReads();
    await contains(".note").click();
    expect.verifySteps(["save Anna Bergmann", "note 1", "1: display_name name", "1: revenue"]);
    expect(".revenue").toHaveText("48");
});

test("a customer who is not saved yet has no figures", async () => {
    stepReads();
    await mount({ resId: false, resIds: [] });
    await contains(".o_notebook .nav-link:contains(Care)").click();
    expect.verifySteps([]);
    expect(".revenue").toHaveCount(0);
});
