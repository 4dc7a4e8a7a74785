import { registry } from "@web/core/registry";

/** What do customers bring, by class, and who are they? */
registry.category("web_tour.tours").add("sme_analyses", {
    url: "/odoo/sme-profit",
    steps: () => [
        {
            content: "Profit opens as a pivot by tier",
            trigger: ".o_pivot th:contains(Margin after Service)",
        },
        {
            content: "The tier of the customer has its revenue",
            trigger: ".o_pivot tbody tr:contains(Permanent) td:contains(500)",
        },
        {
            content: "Look at it as a graph",
            trigger: ".o_switch_view.o_graph",
            run: "click",
        },
        {
            content: "There is a graph",
            trigger: ".o_graph_renderer canvas",
        },
        {
            content: "Look at the rows",
            trigger: ".o_switch_view.o_list",
            run: "click",
        },
        {
            content: "Open the customer behind a row",
            trigger: ".o_data_row:contains(Fading Fiona) td[name=month]",
            run: "click",
        },
        {
            content: "The care page is in front",
            trigger: ".o_notebook .nav-link.active:contains(Customer Care)",
        },
        {
            content: "Open Reporting",
            trigger: ".o_menu_sections [data-menu-xmlid='crm.crm_menu_report']",
            run: "click",
        },
        {
            content: "Go to Performance",
            trigger: "[data-menu-xmlid='crm_sme.sme_performance_menu']",
            run: "click",
        },
        {
            content: "Months stand below each other",
            trigger: ".o_pivot th.o_pivot_header_cell_closed",
        },
        {
            content: "Open Reporting again",
            trigger: ".o_menu_sections [data-menu-xmlid='crm.crm_menu_report']",
            run: "click",
        },
        {
            content: "Go to Risk",
            trigger: "[data-menu-xmlid='crm_sme.sme_risk_menu']",
            run: "click",
        },
        {
            content: "The part of the buyers who fade",
            trigger: ".o_pivot th:contains(Fading %)",
        },
    ],
});
