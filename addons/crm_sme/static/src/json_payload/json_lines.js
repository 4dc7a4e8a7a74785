/**
 * Turn `lines[0].total`, `$.lines.0.total` and `data.lines[0].total` into one form.
 *
 * @param {string | false} path
 * @returns {string} `lines.0.total`, or "" for the whole record
 */
export function normalizePath(path) {
    return (path || "")
        .replace(/\[(?:"([^"]*)"|'([^']*)'|([^\]]*))\]/g, ".$1$2$3")
        .replace(/^\$/, "")
        .replace(/^\.+/, "")
        .replace(/^data\./, "");
}

function kindOf(value) {
    if (value === null || value === undefined) {
        return "null";
    }
    return Array.isArray(value) ? "array" : typeof value;
}

function pushLines(lines, value, { key, depth, path, last }) {
    const kind = kindOf(value);
    const comma = last ? "" : ",";
    const line = { id: lines.length, depth, key, path, kind };
    if (kind !== "array" && kind !== "object") {
        lines.push({ ...line, text: JSON.stringify(value ?? null), comma });
        return;
    }
    const [open, close] = kind === "array" ? "[]" : "{}";
    const entries = Object.entries(value);
    if (!entries.length) {
        lines.push({ ...line, text: open + close, comma });
        return;
    }
    lines.push({ ...line, text: open, comma: "" });
    entries.forEach(([name, child], index) =>
        pushLines(lines, child, {
            key: kind === "array" ? null : name,
            depth: depth + 1,
            path: path ? `${path}.${name}` : name,
            last: index === entries.length - 1,
        })
    );
    lines.push({ id: lines.length, depth, key: null, path, kind, text: close, comma });
}

/**
 * Lay a JSON value out line by line and mark the place of a fault.
 *
 * A fault whose own place is not in the record (a missing field) marks the nearest
 * place above it.
 *
 * @param {any} value
 * @param {string | false} faultPath
 * @returns {{id: number, depth: number, key: string | null, path: string, kind: string,
 *     text: string, comma: string, fault: boolean}[]}
 */
export function jsonLines(value, faultPath = false) {
    const lines = [];
    pushLines(lines, value, { key: null, depth: 0, path: "", last: true });
    let fault = normalizePath(faultPath);
    while (fault && !lines.some((line) => line.path.replace(/^data\./, "") === fault)) {
        fault = fault.includes(".") ? fault.slice(0, fault.lastIndexOf(".")) : "";
    }
    return lines.map((line) => ({
        ...line,
        fault: Boolean(fault) && line.path.replace(/^data\./, "") === fault,
    }));
}
