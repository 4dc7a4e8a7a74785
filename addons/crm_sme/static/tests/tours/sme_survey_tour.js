import { registry } from "@web/core/registry";

/** A customer follows his link and answers; nobody asks for a password. */
registry.category("web_tour.tours").add("sme_answer_survey", {
    steps: () => [
        {
            content: "Begin",
            trigger: "button[type=submit]:contains(Start)",
            run: "click",
        },
        {
            content: "Would recommend us: 9",
            trigger: ".js_question-wrapper:contains(recommend us) label:contains(9)",
            run: "click",
        },
        {
            content: "Satisfied: 4",
            trigger: ".js_question-wrapper:contains(last purchase) label:contains(4)",
            run: "click",
        },
        {
            content: "Tell what is wanted",
            trigger: ".js_question-wrapper:contains(did not find) input",
            run: "edit Bigger bags",
        },
        {
            content: "Send",
            trigger: "button[value=finish]",
            run: "click",
        },
        {
            content: "That was all",
            trigger: ".modal-footer button.btn-primary",
            run: "click",
        },
        {
            content: "Thanks",
            trigger: ".o_survey_finished:contains(Thank you)",
        },
    ],
});
