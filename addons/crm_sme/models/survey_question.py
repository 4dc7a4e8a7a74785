from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Meaning to the lowest and highest number that it can take; texts have none.
RANGES = {
    "recommend": (0, 10),
    "satisfaction": (1, 5),
    "product_score": (1, 10),
    "service_score": (1, 10),
    "image_score": (1, 10),
    "money_score": (1, 10),
    "time_score": (1, 10),
    "effort_score": (1, 10),
    "strength": (1, 5),
}
TEXTS = ("need", "comment")
MEANINGS = [
    ("recommend", "Would recommend us (0 to 10)"),
    ("satisfaction", "Satisfaction (1 to 5)"),
    ("product_score", "Gain: product (1 to 10)"),
    ("service_score", "Gain: service (1 to 10)"),
    ("image_score", "Gain: image (1 to 10)"),
    ("money_score", "Cost: money (1 to 10)"),
    ("time_score", "Cost: time (1 to 10)"),
    ("effort_score", "Cost: effort (1 to 10)"),
    ("need", "What is wanted"),
    ("strength", "How much it is wanted (1 to 5)"),
    ("comment", "Comment"),
]


class SurveyQuestion(models.Model):
    """What an answer says about the customer, so that it is kept with him."""

    _inherit = "survey.question"

    sme_meaning = fields.Selection(
        MEANINGS,
        string="Kept with the Customer as",
        help="The answer becomes a figure, a need or a remark of the customer who gave "
        "it. Numbers are asked on a scale from and to the numbers shown.",
    )

    @api.constrains("sme_meaning", "question_type", "scale_min", "scale_max")
    def _check_sme_meaning(self):
        labels = dict(self._fields["sme_meaning"]._description_selection(self.env))
        for question in self.filtered("sme_meaning"):
            limits = RANGES.get(question.sme_meaning)
            if limits and (
                question.question_type != "scale"
                or (question.scale_min, question.scale_max) != limits
            ):
                raise ValidationError(
                    self.env._(
                        "“%(question)s” is kept as “%(meaning)s”: make it a question "
                        "of the type Scale, from %(low)s to %(high)s.",
                        question=question.title,
                        meaning=labels[question.sme_meaning],
                        low=limits[0],
                        high=limits[1],
                    )
                )
            if question.sme_meaning in TEXTS and question.question_type not in (
                "char_box",
                "text_box",
            ):
                raise ValidationError(
                    self.env._(
                        "“%(question)s” is kept as “%(meaning)s”: make it a question "
                        "that is answered in words.",
                        question=question.title,
                        meaning=labels[question.sme_meaning],
                    )
                )
