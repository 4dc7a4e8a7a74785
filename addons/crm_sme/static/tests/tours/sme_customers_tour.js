import { registry } from "@web/core/registry";

/** Who is fading, and what do we know of that customer? */
registry.category("web_tour.tours").add("sme_fading_customer", {
    url: "/odoo/sme-customers",
    steps: () => [
        {
            content: "All customers are listed",
            trigger: ".o_data_row td[name=partner_id]:contains(Steady Stefan)",
        },
        {
            content: "Open the filters",
            trigger: ".o_searchview_dropdown_toggler",
            run: "click",
        },
        {
            content: "Show who is fading",
            trigger: ".o_filter_menu .o_menu_item:contains(Fading)",
            run: "click",
        },
        {
            content: "Nobody else is left",
            trigger: ".o_list_renderer:not(:has(td:contains(Steady Stefan)))",
        },
        {
            content: "Open the customer",
            trigger: ".o_data_row td[name=partner_id]:contains(Fading Fiona)",
            run: "click",
        },
        {
            content: "The care page is in front",
            trigger: ".o_notebook .nav-link.active:contains(Customer Care)",
        },
        {
            content: "It tells the state",
            trigger: ".o_crm_sme_care .o_crm_sme_tile .badge:contains(Fading)",
        },
        {
            content: "It tells why in words",
            trigger: ".o_crm_sme_reason:contains(own rhythm of 30 days)",
        },
        {
            content: "It shows the last order",
            trigger: ".o_crm_sme_care td[name=name]:contains(T-1)",
        },
        {
            content: "It shows the parcel that is under way",
            trigger: ".o_crm_sme_care td[name=tracking_number]:contains(SF1)",
        },
    ],
});

/** A customer is moved on the board and stays where he was put. */
registry.category("web_tour.tours").add("sme_move_customer", {
    url: "/odoo/sme-customers?view_type=kanban",
    steps: () => [
        {
            content: "Every stage is a column, also one without customers",
            trigger: ".o_kanban_group:contains(Target)",
        },
        {
            content: "Move the customer",
            trigger: ".o_kanban_group:contains(Potential) .o_kanban_record:contains(New Nora)",
            run: "drag_and_drop(.o_kanban_group:contains(Target))",
        },
        {
            content: "The card is there",
            trigger: ".o_kanban_group:contains(Target) .o_kanban_record:contains(New Nora)",
        },
        {
            content: "And can be opened",
            trigger: ".o_kanban_group:contains(Target) .o_kanban_record:contains(New Nora)",
            run: "click",
        },
        {
            content: "The stage is that of the customer",
            trigger: ".o_arrow_button_current:contains(Target)",
        },
    ],
});

/** A call is noted where the customer is looked at. */
registry.category("web_tour.tours").add("sme_log_interaction", {
    steps: () => [
        {
            content: "Open the care page",
            trigger: ".o_notebook .nav-link:contains(Customer Care)",
            run: "click",
        },
        {
            content: "Nothing is noted yet",
            trigger: ".o_crm_sme_care:contains(Nothing noted yet)",
        },
        {
            content: "Note a call",
            trigger: ".o_crm_sme_care button:contains(Log an Interaction)",
            run: "click",
        },
        {
            content: "The customer is filled in",
            trigger: ".modal .o_field_widget[name=partner_id] input:value(New Nora)",
        },
        {
            content: "Say what it was about",
            trigger: ".modal .o_field_widget[name=summary] input",
            run: "edit Wants a sample of the spring harvest",
        },
        {
            content: "Save",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "It stands on the page",
            trigger:
                ".o_crm_sme_care td[name=summary]:contains(Wants a sample of the spring harvest)",
        },
    ],
});
