"use strict";
/* Serve the demo shop: node server.js PORT FILE */

const { bootstrap, JobQueueService } = require("@vendure/core");
const { shopConfig } = require("./config");
const { saveRegularly } = require("./storage");

async function main() {
    const [port, file] = process.argv.slice(2);
    const app = await bootstrap(
        shopConfig({ port: Number(port), file, synchronize: false }),
    );
    await app.get(JobQueueService).start();
    saveRegularly(app, file);
}

main().catch((error) => {
    console.error(error);
    process.exit(1);
});
