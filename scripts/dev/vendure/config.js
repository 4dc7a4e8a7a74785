"use strict";
/* How the demo shop runs: SQLite in memory (sql.js), written to one file. */

const {
    DefaultLogger,
    dummyPaymentHandler,
    LanguageCode,
    LogLevel,
} = require("@vendure/core");

const SUPERADMIN = { identifier: "superadmin", password: "superadmin" };

/**
 * Build Vendure's configuration.
 *
 * @param {object} options
 * @param {number} options.port loopback port of both APIs
 * @param {string} options.file SQLite file; read at start when it exists
 * @param {boolean} options.synchronize create the tables
 * @param {object} [options.orderOptions] more settings for orders
 */
function shopConfig({ port, file, synchronize, orderOptions = {} }) {
    return {
        apiOptions: {
            hostname: "127.0.0.1",
            port,
            adminApiPath: "admin-api",
            shopApiPath: "shop-api",
            cors: false,
        },
        authOptions: {
            tokenMethod: ["bearer", "api-key"],
            requireVerification: false,
            superadminCredentials: SUPERADMIN,
            cookieOptions: { secret: "loopback demo shop, never on a network" },
        },
        dbConnectionOptions: {
            type: "sqljs",
            autoSave: false,
            location: file,
            synchronize,
            logging: false,
        },
        defaultLanguageCode: LanguageCode.en,
        logger: new DefaultLogger({ level: LogLevel.Warn, timestamp: true }),
        orderOptions,
        paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
        plugins: [],
    };
}

module.exports = { shopConfig, SUPERADMIN };
