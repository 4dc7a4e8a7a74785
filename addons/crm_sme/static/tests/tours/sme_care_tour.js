import { registry } from "@web/core/registry";

/** A plan that came with the program: look, dry run, start. */
registry.category("web_tour.tours").add("sme_care_start", {
    url: "/odoo/sme-care-plans",
    steps: () => [
        {
            content: "Open the ready plan",
            trigger: ".o_kanban_record:contains(We miss you)",
            run: "click",
        },
        {
            content: "Its step reads as a timeline",
            trigger: ".o_data_row td[name=when_text]:contains(At the beginning)",
        },
        {
            content: "What would happen?",
            trigger: "button[name=action_dry_run]",
            run: "click",
        },
        {
            content: "One gets it, with his name",
            trigger: ".modal .o_data_row:contains(Silent Sam):contains(Hello Silent Sam)",
        },
        {
            content: "One does not, and it says why",
            trigger: ".modal .o_data_row:contains(Private Pia):contains(No consent)",
        },
        {
            content: "Read the message as he will",
            trigger: ".modal .o_data_row:contains(Silent Sam) td[name=partner_id]",
            run: "click",
        },
        {
            content: "There it is",
            trigger: ".modal:contains(We miss you, Silent Sam)",
        },
        {
            content: "Close it",
            trigger: ".modal:contains(We miss you, Silent Sam) .o_form_button_cancel",
            run: "click",
        },
        {
            content: "Start",
            trigger: ".modal:not(:has(.modal)) button[name=action_start]",
            run: "click",
        },
        {
            content: "It runs",
            trigger: ".o_arrow_button_current:contains(Running)",
        },
    ],
});

/** What the plan did, and the touch on the customer's form. */
registry.category("web_tour.tours").add("sme_care_look", {
    url: "/odoo/sme-care-plans",
    steps: () => [
        {
            content: "Open the plan that runs",
            trigger: ".o_kanban_record:contains(We miss you)",
            run: "click",
        },
        {
            content: "One was touched",
            trigger: "button[name=action_view_touches] .o_stat_value:contains(1)",
            run: "click",
        },
        {
            content: "Open the touch",
            trigger: ".o_data_row:contains(Silent Sam) td[name=step_id]",
            run: "click",
        },
        {
            content: "Go to the customer",
            trigger: ".o_field_widget[name=partner_id] a",
            run: "click",
        },
        {
            content: "The touch stands on his form",
            trigger:
                ".oe_stat_button[name=action_view_sme_care_touches]:contains(1), " +
                ".o_button_more",
            run: "click",
        },
        {
            content: "And opens from there",
            trigger:
                ".o_data_row td[name=plan_id]:contains(We miss you), " +
                ".oe_stat_button[name=action_view_sme_care_touches]",
            run: "click",
        },
    ],
});

/** A plan of one's own: when, what, in three steps. */
registry.category("web_tour.tours").add("sme_care_make", {
    url: "/odoo/sme-care-plans",
    steps: () => [
        {
            content: "New",
            trigger: ".o-kanban-button-new",
            run: "click",
        },
        {
            content: "Name it",
            trigger: ".o_field_widget[name=name] input",
            run: "edit After the order",
        },
        {
            content: "When it begins",
            trigger: ".o_field_widget[name=trigger] input",
            run: "click",
        },
        {
            content: "After the last order",
            trigger: ".o_select_menu_item:contains(After the last order)",
            run: "click",
        },
        {
            content: "Thirty days after",
            trigger: ".o_field_widget[name=trigger_days] input",
            run: "edit 30",
        },
        {
            content: "Add a step",
            trigger: ".o_field_widget[name=step_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            content: "Name the step",
            trigger: ".modal .o_field_widget[name=name] input",
            run: "edit Call",
        },
        {
            content: "By which way",
            trigger: ".modal .o_field_widget[name=channel] input",
            run: "click",
        },
        {
            content: "A call",
            trigger: ".o_select_menu_item:contains(Call suggestion)",
            run: "click",
        },
        {
            content: "Add the words",
            trigger: ".modal .o_field_widget[name=content_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        {
            content: "What to say",
            trigger: ".modal .o_field_widget[name=script] textarea",
            run: "edit Ask how it went.",
        },
        {
            content: "Keep the words",
            trigger: ".modal:has(.o_field_widget[name=script] textarea) .o_form_button_save",
            run: "click",
        },
        {
            content: "They are there",
            trigger: ".modal .o_data_row:contains(Ask how it went.)",
        },
        {
            content: "Keep the step",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "It is in the plan",
            trigger: ".o_field_widget[name=step_ids] .o_data_row:contains(Call)",
        },
        {
            content: "Save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "It is saved",
            trigger: ".o_form_saved, .o_form_readonly, .o_breadcrumb:contains(After the order)",
        },
    ],
});
