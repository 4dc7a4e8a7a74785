"use strict";
/* Keep the in-memory database in its file, always whole. */

const fs = require("node:fs");
const { TransactionalConnection } = require("@vendure/core");

const SAVE_EVERY_MS = 2000;

/** Write the database if it is in no transaction; true when it was written. */
function save(app, file) {
    const { driver } = app.get(TransactionalConnection).rawConnection;
    if (driver.queryRunner?.isTransactionActive) {
        return false;
    }
    const part = `${file}.part`;
    fs.writeFileSync(part, Buffer.from(driver.export()));
    fs.renameSync(part, file);
    // Exporting opens the database anew, with SQLite's lax defaults.
    driver.databaseConnection.run("PRAGMA foreign_keys = ON");
    return true;
}

/** Save whenever something changed, and once more before the process ends. */
function saveRegularly(app, file) {
    const { driver } = app.get(TransactionalConnection).rawConnection;
    const changes = () =>
        driver.databaseConnection.exec("SELECT total_changes()")[0].values[0][0];
    let saved = changes();
    const tick = () => {
        if (changes() !== saved && save(app, file)) {
            saved = changes();
        }
    };
    const timer = setInterval(tick, SAVE_EVERY_MS);
    const end = async () => {
        clearInterval(timer);
        tick();
        await app.close();
        process.exit(0);
    };
    process.once("SIGTERM", end);
    process.once("SIGINT", end);
}

module.exports = { save, saveRegularly };
