import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
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

const WHY = {
    title: "Why? Anna Berg",
    computed: "Figures of 06/15/2026, in EUR.",
    sections: [
        {
            key: "existing",
            title: "Existing value",
            value: "48.00 €",
            words: "60.00 € margin of 12 months less 12.00 € for service.",
            inputs: [
                { label: "Margin, 12 months", value: "60.00 €" },
                { label: "Calls", value: "− 4 × 3.00 €" },
            ],
        },
        {
            key: "learning",
            title: "Learning value",
            value: "0.00 €",
            words: "No suggestion of his was adopted.",
            inputs: [],
        },
    ],
    sure: { level: "low", label: "Low", reasons: ["Few customers.", "Thin history."] },
};

class CustomerValue extends models.Model {
    _name = "sme.customer.value";
    name = fields.Char();
    _records = [{ id: 7, name: "Anna Berg" }];
}

defineMailModels();
defineModels([CustomerValue]);

const mount = () =>
    mountView({
        type: "form",
        resModel: "sme.customer.value",
        resId: 7,
        arch: `<form><field name="name"/><widget name="crm_sme_why"/></form>`,
    });

test("the button asks the server and shows its words as they are", async () => {
    onRpc("sme.customer.value", "why", ({ args }) => {
        expect.step(args[0]);
        return WHY;
    });
    await mount();
    await contains(".o_crm_sme_why").click();
    expect.verifySteps([[7]]);
    expect(".modal-title").toHaveText("Why? Anna Berg");
    expect(".o_crm_sme_why_section").toHaveCount(2);
    expect(".o_crm_sme_why_section[data-key=existing] header b").toHaveText("48.00 €");
    expect(queryAllTexts(".o_crm_sme_why_section[data-key=existing] dt")).toEqual([
        "Margin, 12 months",
        "Calls",
    ]);
    expect(".o_crm_sme_why_section[data-key=learning] dl").toHaveCount(0);
});

test("how sure it is stands first, with the reasons", async () => {
    onRpc("sme.customer.value", "why", () => WHY);
    await mount();
    await contains(".o_crm_sme_why").click();
    expect(".o_crm_sme_sure").toHaveClass("o_crm_sme_sure_low");
    expect(".o_crm_sme_sure b").toHaveText("How sure: Low");
    expect(queryAllTexts(".o_crm_sme_sure li")).toEqual(["Few customers.", "Thin history."]);
    await contains(".modal-footer .btn-primary").click();
    expect(".modal").toHaveCount(0);
});
