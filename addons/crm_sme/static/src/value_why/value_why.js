import { Component, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

import { ValueWhyDialog } from "./value_why_dialog";

/** The button "Why?" beside a customer's value: asks the server and shows its answer. */
export class ValueWhy extends Component {
    static template = "crm_sme.ValueWhy";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.state = useState({ busy: false });
    }

    async open() {
        this.state.busy = true;
        try {
            const why = await this.orm.call("sme.customer.value", "why", [
                [this.props.record.resId],
            ]);
            this.dialog.add(ValueWhyDialog, { why });
        } finally {
            this.state.busy = false;
        }
    }
}

export const valueWhy = { component: ValueWhy };

registry.category("view_widgets").add("crm_sme_why", valueWhy);
