"use strict";
/*
 * Fill a new shop through its own APIs and keep it in a file:
 *
 *   node seed.js PORT FILE
 *
 * The last line of the output is JSON: the API key of the administrator. A fixed seed
 * gives the same people, products, amounts and states in every run.
 */

const { bootstrap, Logger } = require("@vendure/core");
const { populateInitialData } = require("@vendure/core/cli");
const { Api } = require("./api");
const { INITIAL_DATA } = require("./catalogue");
const { shopConfig, SUPERADMIN } = require("./config");
const { makeCustomers, makeProducts, setUpChannel } = require("./seed-master");
const { makeOrders } = require("./seed-orders");
const { Random } = require("./random");
const { save } = require("./storage");
const { spread } = require("./timeline");

const SEED = 19;

async function start(port, file) {
    let number = 10000;
    const orderCodeStrategy = { generate: () => `TEA${++number}` };
    const config = shopConfig({
        port,
        file,
        synchronize: true,
        orderOptions: { orderCodeStrategy },
    });
    const app = await bootstrap(config);
    await populateInitialData(app, INITIAL_DATA);
    return app;
}

async function logIn(api) {
    await api.send(
        `mutation ($username: String!, $password: String!) {
            login(username: $username, password: $password) {
                ... on ErrorResult { errorCode message }
            }
        }`,
        { username: SUPERADMIN.identifier, password: SUPERADMIN.password },
    );
}

async function makeApiKey(api) {
    const { me, roles } = await api.send("{ me { id } roles { items { id code } } }");
    const own = roles.items.filter((role) => role.code === "__super_admin_role__");
    const { createApiKey } = await api.send(
        `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { apiKey } }`,
        {
            input: {
                roleIds: own.map((role) => role.id),
                translations: [{ languageCode: "en", name: `Sync of user ${me.id}` }],
            },
        },
    );
    return createApiKey.apiKey;
}

async function main() {
    const [portText, file] = process.argv.slice(2);
    const port = Number(portText);
    const random = new Random(SEED);
    const app = await start(port, file);
    const admin = new Api(port, "admin-api");
    await logIn(admin);
    await setUpChannel(admin);
    const variants = await makeProducts(admin, random);
    Logger.warn(`${variants.length} product variants`, "seed");
    const customers = await makeCustomers(admin, random);
    Logger.warn(`${customers.length} customers`, "seed");
    const newShopSession = () => new Api(port, "shop-api");
    const backS = await makeOrders({ admin, newShopSession, random, variants, customers });
    await spread(app, backS);
    const apiKey = await makeApiKey(admin);
    if (!save(app, file)) {
        throw new Error("the shop was still writing; run the seeding again");
    }
    Logger.warn(`${backS.size} orders`, "seed");
    console.log(JSON.stringify({ apiKey }));
    await app.close();
    process.exit(0);
}

main().catch((error) => {
    console.error(error);
    process.exit(1);
});
