import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import {
    contains,
    getService,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { WebClient } from "@web/webclient/webclient";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";

import { buildRows, buildTotals } from "@crm_sme/cohort/cohort_table";

describe.current.tags("desktop");
defineMailModels();

const cell = (month, customers, orders, revenue) => ({ month, customers, orders, revenue });
const COHORTS = [
    {
        month: "2026-04-01",
        label: "Apr 2026",
        cells: [
            cell("2026-04-01", 10, 12, 1000),
            cell("2026-05-01", 4, 5, 300),
            cell("2026-06-01", 1, 1, -20),
        ],
    },
    {
        month: "2026-05-01",
        label: "May 2026",
        cells: [cell("2026-05-01", 30, 30, 900), cell("2026-06-01", 3, 3, 90)],
    },
    { month: "2026-06-01", label: "Jun 2026", cells: [cell("2026-06-01", 0, 0, 0)] },
];

const mount = async (cohorts = COHORTS) => {
    onRpc("sme.customer.snapshot", "get_cohorts", ({ kwargs }) => {
        expect.step(`load ${kwargs.months}`);
        return { months: cohorts.length, currency_id: 1, cohorts };
    });
    await mountWithCleanup(WebClient);
    await getService("action").doAction({ type: "ir.actions.client", tag: "crm_sme_cohorts" });
};

test("each line says which share of the customers came back", async () => {
    await mount();
    expect.verifySteps(["load 12"]);
    expect(queryAllTexts("tbody tr:eq(0) td")).toEqual(["10", "100 %", "40 %", "10 %"]);
    expect(queryAllTexts("tbody tr:eq(2) td")).toEqual(["0", "0 %"]);
    expect(queryAllTexts("thead th")).toEqual(["First order in", "Customers", "+0", "+1", "+2"]);
});

test("customers, orders and revenue can be shown instead", async () => {
    await mount();
    await contains("button[data-measure=orders]").click();
    expect(queryAllTexts("tbody tr:eq(0) td")).toEqual(["10", "12", "5", "1"]);
    await contains("button[data-measure=customers]").click();
    expect(queryAllTexts("tbody tr:eq(1) td")).toEqual(["30", "30", "3"]);
    await contains("button[data-measure=revenue]").click();
    expect("tbody tr:eq(0) td:eq(1)").toHaveText(/1,000/);
    expect.verifySteps(["load 12"]);
});

test("another span is asked for", async () => {
    await mount();
    await contains(".btn:contains(24)").click();
    expect.verifySteps(["load 12", "load 24"]);
});

test("a cell opens its customers", async () => {
    await mount();
    patchWithCleanup(getService("action"), {
        loadAction: async (name) => ({ type: "ir.actions.act_window", name }),
        doAction: async ({ name, domain }) => expect.step([name, domain]),
    });
    await contains("tbody tr:eq(0) button:eq(2)").click();
    expect.verifySteps([
        "load 12",
        [
            "crm_sme.sme_customer_snapshot_action",
            [
                ["first_month", "=", "2026-04-01"],
                ["month", "=", "2026-06-01"],
            ],
        ],
    ]);
});

test("without customers it says what will come", async () => {
    await mount([]);
    expect(".o_view_nocontent_smiling_face").toHaveCount(1);
    expect("table.o_crm_sme_cohort_table").toHaveCount(0);
    expect.verifySteps(["load 12"]);
});

test("the first month does not pale the others", () => {
    const [april, may] = buildRows(COHORTS, "customers");
    expect(april.cells.map((each) => each.strength)).toEqual([0, 1, 0.25]);
    expect(may.cells[1].strength).toBe(0.75);
    expect(may.cells[1].isRunning).toBe(true);
});

test("refunds beyond the sales have no colour", () => {
    expect(buildRows(COHORTS, "revenue")[0].cells[2].strength).toBe(0);
});

test("averages are weighted and leave out the month that is not over", () => {
    expect(buildTotals(COHORTS, "share")).toEqual([1, 0.4, null]);
    expect(buildTotals(COHORTS, "orders")).toEqual([42, 5, null]);
});
