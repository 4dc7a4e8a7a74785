import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { GraphRenderer } from "@web/views/graph/graph_renderer";
import { graphView } from "@web/views/graph/graph_view";

const AXIS = "share";

/**
 * Running share of a total, in percent: what the first bars make up together.
 *
 * @param {number[]} values of the bars, as they stand
 * @returns {number[]} rising to 100, or zeros if there is nothing
 */
export function cumulativeShare(values) {
    const total = values.reduce((sum, value) => sum + value, 0);
    let running = 0;
    return values.map((value) => {
        running += value;
        return total ? (100 * running) / total : 0;
    });
}

/** Bars, the largest first, with the line of what they make up together. */
export class ParetoRenderer extends GraphRenderer {
    getBarChartData() {
        const { data } = this.model;
        const count = data.labels.length;
        const sums = Array.from({ length: count }, (_, index) =>
            data.datasets.reduce((sum, each) => sum + (each.data[index] || 0), 0)
        );
        this.model.lineOverlayDataset = {
            label: _t("Together (%)"),
            data: cumulativeShare(sums),
            trueLabels: data.labels,
            yAxisID: AXIS,
            stack: AXIS,
        };
        return super.getBarChartData();
    }

    getScaleOptions() {
        const scales = super.getScaleOptions();
        if (this.model.metaData.mode === "bar") {
            scales[AXIS] = {
                ...scales.y,
                position: "right",
                min: 0,
                max: 100,
                title: { text: _t("Together (%)") },
                grid: { display: false },
                ticks: { ...scales.y.ticks, callback: (value) => `${value} %` },
            };
        }
        return scales;
    }

    getTooltipItems(data, metaData, tooltipModel) {
        const line = this.model.lineOverlayDataset;
        const points = tooltipModel.dataPoints;
        const onLine = points.filter((point) => !data.datasets[point.datasetIndex]);
        const items = super.getTooltipItems(data, metaData, {
            ...tooltipModel,
            dataPoints: points.filter((point) => data.datasets[point.datasetIndex]),
        });
        for (const point of onLine) {
            items.push({
                label: line.trueLabels[point.dataIndex],
                value: `${Math.round(line.data[point.dataIndex])} %`,
                boxColor: line.borderColor,
            });
        }
        return items;
    }
}

registry.category("views").add("crm_sme_pareto_graph", {
    ...graphView,
    Renderer: ParetoRenderer,
});
