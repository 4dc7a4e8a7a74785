import { registry } from "@web/core/registry";

/** What is this customer worth, and why? */
registry.category("web_tour.tours").add("sme_worth_why", {
    steps: () => [
        {
            content: "Tiers are the columns of the board, also empty ones",
            trigger: ".o_kanban_group:contains(Permanent)",
        },
        {
            content: "Open the best customer",
            trigger:
                ".o_kanban_group:contains(Most valuable) .o_kanban_record:contains(Worthy Wanda)",
            run: "click",
        },
        {
            content: "The card shows the tier",
            trigger: ".o_crm_sme_worth .o_crm_sme_tier_most_valuable:contains(Most valuable)",
        },
        {
            content: "And the four parts",
            trigger: ".o_crm_sme_worth .o_crm_sme_legend:contains(Influence)",
        },
        {
            content: "Ask why",
            trigger: ".o_crm_sme_worth .o_crm_sme_why",
            run: "click",
        },
        {
            content: "Her own calls are counted",
            trigger:
                ".o_crm_sme_why_dialog .o_crm_sme_why_section[data-key=existing] dt:contains(Calls)",
        },
        {
            content: "How sure it is stands first",
            trigger: ".o_crm_sme_why_dialog .o_crm_sme_sure:contains(How sure)",
        },
        {
            content: "Close it",
            trigger: ".modal-footer button:contains(Close)",
            run: "click",
        },
        {
            content: "Back on the customer",
            trigger: "body:not(:has(.modal)) .o_crm_sme_worth",
        },
    ],
});
