import { registry } from "@web/core/registry";

/** Plan a campaign, note what it cost, see what came of it. */
registry.category("web_tour.tours").add("sme_campaign", {
    url: "/odoo/sme-campaigns",
    steps: () => [
        {
            content: "Make a campaign",
            trigger: ".o_list_button_add",
            run: "click",
        },
        {
            content: "Name it",
            trigger: ".o_field_widget[name=title] input",
            run: "edit Autumn tea",
        },
        {
            content: "Its coupon",
            trigger: ".o_field_widget[name=coupon_codes] input",
            run: "edit AUTUMN",
        },
        {
            content: "What it shall bring",
            trigger: ".o_field_widget[name=planned_revenue] input",
            run: "edit 400",
        },
        {
            content: "Note a cost",
            trigger: ".nav-link[name=sme_costs]",
            run: "click",
        },
        {
            trigger: "[name=cost_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            trigger: "[name=cost_ids] .o_data_row [name=name] input",
            run: "edit Posters",
        },
        {
            trigger: "[name=cost_ids] .o_data_row [name=amount] input",
            run: "edit 25",
        },
        {
            content: "Save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "Sum up what came in",
            trigger: "button[name=action_sme_refresh]:enabled",
            run: "click",
        },
        {
            content: "Half of the plan is reached: the order with the coupon",
            trigger: ".o_crm_sme_campaign_figures [name=reached]:contains(50%)",
        },
        {
            content: "Start the checklist",
            trigger: "button[name=action_sme_start_checklist]",
            run: "click",
        },
        {
            trigger: ".modal button[name=action_schedule_plan]",
            run: "click",
        },
        {
            content: "See the tasks",
            trigger:
                ".o_form_view:not(:has(button[name=action_sme_start_checklist])) " +
                ".nav-link[name=sme_checklist]",
            run: "click",
        },
        {
            trigger: "[name=checklist_ids] .o_data_row:contains(Review)",
        },
        {
            content: "Open the orders behind the figure",
            trigger: "button[name=action_sme_sales]",
            run: "click",
        },
        {
            trigger: ".o_data_row td[name=partner_id]:contains(Coupon Carla)",
        },
    ],
});
