"use strict";
/* A small client of the shop's own GraphQL APIs. */

class Api {
    constructor(port, path) {
        this.address = `http://127.0.0.1:${port}/${path}`;
        this.token = "";
    }

    /**
     * Send one document; sessions are kept by bearer token.
     *
     * Vendure reports refused mutations as results of a type with `errorCode`: these
     * become errors here too.
     */
    async send(query, variables = {}) {
        const headers = { "content-type": "application/json" };
        if (this.token) {
            headers.authorization = `Bearer ${this.token}`;
        }
        const response = await fetch(this.address, {
            method: "POST",
            headers,
            body: JSON.stringify({ query, variables }),
        });
        this.token = response.headers.get("vendure-auth-token") || this.token;
        const answer = await response.json();
        const refused = Object.values(answer.data || {}).find((it) => it?.errorCode);
        if (answer.errors || refused) {
            throw new Error(JSON.stringify(answer.errors || refused) + query);
        }
        return answer.data;
    }
}

module.exports = { Api };
