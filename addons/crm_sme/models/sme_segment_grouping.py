from odoo import api, fields, models
from odoo.exceptions import UserError

from ..metrics import groups
from ..metrics.as_of import AsOf

FEWEST_CUSTOMERS = 20
# A group's mean that lies nearer to the mean of all does not set it apart.
TELLING = 0.35
STRONG = 0.8
SEQUENCE = 200


class SmeSegmentGrouping(models.Model):
    """One search for groups: what it looked at, and how to place who comes later."""

    _name = "sme.segment.grouping"
    _description = "Search for Groups"
    _order = "id desc"

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    seed = fields.Integer()
    indicators = fields.Json(readonly=True)
    means = fields.Json(readonly=True)
    spreads = fields.Json(readonly=True)
    silhouette = fields.Float(
        readonly=True,
        digits=(16, 2),
        help="How far apart the groups are: above 0.5 clearly, below 0.25 hardly.",
    )
    customer_count = fields.Integer(string="Customers Looked At", readonly=True)
    segment_ids = fields.One2many(
        string="Groups", comodel_name="sme.segment", inverse_name="grouping_id"
    )

    @api.depends("create_date")
    def _compute_name(self):
        for grouping in self:
            day = fields.Date.to_string(grouping.create_date or fields.Date.today())
            grouping.name = self.env._("Groups of %(day)s", day=day)

    @api.model
    def _indicator_words(self):
        """What to call an indicator, and groups that have much or little of it.

        :rtype: dict[str, tuple[str, str, str]]
        """
        _ = self.env._
        return {
            "recency": (
                _("Days since the last order"),
                _("long silent"),
                _("bought lately"),
            ),
            "frequency": (_("Number of orders"), _("buy often"), _("buy rarely")),
            "monetary": (_("Revenue"), _("spend much"), _("spend little")),
            "margin": (_("Margin"), _("high margin"), _("low margin")),
            "order_size": (_("Average order"), _("large orders"), _("small orders")),
            "gap": (_("Days between orders"), _("long pauses"), _("short pauses")),
            "refund": (_("Share paid back"), _("return often"), _("return little")),
            "trend": (
                _("Change of the last 90 days"),
                _("spend more of late"),
                _("spend less of late"),
            ),
        }

    @api.model
    def _find(self, company, indicators, count=0, seed=1):
        """Search for groups and keep them as segments; members come at once.

        :param company: record of ``res.company``
        :param list indicators: names out of ``metrics.groups.INDICATORS``
        :param int count: number of groups; 0: as many as part best
        :param int seed: the same seed gives the same groups
        :return: the search with its segments
        :raises UserError: numpy is missing, or there are too few customers
        """
        clusters = self._clusters()
        rows = groups.sample(
            self.env, company, AsOf.of_company(company), indicators, seed
        )
        if len(rows) < FEWEST_CUSTOMERS:
            raise UserError(
                self.env._(
                    "Groups can be found from %(least)s customers who have bought; "
                    "%(company)s has %(count)s. Import orders first, or choose RFM "
                    "segments.",
                    least=FEWEST_CUSTOMERS,
                    company=company.name,
                    count=len(rows),
                )
            )
        space = clusters.Space.fit(rows)
        points = space.place(rows)
        try:
            scores = {}
            if not count:
                count, scores = clusters.choose_k(points, seed)
            found = clusters.find_groups(points, count, seed)
        except ValueError as error:
            raise UserError(
                self.env._(
                    "The customers are too much alike in what was chosen to part "
                    "them. Choose more indicators or fewer groups."
                )
            ) from error
        grouping = self.sudo().create(
            {
                "company_id": company.id,
                "seed": seed,
                "indicators": list(indicators),
                "means": space.mean.tolist(),
                "spreads": space.spread.tolist(),
                "silhouette": scores.get(count, 0),
                "customer_count": len(rows),
            }
        )
        grouping._keep_groups(found.centres.tolist())
        return grouping

    @api.model
    def _clusters(self):
        """Give the module that needs numpy, or say plainly that it is missing."""
        try:
            from ..tools import clusters  # noqa: PLC0415
        except ImportError as error:
            raise UserError(
                self.env._(
                    "Groups cannot be found, because the Python package numpy is "
                    "missing on this server. Ask your administrator to install it; "
                    "RFM segments work without."
                )
            ) from error
        return clusters

    def _keep_groups(self, centres):
        """Make a segment of each centre, named in every language of the data base."""
        names = self._names(centres)
        segments = self.env["sme.segment"].with_context(sme_segments_later=True)
        segments = segments.create(
            [
                {
                    "name": name,
                    "mode": "cluster",
                    "company_id": self.company_id.id,
                    "grouping_id": self.id,
                    "centre": centre,
                    "sequence": SEQUENCE + number,
                    "color": 1 + number % 11,
                }
                for number, (name, centre) in enumerate(
                    zip(names, centres, strict=True)
                )
            ]
        )
        for code, _label in self.env["res.lang"].get_installed():
            if code == (self.env.lang or "en_US"):
                continue
            translated = self.with_context(lang=code)._names(centres)
            for segment, name in zip(segments, translated, strict=True):
                segment.with_context(lang=code).name = name
        segments.with_context(sme_segments_later=False)._update_members()

    def _names(self, centres):
        """Name groups by what sets them apart most; a number where that is not enough.

        :param list centres: rows of numbers in units of the spread
        :rtype: list[str]
        """
        words = self._indicator_words()
        names = []
        for centre in centres:
            name = self._name_of(centre, words)
            same = sum(other.split(" #")[0] == name for other in names)
            names.append(f"{name} #{same + 1}" if same else name)
        return names

    def _name_of(self, centre, words):
        ranked = sorted(
            zip(self.indicators, centre, strict=True), key=lambda pair: -abs(pair[1])
        )
        telling = [pair for pair in ranked if abs(pair[1]) >= TELLING][:2]
        if not telling:
            return self.env._("Average customers")
        phrases = [words[name][1 if value > 0 else 2] for name, value in telling]
        name = self.env._(", ").join(phrases)
        return name[:1].upper() + name[1:]


class SmeSegment(models.Model):
    """How a found group differs from all customers, in words."""

    _inherit = "sme.segment"

    centre_text = fields.Text(
        string="What Sets It Apart", compute="_compute_centre_text"
    )

    @api.depends("centre", "grouping_id")
    @api.depends_context("lang")
    def _compute_centre_text(self):
        words = self.env["sme.segment.grouping"]._indicator_words()
        for segment in self:
            indicators = segment.sudo().grouping_id.indicators or []
            lines = [
                self._compared(words[name][0], value)
                for name, value in zip(indicators, segment.centre or [], strict=False)
            ]
            segment.centre_text = "\n".join(lines)

    def _compared(self, label, value):
        if abs(value) < TELLING:
            return self.env._("%(indicator)s: as usual", indicator=label)
        if value > 0:
            text = self.env._("%(indicator)s: higher than usual", indicator=label)
            strong = self.env._("%(indicator)s: far higher than usual", indicator=label)
        else:
            text = self.env._("%(indicator)s: lower than usual", indicator=label)
            strong = self.env._("%(indicator)s: far lower than usual", indicator=label)
        return strong if abs(value) >= STRONG else text
