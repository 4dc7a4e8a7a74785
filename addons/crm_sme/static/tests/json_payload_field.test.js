import { describe, expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { browser } from "@web/core/browser/browser";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";

import { jsonLines, normalizePath } from "@crm_sme/json_payload/json_lines";

describe.current.tags("desktop");

const ORDER = {
    number: "S1",
    lines: [
        { name: "龙井茶", net: "10.00" },
        { name: "Cup", net: "5.00" },
    ],
    coupons: [],
    guest: false,
    note: null,
};

class Reject extends models.Model {
    _name = "sme.reject";
    payload = fields.Json();
    path = fields.Char();

    _records = [
        { id: 1, payload: ORDER, path: "lines[1].net" },
        { id: 2, payload: false, path: "total" },
        { id: 3, payload: ORDER, path: "lines[1].total" },
    ];
}

defineMailModels();
defineModels([Reject]);

const mount = (resId) =>
    mountView({
        type: "form",
        resModel: "sme.reject",
        resId,
        arch: `<form>
            <field name="path"/>
            <field name="payload" widget="crm_sme_json_payload"
                options="{'path_field': 'path'}" readonly="1"/>
        </form>`,
    });

test("the payload is laid out line by line, Chinese as it is", async () => {
    await mount(1);
    const lines = queryAllTexts(".o_crm_sme_json_line");
    expect(lines[0]).toBe("{");
    expect(lines[1]).toBe('"number": "S1",');
    expect(lines).toInclude('"name": "龙井茶",');
    expect(lines).toInclude('"coupons": [],');
    expect(lines).toInclude('"guest": false,');
    expect(lines).toInclude('"note": null');
});

test("the place of the fault is marked", async () => {
    await mount(1);
    expect(".o_crm_sme_json_fault").toHaveCount(1);
    expect(".o_crm_sme_json_fault").toHaveText('"net": "5.00"');
});

test("a missing field marks the object in which it is missing", async () => {
    await mount(3);
    expect(queryAllTexts(".o_crm_sme_json_fault")).toEqual(["{", "}"]);
});

test("a record without content says so", async () => {
    await mount(2);
    expect(".o_crm_sme_json").toHaveText("No content was kept.");
    expect(".o_crm_sme_json_copy").toHaveCount(0);
});

test("the content can be copied", async () => {
    patchWithCleanup(browser.navigator.clipboard, {
        writeText: async (text) => expect.step(text),
    });
    await mount(1);
    await contains(".o_crm_sme_json_copy").click();
    await animationFrame();
    expect.verifySteps([JSON.stringify(ORDER, null, 2)]);
    expect(".o_notification").toHaveText("Copied");
});

test("every way to write a path means the same place", () => {
    for (const path of [
        "lines[1].net",
        "lines.1.net",
        "$.lines[1].net",
        "data.lines[1].net",
        "lines['1'].net",
    ]) {
        expect(normalizePath(path)).toBe("lines.1.net");
    }
    expect(normalizePath(false)).toBe("");
});

test("a path that leads nowhere marks nothing", () => {
    expect(jsonLines(ORDER, "total").some((line) => line.fault)).toBe(false);
    expect(jsonLines(ORDER, "").some((line) => line.fault)).toBe(false);
});

test("a number, a text and a list can be the whole content", () => {
    expect(jsonLines(7).map((line) => line.text)).toEqual(["7"]);
    expect(jsonLines("a").map((line) => line.text)).toEqual(['"a"']);
    expect(jsonLines([]).map((line) => line.text)).toEqual(["[]"]);
});
