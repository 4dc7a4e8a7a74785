import { Component, useEffect, useRef } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

import { jsonLines } from "./json_lines";

/** Shows a JSON field read-only, line by line, and marks where the fault is. */
export class JsonPayloadField extends Component {
    static template = "crm_sme.JsonPayloadField";
    static props = {
        ...standardFieldProps,
        pathField: { type: String, optional: true },
    };

    setup() {
        this.notification = useService("notification");
        this.root = useRef("root");
        useEffect(
            (body) => {
                const fault = body?.querySelector(".o_crm_sme_json_fault");
                if (fault) {
                    body.scrollTop = fault.offsetTop - body.clientHeight / 3;
                }
            },
            () => [this.root.el, this.faultPath]
        );
    }

    get value() {
        return this.props.record.data[this.props.name];
    }

    get faultPath() {
        return this.props.pathField ? this.props.record.data[this.props.pathField] : false;
    }

    get isEmpty() {
        return this.value === null || this.value === undefined || this.value === false;
    }

    get lines() {
        return jsonLines(this.value, this.faultPath);
    }

    quoted(key) {
        return JSON.stringify(key);
    }

    async copy() {
        await browser.navigator.clipboard.writeText(JSON.stringify(this.value, null, 2));
        this.notification.add(_t("Copied"), { type: "success" });
    }
}

export const jsonPayloadField = {
    component: JsonPayloadField,
    displayName: _t("JSON, line by line"),
    supportedTypes: ["json"],
    supportedOptions: [
        {
            label: _t("Field with the place of the fault"),
            name: "path_field",
            type: "field",
            availableTypes: ["char"],
        },
    ],
    fieldDependencies: ({ options }) =>
        options.path_field ? [{ name: options.path_field, type: "char" }] : [],
    extractProps: ({ options }) => ({ pathField: options.path_field }),
};

registry.category("fields").add("crm_sme_json_payload", jsonPayloadField);
