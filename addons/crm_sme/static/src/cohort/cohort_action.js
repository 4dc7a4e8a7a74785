import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { formatFloat, formatInteger, formatMonetary } from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

import { buildRows, buildTotals } from "./cohort_table";

const SPANS = [6, 12, 24];

/** Who came in one month, and how many of them bought in the months after it. */
export class CohortAction extends Component {
    static template = "crm_sme.CohortAction";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.spans = SPANS;
        this.display = { controlPanel: {} };
        this.state = useState({ measure: "share", span: 12, data: null });
        onWillStart(() => this.load());
    }

    get measures() {
        return [
            { name: "share", label: _t("Share") },
            { name: "customers", label: _t("Customers") },
            { name: "orders", label: _t("Orders") },
            { name: "revenue", label: _t("Revenue") },
        ];
    }

    get rows() {
        return buildRows(this.state.data.cohorts, this.state.measure);
    }

    get totals() {
        return buildTotals(this.state.data.cohorts, this.state.measure);
    }

    get totalLabel() {
        return this.state.measure === "share" ? _t("On average") : _t("Total");
    }

    async load() {
        this.state.data = await this.orm.call("sme.customer.snapshot", "get_cohorts", [], {
            months: this.state.span,
        });
    }

    setSpan(span) {
        this.state.span = span;
        return this.load();
    }

    setMeasure(measure) {
        this.state.measure = measure;
    }

    format(value) {
        if (value === null) {
            return "";
        }
        if (this.state.measure === "share") {
            return `${formatFloat(value * 100, { digits: [16, 0] })} %`;
        }
        if (this.state.measure === "revenue") {
            return formatMonetary(value, {
                currencyId: this.state.data.currency_id,
                digits: [16, 0],
            });
        }
        return formatInteger(value);
    }

    cellStyle(cell) {
        return cell.since ? `--o-crm-sme-strength: ${cell.strength.toFixed(3)}` : "";
    }

    cellTitle(row, cell) {
        const told = _t("%(customers)s of %(size)s customers bought", {
            customers: formatInteger(cell.customers),
            size: formatInteger(row.size),
        });
        return cell.isRunning ? _t("%(told)s; the month is not over", { told }) : told;
    }

    /** Open the customers of a cell: came in one month, bought in the other. */
    async open(row, cell) {
        const action = await this.action.loadAction("crm_sme.sme_customer_snapshot_action");
        return this.action.doAction({
            ...action,
            domain: [
                ["first_month", "=", row.month],
                ["month", "=", cell.month],
            ],
            context: { search_default_bought: 1 },
        });
    }
}

registry.category("actions").add("crm_sme_cohorts", CohortAction);
