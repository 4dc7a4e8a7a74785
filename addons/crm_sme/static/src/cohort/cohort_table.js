/** What a cell of the table can show. */
export const MEASURES = ["share", "customers", "orders", "revenue"];

/**
 * Value of one cell.
 *
 * @param {Object} cell customers, orders and revenue of one cohort in one month
 * @param {number} size customers of the cohort in its first month
 * @param {string} measure one of MEASURES
 * @returns {number} the share is 0 to 1
 */
export function cellValue(cell, size, measure) {
    if (measure === "share") {
        return size ? cell.customers / size : 0;
    }
    return cell[measure];
}

/**
 * Rows of the table, each cell with its value and the strength of its colour.
 *
 * The first month is left out of the scale: everybody bought in it, so all that follows
 * would look pale next to it.
 *
 * @param {Array} cohorts as the server gives them, oldest first
 * @param {string} measure one of MEASURES
 * @returns {Array} rows: month, label, size, cells (month, since, value, strength 0 to 1,
 *     isRunning)
 */
export function buildRows(cohorts, measure) {
    const rows = cohorts.map(({ month, label, cells }) => ({
        month,
        label,
        size: cells[0].customers,
        cells: cells.map((cell, since) => ({
            month: cell.month,
            since,
            value: cellValue(cell, cells[0].customers, measure),
            customers: cell.customers,
            isRunning: since === cells.length - 1,
        })),
    }));
    const later = rows.flatMap((row) => row.cells.slice(1).map((cell) => cell.value));
    const highest = Math.max(0, ...later);
    for (const row of rows) {
        for (const cell of row.cells) {
            const part = highest > 0 ? Math.max(0, cell.value) / highest : 0;
            cell.strength = cell.since ? part : 0;
        }
    }
    return rows;
}

/**
 * All cohorts together by months since: the share is weighted by their size.
 *
 * Cohorts that have not come so far, or are in the month that is not over, are left out.
 *
 * @param {Array} cohorts as the server gives them
 * @param {string} measure one of MEASURES
 * @returns {Array} one value a column; null where no cohort is left
 */
export function buildTotals(cohorts, measure) {
    return cohorts.map((_cohort, since) => {
        const done = cohorts.filter(({ cells }) => since < cells.length - 1);
        if (!done.length) {
            return null;
        }
        const sum = (name, place) =>
            done.reduce((total, { cells }) => total + cells[place][name], 0);
        if (measure === "share") {
            const size = sum("customers", 0);
            return size ? sum("customers", since) / size : 0;
        }
        return sum(measure, since);
    });
}
