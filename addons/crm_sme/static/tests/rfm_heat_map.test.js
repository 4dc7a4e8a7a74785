import { describe, expect, test } from "@odoo/hoot";
import { press, queryAllTexts, queryFirst } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    getService,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";

describe.current.tags("desktop");
defineMailModels();

const CHAMPIONS = { id: 1, name: "Champions", color: 10 };
const LOST = { id: 2, name: "Lost", color: 1 };

function heatMap(over = {}) {
    const cells = [];
    for (let r = 1; r <= 5; r++) {
        for (let f = 1; f <= 5; f++) {
            cells.push({ r, f, count: 0, revenue: 0, margin: 0, mean_m: 0, names: [] });
        }
    }
    const fill = (r, f, values) =>
        Object.assign(
            cells.find((it) => it.r === r && it.f === f),
            values
        );
    fill(5, 5, { count: 4, revenue: 9000, margin: 2000, mean_m: 4.5, names: [CHAMPIONS] });
    fill(1, 1, { count: 16, revenue: 1000, margin: -50, mean_m: 1, names: [LOST] });
    return {
        cells,
        totals: { count: 20, revenue: 10000, margin: 1950 },
        segments: [
            { ...LOST, count: 16, revenue: 1000, margin: -50 },
            { ...CHAMPIONS, count: 4, revenue: 9000, margin: 2000 },
        ],
        recency: [[300, null], [200, 299], [90, 199], null, [0, 29]],
        frequency: [[1, 1], null, [2, 3], [4, 6], [7, null]],
        currency_id: 1,
        company_id: 1,
        buyers: 20,
        needed: 5,
        ...over,
    };
}

const mount = async (over) => {
    onRpc("sme.customer.value", "rfm_heat_map", () => heatMap(over));
    await mountWithCleanup(WebClient);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "crm_sme.rfm_heat_map",
        name: "RFM Heat Map",
    });
    await animationFrame();
};

test("each cell shows its number, its segment and its share", async () => {
    await mount();
    expect(".o_crm_sme_heat_cell").toHaveCount(25);
    expect("[data-cell='55'] .o_crm_sme_heat_value").toHaveText("4");
    expect("[data-cell='55'] .o_crm_sme_heat_share").toHaveText("20%");
    expect("[data-cell='55'] .o_crm_sme_heat_name").toHaveText("Champions");
    expect("[data-cell='55']").toHaveAttribute("aria-label", /7 orders or more/);
    expect("[data-cell='33']").toHaveClass("o_crm_sme_heat_empty");
    expect("[data-cell='11']").toHaveClass("o_crm_sme_heat_dark");
});

test("the axes say days and orders, and which class is empty", async () => {
    await mount();
    expect(queryAllTexts(".o_crm_sme_heat_row_head span")).toEqual([
        "0–29 days",
        "nobody",
        "90–199 days",
        "200–299 days",
        "300 days or more",
    ]);
    expect(queryAllTexts(".o_crm_sme_heat_column_head span")).toEqual([
        "1 order",
        "nobody",
        "2–3 orders",
        "4–6 orders",
        "7 orders or more",
    ]);
});

test("another measure colours the cells anew", async () => {
    await mount();
    await contains("[data-measure='revenue']").click();
    expect("[data-cell='55']").toHaveClass("o_crm_sme_heat_dark");
    expect("[data-cell='55'] .o_crm_sme_heat_share").toHaveText("90%");
    await contains("[data-measure='margin']").click();
    expect("[data-cell='11']").toHaveClass("o_crm_sme_heat_loss");
    await contains("[data-measure='mean_m']").click();
    expect("[data-cell='55'] .o_crm_sme_heat_value").toHaveText("4.5");
    expect("[data-measure='mean_m']").toHaveAttribute("aria-pressed", "true");
});

test("arrows walk over the cells and stop at the edge", async () => {
    await mount();
    queryFirst("[data-cell='55']").focus();
    for (const key of ["ArrowDown", "ArrowLeft", "ArrowLeft", "ArrowUp", "ArrowUp"]) {
        await press(key);
        await animationFrame();
    }
    expect("[data-cell='53']").toBeFocused();
    expect("[data-cell='53']").toHaveAttribute("tabindex", "0");
    expect(".o_crm_sme_heat_cell[tabindex='0']").toHaveCount(1);
});

test("a click opens the customers of the cell, or of the segment", async () => {
    const opened = [];
    await mount();
    const action = getService("action");
    action.doAction = (it) => opened.push(it);
    await contains("[data-cell='55']").click();
    await contains(".o_crm_sme_heat_segment:last").click();
    expect(opened.map((it) => it.domain)).toEqual([
        [
            ["company_id", "=", 1],
            ["r_score", "=", 5],
            ["f_score", "=", 5],
        ],
        [
            ["company_id", "=", 1],
            ["segment_id", "=", 1],
            ["r_score", ">", 0],
        ],
    ]);
});

test("with too few buyers it says why and how many it takes", async () => {
    const none = { count: 0, revenue: 0, margin: 0 };
    await mount({ totals: none, segments: [], buyers: 3 });
    expect(".o_crm_sme_heat_cell").toHaveCount(0);
    expect(".o_nocontent_help").toHaveText(/at least 5 of them; so far there are 3/);
});
