"use strict";
/* Random choices that are the same in every run: mulberry32 from a fixed seed. */

class Random {
    constructor(seed) {
        this.state = seed >>> 0;
    }

    /** A number in [0, 1). */
    next() {
        this.state = (this.state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    }

    /** An integer from low to high, both included. */
    integer(low, high) {
        return low + Math.floor(this.next() * (high - low + 1));
    }

    /** One element. */
    pick(list) {
        return list[this.integer(0, list.length - 1)];
    }

    /** One element, the first ones far more often than the last ones. */
    pickEarly(list) {
        return list[Math.floor(this.next() ** 2.5 * list.length)];
    }

    /** The key of one weight; weights need not add up to anything. */
    weighted(weights) {
        const entries = Object.entries(weights);
        const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
        let left = this.next() * total;
        for (const [key, weight] of entries) {
            left -= weight;
            if (left < 0) {
                return key;
            }
        }
        return entries[entries.length - 1][0];
    }
}

module.exports = { Random };
