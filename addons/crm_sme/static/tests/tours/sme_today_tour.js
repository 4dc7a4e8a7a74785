import { registry } from "@web/core/registry";

const chosen = (name) => `.o_crm_sme_current td[name=contact_name]:contains(${name})`;
const press = (key) => `press ${key}`;

/** Work the list of today to empty, by click. */
registry.category("web_tour.tours").add("sme_today_click", {
    steps: () => [
        {
            content: "Who waits is first, and chosen",
            trigger: chosen("Angry Anna"),
        },
        {
            content: "The card says what to say",
            trigger: ".o_crm_sme_call_card .o_crm_sme_script:contains(Say sorry)",
        },
        {
            content: "Note what came of it",
            trigger: ".o_crm_sme_note",
            run: "edit Gets a new pot",
        },
        {
            content: "Done in one click",
            trigger: ".o_crm_sme_do_done",
            run: "click",
        },
        {
            content: "The next one is chosen by itself",
            trigger: chosen("Fading Fiona"),
        },
        {
            content: "Dial the number",
            trigger: ".o_crm_sme_do_call",
            run: "click",
        },
        {
            content: "It is noted that she was dialled",
            trigger: ".o_crm_sme_dialled",
        },
        {
            content: "Nobody was there: a week later",
            trigger: ".o_crm_sme_sleeps",
            run: "click",
        },
        {
            trigger: ".o-dropdown-item:contains(In a week)",
            run: "click",
        },
        {
            content: "Choose the one below by a click on the row",
            trigger: ".o_data_row:contains(Poor Paul) td[name=reason]",
            run: "click",
        },
        {
            trigger: chosen("Poor Paul"),
        },
        {
            content: "Each line has its own buttons, too",
            trigger: ".o_data_row:contains(Poor Paul) button[name=action_done]",
            run: "click",
        },
        {
            content: "Settle the last one",
            trigger: `body:not(:has(.o_data_row:contains(Poor Paul))) ${chosen("Visiting Vera")}`,
        },
        {
            trigger: ".o_crm_sme_do_snooze",
            run: "click",
        },
        {
            content: "The list is empty",
            trigger: ".o_nocontent_help:contains(Nobody to call)",
        },
    ],
});

/** The same without the mouse. */
registry.category("web_tour.tours").add("sme_today_keys", {
    steps: () => [
        {
            content: "The keys are told",
            trigger: ".o_crm_sme_keys kbd:contains(j)",
        },
        { trigger: chosen("Angry Anna"), run: press("j") },
        { trigger: chosen("Fading Fiona"), run: press("ArrowDown") },
        { trigger: chosen("Visiting Vera"), run: press("k") },
        { trigger: chosen("Fading Fiona"), run: press("ArrowUp") },
        { trigger: chosen("Angry Anna"), run: press("n") },
        {
            content: "A letter in the note is a letter, not an order",
            trigger: ".o_crm_sme_note:focus",
            run: "edit said sorry",
        },
        { trigger: ".o_crm_sme_note:focus", run: press("Enter") },
        { trigger: chosen("Fading Fiona"), run: press("c") },
        { trigger: ".o_crm_sme_dialled", run: press("d") },
        { trigger: chosen("Visiting Vera"), run: press("s") },
        { trigger: chosen("Poor Paul"), run: press("o") },
        {
            content: "The customer opens",
            trigger: ".o_form_view .o_field_widget[name=data_score]",
            timeout: 60000, // the form of a contact is a large one
        },
        { trigger: ".o_back_button, .breadcrumb-item a", run: "click" },
        { trigger: chosen("Poor Paul"), run: press("d"), timeout: 60000 },
        {
            content: "The list is empty",
            trigger: ".o_nocontent_help:contains(Nobody to call)",
        },
    ],
});

/** The manager looks at everybody's list. */
registry.category("web_tour.tours").add("sme_today_team", {
    steps: () => [
        {
            content: "Nothing of his own",
            trigger: ".o_crm_sme_mine.btn-primary",
        },
        { trigger: ".o_nocontent_help:contains(Nobody to call)" },
        { trigger: ".o_crm_sme_team", run: "click" },
        { trigger: ".o_data_row:contains(Fading Fiona)" },
        { trigger: ".o_crm_sme_team.btn-primary" },
        { trigger: ".o_crm_sme_mine", run: "click" },
        { trigger: ".o_nocontent_help:contains(Nobody to call)" },
    ],
});
