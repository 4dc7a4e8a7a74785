import { registry } from "@web/core/registry";

/** What to offer to this customer, why, and onto a quotation with it. */
registry.category("web_tour.tours").add("sme_offer", {
    steps: () => [
        {
            content: "Open the care page",
            trigger: ".o_notebook .nav-link:contains(Customer Care)",
            run: "click",
        },
        {
            content: "Ask what to offer",
            trigger: ".o_crm_sme_care button.o_crm_sme_offer_button",
            run: "click",
        },
        {
            content: "The first offer tells why in words",
            trigger:
                ".modal .o_data_row td[name=reason]:contains(bought together with Green tea)",
        },
        {
            content: "What was left out is folded",
            trigger: ".modal details summary:contains(Left out)",
            run: "click",
        },
        {
            content: "It tells why not",
            trigger: ".modal details td[name=reason]:contains(not long ago)",
        },
        {
            content: "Choose the mug",
            trigger: ".modal .o_data_row:contains(Mug) td[name=is_chosen] input",
            run: "click",
        },
        {
            content: "Put it on a quotation",
            trigger: ".modal .modal-footer button:contains(New Quotation)",
            run: "click",
        },
        {
            content: "There it is",
            trigger: ".o_field_widget[name=order_line] .o_data_row:contains(Mug)",
        },
    ],
});

/** The customer said what he wants: note it where he is looked at. */
registry.category("web_tour.tours").add("sme_note_need", {
    steps: () => [
        {
            content: "Open the care page",
            trigger: ".o_notebook .nav-link:contains(Customer Care)",
            run: "click",
        },
        {
            content: "Nothing was asked for yet",
            trigger: ".o_crm_sme_care:contains(Nothing asked for yet)",
        },
        {
            content: "Note a need",
            trigger: ".o_crm_sme_care button:contains(Note a Need)",
            run: "click",
        },
        {
            content: "The customer is filled in",
            trigger: ".modal .o_field_widget[name=partner_id] input:value(Thirsty Theo)",
        },
        {
            content: "Say what is wanted",
            trigger: ".modal .o_field_widget[name=name] input",
            run: "edit Bigger bags",
        },
        {
            content: "Save",
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            content: "It stands on the page",
            trigger: ".o_crm_sme_needs td[name=name]:contains(Bigger bags)",
        },
    ],
});
