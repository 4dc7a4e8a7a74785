from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

# What the search box looks into, and up to how many customers are named one by one.
SEARCHED = "partner_id.sme_search"
MOST_NAMED = 20_000


class SmeCustomerValueList(models.Model):
    """Pages of the list of customers, found without reading all the wide rows."""

    _inherit = "sme.customer.value"

    @api.model
    @api.readonly
    def web_search_read(self, domain, specification, *args, **kwargs):
        """Look for a text once, and not for the page and for the count.

        Knowing how many customers have it, the planner also chooses well between
        reading theirs and walking along the list until the page is full.
        """
        domain = Domain(domain).map_conditions(self._look_up)
        return super().web_search_read(domain, specification, *args, **kwargs)

    def _look_up(self, condition):
        """The customers that have the text of a condition, if they are not too many.

        :param condition: of a domain
        :return: the condition itself, or one that names the customers
        """
        if condition.field_expr != SEARCHED:
            return condition
        found = (
            self.env["res.partner"]
            .with_context(active_test=False)
            ._search(
                [("sme_search", condition.operator, condition.value)],
                limit=MOST_NAMED + 1,
            )
            .get_result_ids()
        )
        if len(found) > MOST_NAMED:
            return condition
        return Domain("partner_id", "in", list(found))

    @api.model
    def search_fetch(self, domain, field_names=None, offset=0, limit=None, order=None):
        """Find a page in another order by narrow columns first, then read its rows.

        In the list's own order the index names the rows at once.
        """
        if not (limit and order and field_names):
            return super().search_fetch(domain, field_names, offset, limit, order)
        found = super().search_fetch(domain, [], offset, limit, order)
        found.fetch(field_names)
        return found

    def _order_field_to_sql(self, alias, field_name, direction, nulls, query):
        term = super()._order_field_to_sql(alias, field_name, direction, nulls, query)
        if field_name == "partner_id":
            # Each row has a customer. Told so, the planner may walk along the index of
            # their names and stop after a page, instead of joining and sorting all.
            _partners, joined = self._fields[field_name].join(self, alias, query)
            query.add_where(SQL("%s IS NOT NULL", SQL.identifier(joined, "id")))
        return term
