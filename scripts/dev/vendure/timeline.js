"use strict";
/*
 * Spread the seeded orders over the past year.
 *
 * Everything was made within a minute; each order with all that hangs on it is moved
 * back, parcels leave a day after the order and arrive some days later, and refunds
 * come after that.
 */

const { TransactionalConnection } = require("@vendure/core");

const DAY_S = 86400;
const SHIP_AFTER_S = 1 * DAY_S;
const DELIVER_AFTER_S = 4 * DAY_S;
const REFUND_AFTER_S = 9 * DAY_S;

function moved(column, seconds) {
    const by = `'${seconds >= 0 ? "+" : ""}${Math.round(seconds)} seconds'`;
    // TypeORM writes whole seconds by default and milliseconds where it sets a value.
    return (
        `"${column}" = CASE WHEN length("${column}") > 19 ` +
        `THEN strftime('%Y-%m-%d %H:%M:%f', "${column}", ${by}) ` +
        `ELSE datetime("${column}", ${by}) END`
    );
}

function orderStatements(id, backS) {
    // What happened to an order of today has happened by now.
    const by = (seconds) => Math.min(seconds, backS / 2);
    const shipAfterS = by(SHIP_AFTER_S);
    const deliverAfterS = by(DELIVER_AFTER_S);
    const refundAfterS = by(REFUND_AFTER_S);
    const set = (table, where, created = 0, updated = created) =>
        `UPDATE "${table}" SET ${moved("createdAt", created - backS)}, ` +
        `${moved("updatedAt", updated - backS)} WHERE ${where}`;
    const parcels =
        'id IN (SELECT "fulfillmentId" FROM order_fulfillments_fulfillment ' +
        `WHERE "orderId" = ${id})`;
    const payments = `(SELECT id FROM payment WHERE "orderId" = ${id})`;
    const history = (like) => `"orderId" = ${id} AND ${like}`;
    const shipped = `("type" = 'ORDER_FULFILLMENT' OR "data" LIKE '%"to":"Shipped"%')`;
    const delivered = `"data" LIKE '%"to":"%Delivered"%'`;
    const refunded = `"type" = 'ORDER_REFUND_TRANSITION'`;
    const other = `NOT ${shipped} AND NOT ${delivered} AND NOT ${refunded}`;
    return [
        `UPDATE "order" SET ${moved("orderPlacedAt", -backS)} WHERE id = ${id}`,
        set("order", `id = ${id}`),
        set("order_line", `"orderId" = ${id}`),
        set("shipping_line", `"orderId" = ${id}`),
        set("surcharge", `"orderId" = ${id}`),
        set("payment", `"orderId" = ${id}`),
        set("refund", `"paymentId" IN ${payments}`, refundAfterS),
        set("fulfillment", `${parcels} AND state = 'Delivered'`, shipAfterS,
            deliverAfterS),
        set("fulfillment", `${parcels} AND state <> 'Delivered'`, shipAfterS),
        set("history_entry", history(shipped), shipAfterS),
        set("history_entry", history(delivered), deliverAfterS),
        set("history_entry", history(refunded), refundAfterS),
        set("history_entry", history(other)),
    ];
}

/**
 * Move orders back in time.
 *
 * @param {object} app the running shop
 * @param {Map<string, number>} backS seconds to go back, by order id
 */
async function spread(app, backS) {
    const connection = app.get(TransactionalConnection).rawConnection;
    for (const [id, seconds] of backS) {
        for (const statement of orderStatements(Number(id), seconds)) {
            await connection.query(statement);
        }
    }
    const first = Math.max(...backS.values()) + 30 * DAY_S;
    for (const table of ["customer", "product", "product_variant"]) {
        await connection.query(
            `UPDATE "${table}" SET ${moved("createdAt", -first)}, ` +
                moved("updatedAt", -first),
        );
    }
}

module.exports = { DAY_S, spread };
