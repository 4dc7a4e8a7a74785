"""Which calls the web client makes for a screen; fields and measures from the views.

A step is a title and a function of the number of the call, so that no two calls ask
for the same record or the same text.
"""

from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree as ET

Client = Any
Step = tuple[str, Callable[[int], Any]]

LIST_LIMIT, COUNT_LIMIT = 80, 10_001
NAMES = ("fischer", "alice", "novak", "王伟", "grace he", "wagner", "李娜")
CONTACT_BOX = ("complete_name", "ref", "email", "vat", "company_registry")
# As the pivot and graph views of sales open them.
SALE_REPORT = ("date:month", "country_id")
FIGURES = "crm_sme.sme_partner_view_form_figures"
NO_ANALYSES = ("sme.customer.value", "sme.order", "sme.shipment", "sme.interaction")


def plain_steps(client: Client, customers: int) -> Iterator[Step]:
    """Steps in an Odoo without the addon."""
    yield from _contacts(client, customers)


def steps(client: Client, customers: int) -> Iterator[Step]:
    """Steps in an Odoo with the addon."""
    yield from _contacts(client, customers)
    yield from _care_page(client, customers)
    yield from _customers(client)
    for measure in SALE_REPORT:
        yield (
            f"sale.report by {measure.partition(':')[0]}",
            lambda _turn, measure=measure: _group(
                client, "sale.report", [measure], ["price_subtotal:sum"], []
            ),
        )
    yield from analyses(client)


def _contacts(client: Client, customers: int) -> Iterator[Step]:
    spec = view_spec(client, "res.partner", "list")
    form = view_spec(client, "res.partner", "form")
    nth = _nth(client, customers)
    yield "contacts", lambda _turn: _search(client, "res.partner", [], spec)
    yield (
        "contacts by e-mail",
        lambda _turn: _search(client, "res.partner", [], spec, order="email"),
    )
    for kind, term in searches(customers):
        yield (
            f"search contacts, {kind}",
            lambda turn, term=term: _search(
                client, "res.partner", contact_domain(term(turn)), spec
            ),
        )
    yield (
        "contact form",
        lambda turn: client.call(
            "res.partner", "web_read", [nth(turn)], specification=form
        ),
    )
    yield (
        "save a contact",
        lambda turn: client.call(
            "res.partner",
            "web_save",
            [nth(turn)],
            {"function": f"Buyer {turn}"},
            specification=form,
        ),
    )


def _nth(client: Client, customers: int) -> Callable[[int], int]:
    """Give a function that picks another customer for each number of a call."""
    last = client.call("res.partner", "search", [], order="id desc", limit=1)[0]
    return lambda turn: last - (turn * 7_919 % customers)


def _care_page(client: Client, customers: int) -> Iterator[Step]:
    """What the page *Customer Care* of the contact form reads when it is opened."""
    figures = view_spec(client, "res.partner", "form", FIGURES)
    nth = _nth(client, customers)
    yield (
        "Customer Care of the form",
        lambda turn: client.call(
            "res.partner", "web_read", [nth(turn)], specification=figures
        ),
    )


def searches(customers: int) -> Iterator[tuple[str, Callable[[int], str]]]:
    """What people type: kind, and the text of a call."""
    yield "name", lambda turn: NAMES[turn % len(NAMES)]
    yield "e-mail", lambda turn: f".{turn * 7_919 % customers}@exam"
    yield "phone", lambda turn: f"{13_000_000_000 + turn * 7_919}"[:7]


def contact_domain(term: str) -> list[Any]:
    """Give the domain of the search box of contacts."""
    return [*("|" * 4), *((column, "ilike", term) for column in CONTACT_BOX)]


def _customers(client: Client) -> Iterator[Step]:
    model = "sme.customer.value"
    spec = view_spec(client, model, "list")
    count = client.call(model, "search_count", [])
    yield "customers", lambda _turn: _search(client, model, [], spec)
    for title, order in (("revenue", "revenue desc"), ("fading", "overdue_ratio desc")):
        yield (
            f"customers by {title}",
            lambda _turn, order=order: _search(client, model, [], spec, order=order),
        )
    for title, order in (("name", "partner_id"), ("e-mail", "email")):
        yield (
            f"customers by {title}",
            lambda _turn, order=order: _search(client, model, [], spec, order=order),
        )
    for kind, term in searches(max(count, 1)):
        yield (
            f"search customers, {kind}",
            lambda turn, term=term: _search(
                client,
                model,
                [("partner_id.sme_search", "ilike", term(turn))],
                spec,
            ),
        )


def analyses(client: Client) -> Iterator[Step]:
    """Give the pivots and graphs of the addon's reports, as their actions open them."""
    actions = client.call(
        "ir.model.data",
        "search_read",
        [("module", "=", "crm_sme"), ("model", "=", "ir.actions.act_window")],
        ["res_id"],
    )
    wanted = [("id", "in", [row["res_id"] for row in actions])]
    fields = ["name", "res_model", "views"]
    for action in client.call("ir.actions.act_window", "search_read", wanted, fields):
        view, kind = next(
            (pair for pair in action["views"] if pair[1] in ("pivot", "graph")),
            (False, None),
        )
        # These have analyses of their own, with a view of their own, among their lists.
        if not kind or (action["res_model"] in NO_ANALYSES and not view):
            continue
        groups, measures = view_groups(client, action["res_model"], kind, view)
        yield (
            f"analysis {action['name']}",
            lambda _turn, model=action["res_model"], groups=groups, measures=measures: (
                _group(client, model, groups, measures, [])
            ),
        )


def _group(
    client: Client,
    model: str,
    groups: list[str],
    measures: list[str],
    domain: list[Any],
) -> Any:
    """Ask as a pivot does: the whole, and by its rows and columns."""
    sets = [[], groups[:1], groups] if len(groups) > 1 else [[], groups]
    return client.call(
        model,
        "formatted_read_grouping_sets",
        domain,
        sets,
        [*measures, "__count"],
    )


def _search(
    client: Client, model: str, domain: list[Any], spec: dict[str, Any], order: str = ""
) -> Any:
    return client.call(
        model,
        "web_search_read",
        domain,
        spec,
        limit=LIST_LIMIT,
        order=order,
        count_limit=COUNT_LIMIT,
    )


def view_spec(client: Client, model: str, kind: str, ref: str = "") -> dict[str, Any]:
    """Give the specification that the web client makes from a view.

    Args:
        client: logged in.
        model: of the view.
        kind: ``list`` or ``form``.
        ref: external id of the view; the default one without it.
    """
    context = {f"{kind}_view_ref": ref} if ref else {}
    views = client.call(model, "get_views", [[False, kind]], context=context)
    arch = ET.fromstring(views["views"][kind]["arch"])  # noqa: S314  Odoo's own
    return _spec_of(arch, views["models"], model)


def _spec_of(node: ET.Element, models: dict[str, Any], model: str) -> dict[str, Any]:
    spec: dict[str, Any] = {}
    fields = models[model]["fields"]
    for child in node:
        if child.tag != "field":
            spec |= {
                name: value
                for name, value in _spec_of(child, models, model).items()
                if name not in spec
            }
            continue
        name = child.get("name", "")
        field = fields.get(name)
        if field is None:
            continue
        spec[name] = _field_spec(child, field, models)
    return spec


def _field_spec(
    node: ET.Element, field: dict[str, Any], models: dict[str, Any]
) -> dict[str, Any]:
    hidden = node.get("invisible") or node.get("column_invisible")
    if hidden in ("1", "True") and "relation" in field:
        return {"fields": {}} if field["type"] == "many2one" else {}
    if field["type"] == "many2one":
        return {"fields": {"display_name": {}}}
    if field["type"] in ("one2many", "many2many"):
        rows = next((part for part in node if part.tag in ("list", "kanban")), None)
        if rows is None or field["relation"] not in models:
            return {"fields": {"display_name": {}}}
        return {"fields": _spec_of(rows, models, field["relation"]), "limit": 40}
    return {}


def view_groups(
    client: Client, model: str, kind: str, view: int | bool = False
) -> tuple[list[str], list[str]]:
    """Give the groups and measures with which a pivot or graph opens."""
    views = client.call(model, "get_views", [[view, kind]])
    arch = ET.fromstring(views["views"][kind]["arch"])  # noqa: S314  Odoo's own
    groups, measures = [], []
    for node in arch.iter("field"):
        name = node.get("name", "")
        if node.get("invisible") == "1":
            continue
        if node.get("type") == "measure":
            field = views["models"][model]["fields"][name]
            aggregator = field.get("aggregator")
            if aggregator:
                measures.append(f"{name}:{aggregator}")
        elif node.get("interval"):
            groups.append(f"{name}:{node.get('interval')}")
        else:
            groups.append(name)
    return groups, measures
