import { registry } from "@web/core/registry";

const slow = { timeout: 60000 };

/** Somebody asked and went away: noted on a telephone before the next one comes. */
registry.category("web_tour.tours").add("sme_visitor_phone", {
    steps: () => [
        {
            content: "Four fields, no more",
            trigger: ".o_crm_sme_visitor_quick .o_field_widget[name=contact_name] input",
            run: "edit Ms Lin",
            ...slow,
        },
        {
            trigger: ".o_field_widget[name=phone] input",
            run: "edit +86 139 1234 5678",
        },
        {
            content: "The goods are found on the small screen, too",
            trigger: ".o_field_widget[name=asked_product_ids] input",
            run: "click",
        },
        {
            trigger: ".o_kanban_record:contains(Tour Teapot), .dropdown-item:contains(Tour Teapot)",
            run: "click",
            ...slow,
        },
        {
            trigger: ".o_field_widget[name=asked_product_ids] .o_tag:contains(Tour Teapot)",
        },
        {
            content: "The reason is one touch",
            trigger:
                ".o_field_widget[name=not_bought_reason_id] .o_selection_badge:contains(Price)",
            run: "click",
        },
        {
            content: "Nothing is wider than the screen",
            trigger: ".o_crm_sme_visitor_quick",
            run() {
                const page = document.querySelector(".o_content");
                if (page.scrollWidth > window.innerWidth + 1) {
                    throw new Error(`The form is ${page.scrollWidth} px wide`);
                }
            },
        },
        {
            content: "Save, and be ready for the next one",
            trigger: "button[name=action_sme_next_visitor]",
            run: "click",
        },
        {
            content: "The entry is empty again",
            trigger:
                ".o_crm_sme_visitor_quick:not(:has(.o_tag)) .o_field_widget[name=contact_name] input:not(:value(Ms Lin))",
            ...slow,
        },
    ],
});
