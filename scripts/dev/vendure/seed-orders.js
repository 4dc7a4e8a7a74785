"use strict";
/* Orders in every state that a real shop shows. */

const { person } = require("./people");
const { DAY_S } = require("./timeline");

const ORDERS = 300;
const SPAN_DAYS = 365;
const SETTLED_DAYS = 12;
const GUEST_SHARE = 0.15;
const CARRIERS = ["SF Express", "ZTO Express", "DHL"];
const REFUSED = "... on ErrorResult { errorCode message }";

/* What becomes of an order, by weight; recent ones cannot have arrived yet. */
const OLD_FATES = {
    delivered: 66,
    deliveredPartRefund: 6,
    deliveredFullRefund: 3,
    partlyDelivered: 3,
    shipped: 6,
    partlyShipped: 3,
    linesCancelled: 3,
    cancelled: 7,
    settled: 3,
};
const RECENT_FATES = { settled: 55, shipped: 30, partlyShipped: 10, cancelled: 5 };
const RECENT_GUEST_FATES = { authorized: 40, settled: 60 };

/** Make all orders; gives for each order id how many seconds it shall go back. */
async function makeOrders(shop) {
    const backS = new Map();
    for (let number = 0; number < ORDERS; number++) {
        const ageDays = SPAN_DAYS * (1 - number / (ORDERS - 1)) ** 1.3;
        const jitterS = shop.random.integer(0, 36000);
        const guest = shop.random.next() < GUEST_SHARE;
        const order = guest
            ? await placeAsGuest(shop, number)
            : await placeByStaff(shop, number);
        await meetFate(shop, order, ageDays);
        backS.set(order.id, Math.round(ageDays * DAY_S + (ageDays > 1 ? jitterS : 0)));
    }
    await leaveCarts(shop);
    return backS;
}

function chooseLines({ random, variants }) {
    const lines = new Map();
    for (let count = random.integer(1, 4); count > 0; count--) {
        lines.set(random.pickEarly(variants), random.integer(1, 3));
    }
    return [...lines];
}

async function placeByStaff(shop, number) {
    const { admin, random } = shop;
    const customer = random.pickEarly(shop.customers);
    const { createDraftOrder } = await admin.send("mutation { createDraftOrder { id } }");
    const order = createDraftOrder.id;
    const items = chooseLines(shop).map(
        ([variant, quantity], at) =>
            `l${at}: addItemToDraftOrder(orderId: $order, input: {
                productVariantId: "${variant}", quantity: ${quantity} }) { ${REFUSED} }`,
    );
    const coupon =
        number % 9 === 0
            ? `coupon: applyCouponCodeToDraftOrder(orderId: $order,
                couponCode: "WELCOME10") { ${REFUSED} }`
            : "";
    await admin.send(
        `mutation ($order: ID!, $customer: ID!, $address: CreateAddressInput!,
                   $method: ID!) {
            ${items.join("\n")}
            who: setCustomerForDraftOrder(orderId: $order, customerId: $customer) {
                ${REFUSED} }
            where: setDraftOrderShippingAddress(orderId: $order, input: $address) { id }
            ${coupon}
            how: setDraftOrderShippingMethod(orderId: $order, shippingMethodId: $method) {
                ${REFUSED} }
            step: transitionOrderToState(id: $order, state: "ArrangingPayment") {
                ${REFUSED} }
        }`,
        {
            order,
            customer: customer.id,
            address: customer.address,
            method: number % 4 ? "1" : "2",
        },
    );
    const { addManualPaymentToOrder } = await admin.send(
        `mutation ($input: ManualPaymentInput!) {
            addManualPaymentToOrder(input: $input) {
                ... on Order { ${ORDER_FIELDS} } ${REFUSED} } }`,
        {
            input: {
                orderId: order,
                method: "alipay",
                transactionId: `ALI${10000 + number}`,
                metadata: {},
            },
        },
    );
    return addManualPaymentToOrder;
}

const ORDER_FIELDS = `id state totalWithTax lines { id quantity proratedUnitPriceWithTax }
    payments { id state amount }`;

async function placeAsGuest(shop, number) {
    const session = shop.newShopSession();
    const { customer, address } = person(shop.random, 1000 + number);
    for (const [variant, quantity] of chooseLines(shop)) {
        await session.send(
            `mutation { addItemToOrder(productVariantId: "${variant}",
                quantity: ${quantity}) { ${REFUSED} } }`,
        );
    }
    // Every fifth guest's first card is declined: a payment that brought nothing.
    const declined =
        number % 5 === 0
            ? `declined: addPaymentToOrder(input: { method: "card",
                metadata: { shouldDecline: true } }) { __typename }`
            : "";
    await session.send(
        `mutation ($customer: CreateCustomerInput!, $address: CreateAddressInput!) {
            who: setCustomerForOrder(input: $customer) { ${REFUSED} }
            where: setOrderShippingAddress(input: $address) { ${REFUSED} }
            how: setOrderShippingMethod(shippingMethodId: ["1"]) { ${REFUSED} }
            step: transitionOrderToState(state: "ArrangingPayment") { ${REFUSED} }
            ${declined}
        }`,
        { customer, address },
    );
    const { addPaymentToOrder } = await session.send(
        `mutation { addPaymentToOrder(input: { method: "card", metadata: {} }) {
            ... on Order { ${ORDER_FIELDS} } ${REFUSED} } }`,
    );
    return addPaymentToOrder;
}

async function meetFate(shop, order, ageDays) {
    const { admin, random } = shop;
    const authorized = order.payments.find((it) => it.state === "Authorized");
    const weights = ageDays > SETTLED_DAYS
        ? OLD_FATES
        : authorized ? RECENT_GUEST_FATES : RECENT_FATES;
    const fate = random.weighted(weights);
    if (fate === "authorized") {
        return;
    }
    if (authorized) {
        await admin.send(
            `mutation ($id: ID!) { settlePayment(id: $id) { ${REFUSED} } }`,
            { id: authorized.id },
        );
    }
    await FATES[fate](shop, order);
}

const FATES = {
    settled: async () => {},
    cancelled: (shop, order) => cancel(shop, order, null),
    linesCancelled: (shop, order) =>
        cancel(shop, order, [{ orderLineId: order.lines[0].id, quantity: 1 }]),
    shipped: (shop, order) => fulfil(shop, order, allLines(order), ["Shipped"]),
    partlyShipped: (shop, order) => fulfil(shop, order, oneLine(order), ["Shipped"]),
    delivered: (shop, order) =>
        fulfil(shop, order, allLines(order), ["Shipped", "Delivered"]),
    partlyDelivered: (shop, order) =>
        fulfil(shop, order, oneLine(order), ["Shipped", "Delivered"]),
    deliveredPartRefund: async (shop, order) => {
        await FATES.delivered(shop, order);
        await refund(shop, order, order.lines[0].proratedUnitPriceWithTax);
    },
    deliveredFullRefund: async (shop, order) => {
        await FATES.delivered(shop, order);
        await refund(shop, order, order.totalWithTax);
    },
};

function allLines(order) {
    return order.lines.map(({ id, quantity }) => ({ orderLineId: id, quantity }));
}

function oneLine(order) {
    return [{ orderLineId: order.lines[0].id, quantity: 1 }];
}

async function fulfil({ admin, random }, order, lines, states) {
    const carrier = random.pick(CARRIERS);
    const { addFulfillmentToOrder } = await admin.send(
        `mutation ($input: FulfillOrderInput!) {
            addFulfillmentToOrder(input: $input) {
                ... on Fulfillment { id } ${REFUSED} } }`,
        {
            input: {
                lines,
                handler: {
                    code: "manual-fulfillment",
                    arguments: [
                        { name: "method", value: carrier },
                        {
                            name: "trackingCode",
                            value: `${carrier.slice(0, 2).toUpperCase()}${random.integer(1e11, 9e11)}`,
                        },
                    ],
                },
            },
        },
    );
    for (const state of states) {
        await admin.send(
            `mutation ($id: ID!, $state: String!) {
                transitionFulfillmentToState(id: $id, state: $state) { ${REFUSED} } }`,
            { id: addFulfillmentToOrder.id, state },
        );
    }
}

async function cancel({ admin }, order, lines) {
    await admin.send(
        `mutation ($input: CancelOrderInput!) { cancelOrder(input: $input) { ${REFUSED} } }`,
        {
            input: {
                orderId: order.id,
                lines,
                cancelShipping: lines === null,
                reason: "Customer changed their mind",
            },
        },
    );
}

async function refund({ admin, random }, order, amount) {
    const payment = order.payments.find((it) => it.state !== "Declined");
    const { refundOrder } = await admin.send(
        `mutation ($input: RefundOrderInput!) {
            refundOrder(input: $input) {
                ... on Refund { id state } ${REFUSED} } }`,
        {
            input: {
                lines: [],
                shipping: 0,
                adjustment: 0,
                amount,
                paymentId: payment.id,
                reason: random.pick(["Broken on arrival", "包装破损", "Wrong size"]),
            },
        },
    );
    if (refundOrder.state === "Pending") {
        await admin.send(
            `mutation ($input: SettleRefundInput!) {
                settleRefund(input: $input) { ${REFUSED} } }`,
            { input: { id: refundOrder.id, transactionId: `RF${refundOrder.id}` } },
        );
    }
}

/** Carts that nobody paid: they are orders of no customer's history. */
async function leaveCarts(shop) {
    for (let number = 0; number < 5; number++) {
        const session = shop.newShopSession();
        await session.send(
            `mutation { addItemToOrder(productVariantId: "${shop.variants[number]}",
                quantity: 1) { ${REFUSED} } }`,
        );
    }
}

module.exports = { makeOrders };
