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

class Segment extends models.Model {
    _name = "sme.segment";
    cells = fields.Json();

    _records = [
        { id: 1, cells: ["555", "554"] },
        { id: 2, cells: false },
    ];
}

defineMailModels();
defineModels([Segment]);

const mount = (resId, readonly = 0) =>
    mountView({
        type: "form",
        resModel: "sme.segment",
        resId,
        arch: `<form>
            <field name="cells" widget="crm_sme_rfm_cells" readonly="${readonly}"/>
        </form>`,
    });

test("chosen cells are marked, also those chosen in part", async () => {
    await mount(1);
    expect(".o_crm_sme_cells_cell").toHaveCount(25);
    expect("[data-cell='55']").toHaveAttribute("data-state", "some");
    expect("[data-code='554']").toHaveAttribute("aria-pressed", "true");
    expect("[data-code='553']").toHaveAttribute("aria-pressed", "false");
    expect(".o_crm_sme_cells").toHaveText(/2 of 125 cells/);
});

test("a cell is taken as a whole, a dot alone, and both are saved", async () => {
    onRpc("web_save", ({ args }) => expect.step(args[1].cells));
    await mount(1);
    await contains("[data-code='554']").click();
    await contains("[data-cell='11'] .o_crm_sme_cells_all").click();
    await contains(".o_form_button_save").click();
    expect.verifySteps([["111", "112", "113", "114", "115", "555"]]);
});

test("a whole cell is given up by one click", async () => {
    onRpc("web_save", ({ args }) => expect.step(args[1].cells));
    await mount(2);
    await contains("[data-cell='33'] .o_crm_sme_cells_all").click();
    expect("[data-cell='33']").toHaveAttribute("data-state", "all");
    await contains("[data-code='331']").click();
    await contains("[data-cell='33'] .o_crm_sme_cells_all").click();
    await contains("[data-cell='33'] .o_crm_sme_cells_all").click();
    expect("[data-cell='33']").toHaveAttribute("data-state", "none");
    await contains("[data-code='125']").click();
    await contains(".o_form_button_save").click();
    expect.verifySteps([["125"]]);
});

test("nothing can be changed where it is only shown", async () => {
    await mount(1, 1);
    expect(".o_crm_sme_cells button:not(:disabled)").toHaveCount(0);
});
