import { registry } from "@web/core/registry";

/** Is the forecast to be trusted? Look at its check, and repeat it. */
registry.category("web_tour.tours").add("sme_forecast_check", {
    steps: () => [
        {
            content: "The verdict stands on top, in words",
            trigger: ".o_crm_sme_forecast [name=headline]:contains(Do not trust)",
        },
        {
            content: "It says why to be careful",
            trigger:
                ".o_crm_sme_reservations:contains(Fewer than 100 customers have bought)",
        },
        {
            content: "What was foreseen stands beside what came",
            trigger: ".o_crm_sme_tile:contains(Orders):contains(Naive forecast)",
        },
        {
            content: "Check once more",
            trigger: "button[name=action_check_now]",
            run: "click",
        },
        {
            content: "The check before it is kept",
            trigger: ".o_field_widget[name=earlier_ids] .o_data_row",
        },
        {
            content: "The parameters are folded away",
            trigger: ".o_notebook .nav-link:contains(Parameters)",
            run: "click",
        },
        {
            content: "And can be seen",
            trigger: ".o_field_widget[name=alpha]",
        },
    ],
});

/** Whom to call first? */
registry.category("web_tour.tours").add("sme_fading_ranking", {
    steps: () => [
        {
            content: "The customer with most at risk is on top, with the reason",
            trigger: ".o_data_row:first:contains(Doubtful Dora):contains(own rhythm)",
        },
        {
            content: "Open the customer",
            trigger: ".o_data_row:first td[name=partner_id]",
            run: "click",
        },
        {
            content: "The forecast is on the page, and how sure it is",
            trigger: ".o_crm_sme_tile_forecast:contains(Chance of an order):contains(Low)",
        },
    ],
});
