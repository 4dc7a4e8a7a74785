"""Addresses of a customer that differ from the main one, as contacts below him."""

from collections import defaultdict

PLACE = ("street", "street2", "city", "zip", "state_id", "country_id")
TYPES = {"billing": "invoice", "shipping": "delivery", "main": "other"}
FIELDS = ("name", "phone", *PLACE)


def main_address(addresses):
    """Return the address that goes onto the customer himself, or None."""
    for kind in ("main", "billing", "shipping"):
        for address in addresses:
            if address["kind"] == kind:
                return address
    return None


def place_values(ctx, address):
    """Return an address record as fields of a partner, False where empty."""
    country = ctx.country(address.get("country"))
    return {
        "street": address.get("street") or False,
        "street2": address.get("street2") or False,
        "city": address.get("city") or False,
        "zip": address.get("zip") or False,
        "country_id": country or False,
        "state_id": ctx.state(country, address.get("state")) or False,
    }


def _child_values(ctx, address):
    name = ", ".join(word for word in (address["company"], address["name"]) if word)
    return {
        "type": TYPES[address["kind"]],
        "name": name or False,
        "phone": address["phone"] or False,
        **place_values(ctx, address),
    }


def _place_key(values):
    """Return what makes two addresses the same place for the same recipient."""
    return tuple(
        value.casefold() if isinstance(value, str) else value
        for value in (values["name"], *(values[name] for name in PLACE))
    )


def _wanted(ctx, entry):
    """Return the values of the contacts that a customer should have."""
    main = dict.fromkeys(PLACE, False)
    main.update({name: entry.values[name] for name in PLACE})
    seen = {
        _place_key({**main, "name": name}) for name in (entry.values["name"], False)
    }
    wanted = []
    for address in entry.item.record["addresses"]:
        if address is entry.main:
            continue
        values = _child_values(ctx, address)
        key = (values["type"], *_place_key(values))
        if _place_key(values) not in seen and key not in seen and any(key[2:]):
            seen.add(key)
            wanted.append(values)
    return wanted


def store(ctx, entries):
    """Make, change or archive the address contacts of a batch of customers.

    What was made is kept in ``written["addresses"]``: id and values of each. A contact
    that a person has changed stays; one that a person has deleted is not made again.
    """
    plans = []
    for entry in entries:
        kept = entry.written.get("addresses", [])
        wanted = _wanted(ctx, entry)
        if wanted or kept:
            plans.append((entry, kept, wanted))
    if not plans:
        return
    present = _present(ctx, plans)
    creations = []
    for entry, kept, wanted in plans:
        entry.written["addresses"] = result = []
        for values in _match_kept(kept, wanted, present, result):
            found = _same_child(entry, values)
            if found:
                result.append({"id": found.id, "values": {}})
            else:
                creations.append((entry, values))
    _create(ctx, creations)


def _present(ctx, plans):
    """Return the address contacts that still exist, by id."""
    ids = [child["id"] for _e, kept, _w in plans for child in kept]
    return {child.id: child for child in ctx.env["res.partner"].browse(ids).exists()}


def _match_kept(kept, wanted, present, result):
    """Pair wanted addresses with those made before.

    :param list result: receives what is kept from now on
    :return: the values that need a new contact
    """
    by_type = defaultdict(list)
    rest = []
    pool = list(kept)
    for values in wanted:
        same = next((child for child in pool if child["values"] == values), None)
        if same:
            pool.remove(same)
            result.append(same)
            if same["id"] in present and not present[same["id"]].active:
                present[same["id"]].write({"active": True})
        else:
            rest.append(values)
    for child in pool:
        by_type[child["values"].get("type")].append(child)
    fresh = []
    for values in rest:
        old = next(iter(by_type[values["type"]]), None)
        if old and old["id"] in present:
            by_type[values["type"]].remove(old)
            _change(present[old["id"]], old, values)
            result.append(old)
        else:
            fresh.append(values)
    for children in by_type.values():
        for child in children:
            _archive(present.get(child["id"]), child["values"])
    return fresh


def _current(child):
    values = {name: child[name] for name in ("type", "name", "phone", *PLACE)}
    for name in ("state_id", "country_id"):
        values[name] = values[name].id
    return {name: value or False for name, value in values.items()}


def _change(child, kept, values):
    """Write the new values unless a person has changed the contact."""
    if _current(child) == kept["values"]:
        child.write(values)
        kept["values"] = values


def _archive(child, values):
    """Archive a contact that the shop dropped and nobody changed."""
    if child and child.active and _current(child) == values:
        child.write({"active": False})


def _same_child(entry, values):
    """Return the contact that a person has made for the same address, if any."""
    if entry.created:
        return None
    return next(
        (
            child
            for child in entry.partner.child_ids
            if child.type == values["type"]
            and _place_key(_current(child)) == _place_key(values)
        ),
        None,
    )


def _create(ctx, creations):
    children = ctx.env["res.partner"].create(
        [
            {
                **values,
                "parent_id": entry.partner.id,
                "company_id": entry.partner.company_id.id,
            }
            for entry, values in creations
        ]
    )
    for (entry, values), child in zip(creations, children, strict=True):
        entry.written["addresses"].append({"id": child.id, "values": values})
