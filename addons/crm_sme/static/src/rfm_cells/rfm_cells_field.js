import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

const SCORES = [1, 2, 3, 4, 5];

/** The 125 RFM cells as a grid: recency by frequency, five dots of money in each. */
export class RfmCellsField extends Component {
    static template = "crm_sme.RfmCellsField";
    static props = { ...standardFieldProps };

    setup() {
        this.rows = [...SCORES].reverse();
        this.scores = SCORES;
    }

    get chosen() {
        return new Set(this.props.record.data[this.props.name] || []);
    }

    codes(r, f) {
        return SCORES.map((m) => `${r}${f}${m}`);
    }

    isOn(code) {
        return this.chosen.has(code);
    }

    state(r, f) {
        const count = this.codes(r, f).filter((code) => this.isOn(code)).length;
        return count === 5 ? "all" : count ? "some" : "none";
    }

    get countText() {
        return _t("%s of 125 cells", this.chosen.size);
    }

    cellLabel(r, f) {
        return _t("Recency %(r)s, frequency %(f)s", { r, f });
    }

    dotLabel(r, f, m) {
        return _t("Recency %(r)s, frequency %(f)s, monetary value %(m)s", { r, f, m });
    }

    toggle(codes) {
        if (this.props.readonly) {
            return;
        }
        const chosen = this.chosen;
        const isAll = codes.every((code) => chosen.has(code));
        for (const code of codes) {
            if (isAll) {
                chosen.delete(code);
            } else {
                chosen.add(code);
            }
        }
        return this.props.record.update({ [this.props.name]: [...chosen].sort() });
    }
}

export const rfmCellsField = {
    component: RfmCellsField,
    displayName: _t("RFM cells"),
    supportedTypes: ["json"],
};

registry.category("fields").add("crm_sme_rfm_cells", rfmCellsField);
