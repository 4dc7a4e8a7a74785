import { Component } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";

/** Tells where each figure of a customer comes from; words and numbers are the server's. */
export class ValueWhyDialog extends Component {
    static template = "crm_sme.ValueWhyDialog";
    static components = { Dialog };
    static props = {
        close: Function,
        why: {
            type: Object,
            shape: {
                title: String,
                computed: String,
                sections: {
                    type: Array,
                    element: {
                        type: Object,
                        shape: {
                            key: String,
                            title: String,
                            value: String,
                            words: String,
                            inputs: Array,
                        },
                    },
                },
                sure: {
                    type: Object,
                    shape: { level: String, label: String, reasons: Array },
                },
            },
        },
    };

    get sureClass() {
        return `o_crm_sme_sure_${this.props.why.sure.level}`;
    }
}
