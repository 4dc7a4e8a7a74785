"use strict";
/* The shop's settings, products and customers. */

const { PRODUCTS } = require("./catalogue");
const { person } = require("./people");

const CUSTOMERS = 120;
const CURRENCY = "CNY";

async function setUpChannel(admin) {
    await admin.send(
        `mutation { updateGlobalSettings(input: { availableLanguages: [en, zh_Hans],
            trackInventory: false }) { ... on ErrorResult { errorCode message } } }`,
    );
    const { activeChannel } = await admin.send("{ activeChannel { id } }");
    await admin.send(
        `mutation ($input: UpdateChannelInput!) {
            updateChannel(input: $input) { ... on ErrorResult { errorCode message } }
        }`,
        {
            input: {
                id: activeChannel.id,
                availableLanguageCodes: ["en", "zh_Hans"],
                availableCurrencyCodes: [CURRENCY],
                defaultCurrencyCode: CURRENCY,
                pricesIncludeTax: true,
            },
        },
    );
    await admin.send(
        `mutation ($input: CreatePromotionInput!) {
            createPromotion(input: $input) { ... on ErrorResult { errorCode message } }
        }`,
        {
            input: {
                enabled: true,
                couponCode: "WELCOME10",
                translations: [
                    { languageCode: "en", name: "Welcome: 10 % off" },
                    { languageCode: "zh_Hans", name: "新客九折" },
                ],
                conditions: [],
                actions: [
                    {
                        code: "order_percentage_discount",
                        arguments: [{ name: "discount", value: "10" }],
                    },
                ],
            },
        },
    );
}

async function makeProducts(admin, random) {
    const variants = [];
    for (const product of PRODUCTS) {
        variants.push(...(await makeProduct(admin, random, product)));
    }
    return variants;
}

async function makeProduct(admin, random, [code, en, zh, group, price, step]) {
    const slug = code.toLowerCase();
    const { createProduct } = await admin.send(
        `mutation ($input: CreateProductInput!) { createProduct(input: $input) { id } }`,
        {
            input: {
                enabled: true,
                translations: [
                    { languageCode: "en", name: en, slug, description: en },
                    { languageCode: "zh_Hans", name: zh, slug: `zh-${slug}`, description: zh },
                ],
            },
        },
    );
    const options = group.options.map(([key, enName, zhName]) => ({
        code: `${slug}-${key}`,
        translations: [
            { languageCode: "en", name: enName },
            { languageCode: "zh_Hans", name: zhName },
        ],
    }));
    const { createProductOptionGroup: made } = await admin.send(
        `mutation ($input: CreateProductOptionGroupInput!) {
            createProductOptionGroup(input: $input) { id options { id } } }`,
        {
            input: {
                code: `${slug}-${group.code}`,
                translations: [
                    { languageCode: "en", name: group.en },
                    { languageCode: "zh_Hans", name: group.zh },
                ],
                options,
            },
        },
    );
    await admin.send(
        `mutation ($product: ID!, $group: ID!) {
            addOptionGroupToProduct(productId: $product, optionGroupId: $group) { id } }`,
        { product: createProduct.id, group: made.id },
    );
    const input = group.options.map(([key, enName, zhName], at) => ({
        productId: createProduct.id,
        sku: `${code}-${key.slice(0, 1).toUpperCase()}`,
        price: price + at * step,
        optionIds: [made.options[at].id],
        stockOnHand: random.integer(500, 2000),
        translations: [
            { languageCode: "en", name: `${en} ${enName}` },
            { languageCode: "zh_Hans", name: `${zh} ${zhName}` },
        ],
    }));
    const { createProductVariants } = await admin.send(
        `mutation ($input: [CreateProductVariantInput!]!) {
            createProductVariants(input: $input) { id } }`,
        { input },
    );
    return createProductVariants.map((variant) => variant.id);
}

async function makeCustomers(admin, random) {
    const made = [];
    for (let number = 1; number <= CUSTOMERS; number++) {
        const { customer, address } = person(random, number);
        const { createCustomer } = await admin.send(
            `mutation ($input: CreateCustomerInput!) {
                createCustomer(input: $input) {
                    ... on Customer { id } ... on ErrorResult { errorCode message } } }`,
            { input: customer },
        );
        await admin.send(
            `mutation ($customer: ID!, $input: CreateAddressInput!) {
                createCustomerAddress(customerId: $customer, input: $input) { id } }`,
            {
                customer: createCustomer.id,
                input: { ...address, defaultShippingAddress: true },
            },
        );
        made.push({ id: createCustomer.id, address });
    }
    return made;
}

module.exports = { makeCustomers, makeProducts, setUpChannel };
