import { registry } from "@web/core/registry";

/** Where are our customers, and who is in one cell of the heat map? */
registry.category("web_tour.tours").add("sme_rfm_heat_map", {
    url: "/odoo/sme-rfm-heat-map",
    steps: () => [
        {
            content: "The best cell is there, with its customer and its segment",
            trigger: "[data-cell='55'] .o_crm_sme_heat_value:contains(1)",
        },
        {
            content: "Look at the revenue",
            trigger: "[data-measure=revenue]",
            run: "click",
        },
        {
            content: "Open the cell",
            trigger: "[data-cell='55']:contains(100%)",
            run: "click",
        },
        {
            content: "Its customer is listed",
            trigger: ".o_data_row td[name=partner_id]:contains(Champion Carla)",
        },
        {
            content: "Nobody else is",
            trigger: ".o_list_renderer:not(:has(td:contains(Lost Lars)))",
        },
        {
            content: "Back to the map",
            trigger: ".o_back_button, .breadcrumb-item a",
            run: "click",
        },
        {
            content: "It still shows the revenue",
            trigger: "[data-measure=revenue].active",
        },
    ],
});

/** A class of customers of one's own, with what to do about it. */
registry.category("web_tour.tours").add("sme_make_segment", {
    url: "/odoo/sme-segments",
    steps: () => [
        {
            content: "Segments are there out of the box",
            trigger: ".o_kanban_record:contains(Cannot lose)",
        },
        {
            content: "Make another",
            trigger: ".o-kanban-button-new",
            run: "click",
        },
        {
            content: "Name it",
            trigger: ".o_field_widget[name=name] input",
            run: "edit Best of all",
        },
        {
            content: "Choose the best cell",
            trigger: "[data-cell='55'] .o_crm_sme_cells_all",
            run: "click",
        },
        {
            content: "It is chosen",
            trigger: "[data-cell='55'][data-state=all]",
        },
        {
            content: "Say what to do",
            trigger: ".o_field_widget[name=strategy] textarea",
            run: "edit Thank them by hand.",
        },
        {
            content: "Save",
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "Its members are counted at once",
            trigger: "button[name=action_open_customers] .o_stat_value:contains(1)",
            run: "click",
        },
        {
            content: "And can be opened",
            trigger: ".o_data_row td[name=partner_id]:contains(Champion Carla)",
        },
    ],
});
