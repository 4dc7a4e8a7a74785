import { expect, test } from "@odoo/hoot";
import { cumulativeShare } from "@crm_sme/pareto_graph/pareto_graph";

test("the line rises to all of it", () => {
    expect(cumulativeShare([6, 3, 1])).toEqual([60, 90, 100]);
});

test("without cases the line lies on the ground", () => {
    expect(cumulativeShare([0, 0])).toEqual([0, 0]);
    expect(cumulativeShare([])).toEqual([]);
});
