import { Component, onWillStart, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Layout } from "@web/search/layout";
import {
    formatFloat,
    formatInteger,
    formatMonetary,
    formatPercentage,
} from "@web/views/fields/formatters";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const SCORES = [1, 2, 3, 4, 5];
// Above it white letters are read more easily than dark ones.
const DARK_FROM = 0.8;
const MOVES = { ArrowUp: [1, 0], ArrowDown: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const VIEWS = [
    [false, "list"],
    [false, "kanban"],
    [false, "pivot"],
    [false, "graph"],
];

/** Recency by frequency: how many customers each cell has and what they bring. */
export class RfmHeatMap extends Component {
    static template = "crm_sme.RfmHeatMap";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.grid = useRef("grid");
        this.rows = [...SCORES].reverse();
        this.columns = SCORES;
        this.state = useState({ measure: "count", focus: [5, 5], ...this.props.state });
        useSetupAction({
            getLocalState: () => ({ measure: this.state.measure, focus: this.state.focus }),
        });
        onWillStart(async () => {
            this.data = await this.orm.call("sme.customer.value", "rfm_heat_map", []);
            this.cells = new Map(this.data.cells.map((cell) => [`${cell.r}${cell.f}`, cell]));
        });
    }

    get display() {
        return { controlPanel: {} };
    }

    get measures() {
        return [
            { name: "count", label: _t("Customers") },
            { name: "revenue", label: _t("Revenue, 12 months") },
            { name: "margin", label: _t("Margin, 12 months") },
            { name: "mean_m", label: _t("Mean monetary score") },
        ];
    }

    get hasScores() {
        return this.data.totals.count > 0;
    }

    get emptyText() {
        return this.data.buyers < this.data.needed
            ? _t(
                  "RFM parts the customers who bought into fifths, so it takes at least %(needed)s of them; so far there are %(buyers)s.",
                  { needed: this.data.needed, buyers: this.data.buyers }
              )
            : _t(
                  "Customers have bought, but the scores are not worked out yet, or nobody bought within the RFM window. They are worked out every night and minutes after new orders."
              );
    }

    cell(r, f) {
        return this.cells.get(`${r}${f}`);
    }

    /** Share of the strongest cell, 0 to 1; the root keeps small cells visible. */
    heat(cell) {
        if (this.state.measure === "mean_m") {
            return cell.count ? (cell.mean_m - 1) / 4 : 0;
        }
        const top = Math.max(...this.data.cells.map((it) => it[this.state.measure]), 0);
        return top > 0 ? Math.sqrt(Math.max(cell[this.state.measure], 0) / top) : 0;
    }

    cellClass(cell) {
        return {
            o_crm_sme_heat_dark: this.heat(cell) > DARK_FROM,
            o_crm_sme_heat_empty: !cell.count,
            o_crm_sme_heat_loss: cell[this.state.measure] < 0,
        };
    }

    cellStyle(cell) {
        return `--o-crm-sme-heat: ${Math.round(100 * this.heat(cell))}%`;
    }

    format(measure, value, humanReadable = false) {
        if (measure === "count") {
            return formatInteger(value, { humanReadable });
        }
        if (measure === "mean_m") {
            return value ? formatFloat(value, { digits: [16, 1] }) : "–";
        }
        return formatMonetary(value, { currencyId: this.data.currency_id, humanReadable });
    }

    shown(cell) {
        return cell.count ? this.format(this.state.measure, cell[this.state.measure], true) : "";
    }

    share(sums) {
        const name = this.state.measure === "mean_m" ? "count" : this.state.measure;
        const total = this.data.totals[name];
        return total > 0 ? Math.max(sums[name], 0) / total : 0;
    }

    shareText(sums) {
        const share = this.share(sums);
        return share > 0 && share < 0.01
            ? `< ${formatPercentage(0.01)}`
            : formatPercentage(Math.round(100 * share) / 100);
    }

    daysText(r) {
        const range = this.data.recency[r - 1];
        if (!range) {
            return _t("nobody");
        }
        const [from, to] = range;
        if (to === null) {
            return _t("%s days or more", from);
        }
        return from === to ? _t("%s days", from) : _t("%(from)s–%(to)s days", { from, to });
    }

    ordersText(f) {
        const range = this.data.frequency[f - 1];
        if (!range) {
            return _t("nobody");
        }
        const [from, to] = range;
        if (to === null) {
            return _t("%s orders or more", from);
        }
        if (from === to) {
            return from === 1 ? _t("1 order") : _t("%s orders", from);
        }
        return _t("%(from)s–%(to)s orders", { from, to });
    }

    names(cell) {
        return cell.names.map((it) => it.name).join(", ");
    }

    label(cell) {
        const parts = [
            _t("Recency %(r)s (%(days)s), frequency %(f)s (%(orders)s)", {
                r: cell.r,
                f: cell.f,
                days: this.daysText(cell.r),
                orders: this.ordersText(cell.f),
            }),
            this.names(cell),
            ...this.measures.map((it) => `${it.label}: ${this.format(it.name, cell[it.name])}`),
        ];
        return parts.filter(Boolean).join("\n");
    }

    segmentTitle(segment) {
        return `${segment.name}\n${this.measures
            .slice(0, 3)
            .map((it) => `${it.label}: ${this.format(it.name, segment[it.name])}`)
            .join("\n")}`;
    }

    isFocused(cell) {
        return cell.r === this.state.focus[0] && cell.f === this.state.focus[1];
    }

    /** One stop for Tab; the arrows walk over the cells. */
    onKeydown(ev, cell) {
        const move = MOVES[ev.key];
        if (!move) {
            return;
        }
        ev.preventDefault();
        const [r, f] = [cell.r + move[0], cell.f + move[1]].map((it) =>
            Math.min(Math.max(it, 1), 5)
        );
        this.state.focus = [r, f];
        this.grid.el.querySelector(`[data-cell="${r}${f}"]`).focus();
    }

    openCell(cell) {
        this.state.focus = [cell.r, cell.f];
        return this.open(_t("Recency %(r)s, frequency %(f)s", { r: cell.r, f: cell.f }), [
            ["r_score", "=", cell.r],
            ["f_score", "=", cell.f],
        ]);
    }

    openSegment(segment) {
        return this.open(segment.name, [
            ["segment_id", "=", segment.id],
            ["r_score", ">", 0],
        ]);
    }

    open(name, domain) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: "sme.customer.value",
            views: VIEWS,
            domain: [["company_id", "=", this.data.company_id], ...domain],
        });
    }
}

registry.category("actions").add("crm_sme.rfm_heat_map", RfmHeatMap);
