import { registry } from "@web/core/registry";

/** A record was refused: see why, and have it stored. */
registry.category("web_tour.tours").add("sme_retry_reject", {
    url: "/odoo/sme-sources",
    steps: () => [
        {
            content: "The light of the source is red, the reason stands beside it",
            trigger:
                ".o_kanban_record:contains(Tea Shop):contains(the key was refused) .o_crm_sme_light_failed",
        },
        {
            content: "Open the source",
            trigger: ".o_kanban_record:contains(Tea Shop) .fs-5",
            run: "click",
        },
        {
            content: "Go to what was refused",
            trigger: "button[name=action_open_rejects]",
            run: "click",
        },
        {
            content: "Open the record",
            trigger: ".o_data_row td[name=reason_text]:contains(Odoo was not ready)",
            run: "click",
        },
        {
            content: "The content is shown with the place of the fault",
            trigger: ".o_crm_sme_json_fault:contains(anna@example.com)",
        },
        {
            content: "Try again",
            trigger: ".o_form_statusbar button[name=action_retry]",
            run: "click",
        },
        {
            content: "Odoo tells what became of it",
            trigger: ".o_notification:contains(1 went in, 0 were refused again.)",
        },
        {
            content: "It is solved",
            trigger: ".o_arrow_button_current:contains(Solved)",
        },
    ],
});

/** Give an agent its key. */
registry.category("web_tour.tours").add("sme_connect_agent", {
    url: "/odoo/sme-sources",
    steps: () => [
        {
            content: "Open the source",
            trigger: ".o_kanban_record:contains(Tea Shop) .fs-5",
            run: "click",
        },
        {
            content: "Connect an agent",
            trigger: ".o_form_statusbar button[name=action_connect_agent]",
            run: "click",
        },
        {
            content: "Make the key",
            trigger: ".modal button[name=action_issue]",
            run: "click",
        },
        {
            content: "It is shown, ready to paste",
            trigger: ".modal .o_field_widget[name=snippet]:contains(key =)",
        },
        {
            content: "Done",
            trigger: ".modal .modal-footer button:contains(Done)",
            run: "click",
        },
        {
            content: "The dialog is gone",
            trigger: "body:not(:has(.modal))",
        },
    ],
});
