"use strict";
/* A Medusa server of the live tests: without admin pages, Redis and workers. */

const { defineConfig } = require("@medusajs/framework/utils");

const address = "http://127.0.0.1";

module.exports = defineConfig({
    admin: { disable: true },
    projectConfig: {
        databaseUrl: process.env.DATABASE_URL,
        databaseDriverOptions: { connection: { ssl: false } },
        http: {
            storeCors: address,
            adminCors: address,
            authCors: address,
            jwtSecret: process.env.JWT_SECRET,
            cookieSecret: process.env.COOKIE_SECRET,
        },
    },
});
