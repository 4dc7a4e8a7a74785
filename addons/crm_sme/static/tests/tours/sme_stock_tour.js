import { registry } from "@web/core/registry";

/** How many customers came and left, and who came back? */
registry.category("web_tour.tours").add("sme_customer_stock", {
    url: "/odoo/sme-customer-stock",
    steps: () => [
        {
            content: "The stock is counted month by month, opening first, closing last",
            trigger: ".o_pivot:contains(Opening):contains(Closing)",
        },
        {
            content: "Show the groups that make up the months",
            trigger: ".o_switch_view.o_list",
            run: "click",
        },
        {
            content: "Open the customers of a month",
            trigger: ".o_data_row td[name=closing_count]:contains(2)",
            run: "click",
        },
        {
            content: "They are listed with their state",
            trigger: ".o_data_row td[name=partner_id]:contains(Regular Rita)",
        },
    ],
});

/** Who of the customers won in a month bought again? */
registry.category("web_tour.tours").add("sme_cohorts", {
    url: "/odoo/sme-cohorts",
    steps: () => [
        {
            content: "Each month has its line, with the share that came back",
            trigger: ".o_crm_sme_cohort_table tbody tr:first td:contains(50 %)",
        },
        {
            content: "Show the customers instead",
            trigger: "button[data-measure=customers]",
            run: "click",
        },
        {
            content: "Open who came back",
            trigger: ".o_crm_sme_cohort_table tbody tr:first td:eq(2) button:contains(1)",
            run: "click",
        },
        {
            content: "It is Rita",
            trigger: ".o_data_row td[name=partner_id]:contains(Regular Rita)",
        },
        {
            content: "And nobody else",
            trigger: ".o_list_renderer:not(:has(td:contains(Once Otto)))",
        },
    ],
});
