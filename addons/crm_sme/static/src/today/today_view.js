import { onWillStart, useState, useSubEnv } from "@odoo/owl";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { ListController } from "@web/views/list/list_controller";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";

import { TodayCard } from "./today_card";

/** All records of a list that are on the screen, groups flattened. */
export function flatRecords(list) {
    if (!list.isGrouped) {
        return list.records;
    }
    return list.groups.flatMap((group) => (group.isFolded ? [] : flatRecords(group.list)));
}

/** The list marks the suggestion at hand; a click chooses, it does not open. */
export class TodayRenderer extends ListRenderer {
    setup() {
        super.setup();
        this.today = useState(this.env.smeToday.state);
    }

    getRowClass(record) {
        // Read here, so that the rows follow when another one is chosen.
        this.today.currentId;
        const mark = this.env.smeToday.isCurrent(record) ? " o_crm_sme_current" : "";
        return super.getRowClass(record) + mark;
    }

    onCellClicked(record) {
        this.env.smeToday.choose(record);
    }

    onCellKeydownReadOnlyMode(hotkey, ...rest) {
        if (["arrowup", "arrowdown"].includes(hotkey)) {
            return false; // the keys of the page do it
        }
        return super.onCellKeydownReadOnlyMode(hotkey, ...rest);
    }
}

/** The call list: on the left whom to call, on the right what to say and what to do. */
export class TodayController extends ListController {
    static template = "crm_sme.TodayView";
    static components = { ...ListController.components, TodayCard };

    setup() {
        super.setup();
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.today = useState({ currentId: false, note: "", isBusy: false, isOfficer: false });
        useSubEnv({
            smeToday: {
                state: this.today,
                isCurrent: (record) => record.resId === this.current?.resId,
                choose: (record) => this.choose(record),
            },
        });
        onWillStart(async () => {
            this.today.isOfficer = await user.hasGroup("crm_sme.crm_sme_group_officer");
        });
        this.useKeys();
    }

    useKeys() {
        const repeat = { allowRepeat: true };
        useHotkey("j", () => this.move(1), repeat);
        useHotkey("arrowdown", () => this.move(1), repeat);
        useHotkey("k", () => this.move(-1), repeat);
        useHotkey("arrowup", () => this.move(-1), repeat);
        useHotkey("d", () => this.done());
        useHotkey("s", () => this.snooze(1));
        useHotkey("c", () => this.call());
        useHotkey("o", () => this.open());
        useHotkey("n", () => this.focusNote());
    }

    get keyHints() {
        return [
            { keys: ["j", "k", "↓", "↑"], label: _t("next, previous") },
            { keys: ["c"], label: _t("call") },
            { keys: ["n"], label: _t("note") },
            { keys: ["d"], label: _t("done") },
            { keys: ["s"], label: _t("snooze") },
            { keys: ["o"], label: _t("open") },
        ];
    }

    get records() {
        return this.model.isReady && !this.model.useSampleModel
            ? flatRecords(this.model.root)
            : [];
    }

    get current() {
        const records = this.records;
        return records.find((it) => it.resId === this.today.currentId) || records[0];
    }

    get mineItem() {
        const items = Object.values(this.env.searchModel.searchItems);
        return items.find((item) => item.name === "mine");
    }

    get isMine() {
        const query = this.env.searchModel.query;
        return query.some((facet) => facet.searchItemId === this.mineItem?.id);
    }

    showMine(isMine) {
        if (isMine !== this.isMine) {
            this.env.searchModel.toggleSearchItem(this.mineItem.id);
        }
    }

    choose(record) {
        if (record.resId !== this.current?.resId) {
            this.today.note = "";
        }
        this.today.currentId = record.resId;
    }

    move(step) {
        const records = this.records;
        const at = records.indexOf(this.current) + step;
        if (at >= 0 && at < records.length) {
            this.choose(records[at]);
            this.rootRef.el
                .querySelectorAll(".o_data_row")
                [at]?.scrollIntoView({ block: "nearest" });
        }
    }

    focusNote() {
        this.rootRef.el.querySelector(".o_crm_sme_note")?.focus();
    }

    async done() {
        const { note } = this.today;
        await this.settle("action_done", { note }, _t("Done, and kept as a call."));
    }

    async snooze(days) {
        await this.settle("action_snooze", { days }, _t("Snoozed."));
    }

    async drop() {
        await this.settle("action_drop", {}, _t("Dropped. It does not come back."));
    }

    /** Call a method that takes the suggestion off the list, and go on with the next. */
    async settle(method, kwargs, message) {
        const record = this.current;
        if (!record || this.today.isBusy) {
            return;
        }
        const records = this.records;
        const at = records.indexOf(record);
        const next = records[at + 1] || records[at - 1];
        this.today.isBusy = true;
        try {
            await this.orm.call("sme.suggestion", method, [[record.resId]], kwargs);
            // Who chose another customer while the server worked stays with his choice.
            if (this.current?.resId === record.resId) {
                this.today.note = "";
                this.today.currentId = next?.resId || false;
            }
            this.notification.add(`${record.data.contact_name}: ${message}`, {
                type: "success",
            });
        } finally {
            this.today.isBusy = false;
            await this.model.load();
        }
    }

    async call() {
        await this.run("action_call");
        await this.model.load();
    }

    async open() {
        await this.run("action_open");
    }

    async run(method) {
        if (this.current) {
            const ids = [this.current.resId];
            await this.action.doAction(await this.orm.call("sme.suggestion", method, [ids]));
        }
    }
}

registry.category("views").add("sme_today_list", {
    ...listView,
    Controller: TodayController,
    Renderer: TodayRenderer,
});
