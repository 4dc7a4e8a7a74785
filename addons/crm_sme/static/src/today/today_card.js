import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { deserializeDate, formatDate } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { KeepLast } from "@web/core/utils/concurrency";
import { useService } from "@web/core/utils/hooks";
import { formatMonetary } from "@web/views/fields/formatters";

/** Everything for one call: whom, why, what to say, what was said, what came of it. */
export class TodayCard extends Component {
    static template = "crm_sme.TodayCard";
    static components = { Dropdown, DropdownItem };
    static props = {
        record: Object,
        note: String,
        isBusy: Boolean,
        onNote: Function,
        onDone: Function,
        onSnooze: Function,
        onDrop: Function,
        onCall: Function,
        onOpen: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.keepLast = new KeepLast();
        this.state = useState({ talks: [] });
        onWillStart(() => this.loadTalks(this.props.record.resId));
        onWillUpdateProps((next) => {
            if (next.record.resId !== this.props.record.resId) {
                this.state.talks = [];
                this.loadTalks(next.record.resId);
            }
        });
        this.sleeps = [
            { days: 1, label: _t("Tomorrow") },
            { days: 3, label: _t("In 3 days") },
            { days: 7, label: _t("In a week") },
            { days: 30, label: _t("In a month") },
        ];
    }

    async loadTalks(id) {
        const reading = this.orm.read("sme.suggestion", [id], ["recent_talks"]);
        const [row] = await this.keepLast.add(reading);
        this.state.talks = row?.recent_talks || [];
    }

    get data() {
        return this.props.record.data;
    }

    get kind() {
        const options = this.props.record.fields.kind.selection;
        return options.find(([value]) => value === this.data.kind)?.[1] || "";
    }

    get value() {
        const currencyId = this.data.currency_id?.id;
        return this.data.expected_value > 0
            ? formatMonetary(this.data.expected_value, { currencyId })
            : "";
    }

    get lines() {
        return (this.data.script || "").split("\n").filter(Boolean);
    }

    day(talk) {
        return formatDate(deserializeDate(talk.date));
    }

    onNoteKeydown(ev) {
        if (ev.key === "Enter" && !ev.shiftKey && !ev.isComposing) {
            ev.preventDefault();
            ev.target.blur(); // so that the keys are orders again
            this.props.onDone();
        } else if (ev.key === "Escape") {
            ev.target.blur();
        }
    }
}
