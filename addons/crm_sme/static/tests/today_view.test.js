import { describe, expect, test } from "@odoo/hoot";
import { press, waitForNone } from "@odoo/hoot-dom";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";

import { dial } from "@crm_sme/today/dial";
import { flatRecords } from "@crm_sme/today/today_view";

describe.current.tags("desktop");

class Suggestion extends models.Model {
    _name = "sme.suggestion";
    kind = fields.Selection({
        selection: [
            ["complaint", "Complaint"],
            ["fading", "Fading"],
        ],
    });
    contact_name = fields.Char();
    reason = fields.Char();
    script = fields.Text();
    phone = fields.Char();
    best_time = fields.Char();
    called_on = fields.Datetime();
    expected_value = fields.Float();
    currency_id = fields.Many2one({ relation: "res.currency" });
    recent_talks = fields.Json();

    _records = [
        {
            id: 1,
            kind: "complaint",
            contact_name: "Anna",
            reason: "Parcel broken",
            script: "Say sorry\nPromise a day",
            phone: "+49 1",
            expected_value: 20,
            recent_talks: [
                { id: 7, date: "2026-06-01", kind: "Call", summary: "Asked for tea" },
            ],
        },
        { id: 2, kind: "fading", contact_name: "Berta", reason: "Silent", phone: false },
        { id: 3, kind: "fading", contact_name: "Carl", reason: "Silent", phone: "+49 3" },
    ];
}

defineMailModels();
defineModels([Suggestion]);

const ARCH = `<list js_class="sme_today_list">
    <field name="kind"/><field name="contact_name"/><field name="reason"/>
    <field name="script" column_invisible="1"/><field name="phone" column_invisible="1"/>
    <field name="best_time" column_invisible="1"/>
    <field name="called_on" column_invisible="1"/>
    <field name="expected_value" column_invisible="1"/>
    <field name="currency_id" column_invisible="1"/>
</list>`;
const SEARCH = `<search><filter name="mine" string="Mine" domain="[('id', '&lt;', 3)]"/></search>`;

const mount = (extra = {}) =>
    mountView({
        type: "list",
        resModel: "sme.suggestion",
        arch: ARCH,
        searchViewArch: SEARCH,
        ...extra,
    });
const isOfficer = (answer) => onRpc("has_group", () => answer);
/** Take the records off, as the server's search would. */
const settle = (method) =>
    onRpc("sme.suggestion", method, ({ args, kwargs: { context, ...said } }) => {
        // without the mark that Odoo sets on named arguments
        expect.step([method, args[0], Object.fromEntries(Object.entries(said))]);
        Suggestion._records = Suggestion._records.filter((it) => it.id !== args[0][0]);
        return true;
    });

test("the first one is chosen and its card tells all there is to say", async () => {
    isOfficer(false);
    await mount();
    expect(".o_crm_sme_current").toHaveText(/Anna/);
    expect(".o_crm_sme_contact").toHaveText("Anna");
    expect(".o_crm_sme_script li").toHaveCount(2);
    expect(".o_crm_sme_talks").toHaveText(/Asked for tea/);
    expect(".o_crm_sme_number").toHaveAttribute("href", "tel:+49 1");
    expect(".o_crm_sme_team").toHaveCount(0);
    expect(".o_crm_sme_keys kbd").toHaveCount(9);
});

test("keys and clicks choose, and stop at both ends", async () => {
    isOfficer(false);
    await mount();
    await press("k");
    await animationFrame();
    expect(".o_crm_sme_current").toHaveText(/Anna/);
    await press("j");
    await animationFrame();
    expect(".o_crm_sme_current").toHaveText(/Berta/);
    expect(".o_crm_sme_do_call").not.toBeEnabled();
    await press("ArrowDown");
    await press("ArrowDown");
    await animationFrame();
    expect(".o_crm_sme_current").toHaveText(/Carl/);
    await contains(".o_data_row:first td[name=reason]").click();
    expect(".o_crm_sme_contact").toHaveText("Anna");
});

test("done sends the note and goes on with the next", async () => {
    isOfficer(false);
    settle("action_done");
    await mount();
    await contains(".o_crm_sme_note").edit("Gets a new one", { confirm: false });
    await contains(".o_crm_sme_do_done").click();
    await animationFrame();
    expect.verifySteps([["action_done", [1], { note: "Gets a new one" }]]);
    expect(".o_crm_sme_contact").toHaveText("Berta");
    expect(".o_crm_sme_note").toHaveValue("");
    expect(".o_notification").toHaveText(/Anna/);
});

test("a note belongs to one customer and does not follow to the next", async () => {
    isOfficer(false);
    await mount();
    await contains(".o_crm_sme_note").edit("Only Anna's", { confirm: false });
    await contains(".o_data_row:nth-child(2) td[name=reason]").click();
    expect(".o_crm_sme_note").toHaveValue("");
});

test("snooze has longer sleeps, and one that never ends", async () => {
    isOfficer(false);
    settle("action_snooze");
    settle("action_drop");
    await mount();
    await contains(".o_crm_sme_sleeps").click();
    await contains(".o-dropdown-item:contains('In 3 days')").click();
    await animationFrame();
    await contains(".o_crm_sme_sleeps").click();
    await contains(".o-dropdown-item:contains('Never')").click();
    await animationFrame();
    expect.verifySteps([
        ["action_snooze", [1], { days: 3 }],
        ["action_drop", [2], {}],
    ]);
});

test("a server that refuses leaves the suggestion where it is", async () => {
    isOfficer(false);
    onRpc("sme.suggestion", "action_done", () => {
        throw new Error("already settled");
    });
    expect.errors(1);
    await mount();
    await contains(".o_crm_sme_note").edit("kept", { confirm: false });
    await contains(".o_crm_sme_do_done").click();
    await animationFrame();
    expect.verifyErrors([/already settled/]);
    expect(".o_crm_sme_contact").toHaveText("Anna");
    expect(".o_crm_sme_note").toHaveValue("kept");
    expect(".o_crm_sme_do_done").toBeEnabled();
});

test("who chooses another customer while the server works stays with that choice", async () => {
    isOfficer(false);
    const answer = new Deferred();
    onRpc("sme.suggestion", "action_done", async function ({ args }) {
        await answer;
        return this.env["sme.suggestion"].unlink(args[0]);
    });
    await mount();
    await contains(".o_crm_sme_do_done").click();
    await contains(".o_data_row:contains(Carl) td[name=reason]").click();
    await contains(".o_crm_sme_note").edit("for Carl", { confirm: false });
    answer.resolve();
    await waitForNone(".o_data_row:contains(Anna)");
    expect(".o_data_row").toHaveCount(2);
    expect(".o_crm_sme_contact").toHaveText("Carl");
    expect(".o_crm_sme_note").toHaveValue("for Carl");
});

test("an officer switches between his own list and the team's", async () => {
    isOfficer(true);
    await mount({ context: { search_default_mine: 1 } });
    expect(".o_data_row").toHaveCount(2);
    expect(".o_crm_sme_mine").toHaveAttribute("aria-pressed", "true");
    await contains(".o_crm_sme_team").click();
    expect(".o_data_row").toHaveCount(3);
    await contains(".o_crm_sme_mine").click();
    expect(".o_data_row").toHaveCount(2);
});

test("grouped lists are worked group by group, folded ones are left out", () => {
    const plain = (...records) => ({ isGrouped: false, records });
    const list = {
        isGrouped: true,
        groups: [
            { isFolded: false, list: plain(1, 2) },
            { isFolded: true, list: plain(3) },
            { isFolded: false, list: { isGrouped: true, groups: [{ list: plain(4) }] } },
        ],
    };
    expect(flatRecords(list)).toEqual([1, 2, 4]);
});

test("a number is handed to the telephone without leaving the page", () => {
    const page = document.implementation.createHTMLDocument();
    dial("+491", page);
    dial("+492", page);
    const frames = page.querySelectorAll("iframe");
    expect(frames).toHaveLength(1);
    expect(frames[0].getAttribute("src")).toBe("tel:+492");
});
