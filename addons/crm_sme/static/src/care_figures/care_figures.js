import { Component, onWillStart } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { parseXML } from "@web/core/utils/xml";
import { Record } from "@web/model/record";
import { extractFieldsFromArchInfo } from "@web/model/relational_model/utils";
import { FormArchParser } from "@web/views/form/form_arch_parser";
import { FormRenderer } from "@web/views/form/form_renderer";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const VIEW = "crm_sme.sme_partner_view_form_figures";

/**
 * What the page "Customer Care" only shows: a form of its own within the contact's form,
 * read when the page is opened. A page that nobody opens costs nothing.
 *
 * It is read anew whenever the contact is: after a button, a dialog, the pager.
 */
export class CareFigures extends Component {
    static template = "crm_sme.CareFigures";
    static components = { FormRenderer, Record };
    static props = { ...standardWidgetProps };

    setup() {
        this.viewService = useService("view");
        onWillStart(() => this.loadView());
    }

    async loadView() {
        const { resModel } = this.props.record;
        const { fields, relatedModels, views } = await this.viewService.loadViews({
            context: { ...user.context, form_view_ref: VIEW },
            resModel,
            views: [[false, "form"]],
        });
        this.archInfo = new FormArchParser().parse(
            parseXML(views.form.arch),
            relatedModels,
            resModel
        );
        this.viewFields = extractFieldsFromArchInfo(this.archInfo, fields);
    }

    get recordProps() {
        const { context, resId, resModel } = this.props.record;
        return { ...this.viewFields, context, mode: "readonly", resId, resModel };
    }
}

export const careFigures = { component: CareFigures };

registry.category("view_widgets").add("crm_sme_care", careFigures);
