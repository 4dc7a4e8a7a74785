import { registry } from "@web/core/registry";

/** A complaint: entered in four fields, answered, settled, and the customer is asked. */
registry.category("web_tour.tours").add("sme_feedback", {
    steps: () => [
        {
            content: "Note a complaint",
            trigger: ".o-kanban-button-new",
            run: "click",
        },
        {
            content: "What happened",
            trigger: ".o_form_sheet div[name=summary] input",
            run: "edit The lid of the teapot is broken",
        },
        {
            content: "Whose it is",
            trigger: ".o_form_sheet div[name=partner_id] input",
            run: "edit Picky Paula",
        },
        {
            content: "Choose the customer",
            trigger: ".o-autocomplete--dropdown-item:contains(Picky Paula)",
            run: "click",
        },
        {
            content: "Keep it",
            trigger: ".o_form_button_save:enabled",
            run: "click",
        },
        {
            content: "It has a number now",
            trigger: ".o_form_saved div[name=name]:contains(FB)",
        },
        {
            content: "It is a complaint with a number and a deadline",
            trigger: ".o_form_sheet div[name=deadline]",
        },
        {
            content: "Answer the customer",
            trigger: ".o-mail-Chatter-sendMessage:not([disabled])",
            run: "click",
        },
        {
            content: "He is the one who gets it",
            trigger: ".o-mail-Composer-input",
            run: "edit We send a new lid today.",
        },
        {
            content: "Send it",
            trigger: ".o-mail-Composer-send:enabled",
            run: "click",
        },
        {
            content: "The answer stands there",
            trigger: ".o-mail-Message:contains(We send a new lid today.)",
        },
        {
            content: "Say what was done",
            trigger: ".o_notebook div[name=solution] .odoo-editor-editable",
            run: "editor New lid sent",
        },
        {
            content: "Settle it",
            trigger: ".o_statusbar_buttons button[name=action_solve]",
            run: "click",
        },
        {
            content: "It is closed, and the customer is asked for a rating",
            trigger: ".o_form_sheet div[name=rating_asked_on]",
        },
        {
            content: "It can be taken up again",
            trigger: ".o_statusbar_buttons button[name=action_reopen]",
        },
    ],
});

/** What the boss looks at: where complaints come from, and the cases behind it. */
registry.category("web_tour.tours").add("sme_feedback_pareto", {
    steps: () => [
        {
            content: "A graph at a glance",
            trigger: ".o_graph_view canvas",
        },
        {
            content: "The list tells the shares",
            trigger: ".o_switch_view.o_list",
            run: "click",
        },
        {
            content: "The first cause is to be mended first",
            trigger: ".o_data_row:first .badge:contains(A: mend first)",
        },
        {
            content: "Open its cases",
            trigger: ".o_data_row:first td[name=label]",
            run: "click",
        },
        {
            content: "There they are",
            trigger: ".o_data_row:contains(Handle came off)",
        },
    ],
});
