"""Customers into partners, in bulk; what a person changed stays as he left it."""

from odoo.tools import SQL, email_normalize

from . import addresses
from .addresses import main_address, place_values
from .context import naive
from .people import People
from .relink import move_to_customers
from .rows import insert, overwrite

KEY = ("source_id", "kind", "external_id")
COLUMNS = (
    "external_id", "partner_id", "version", "payload_hash", "written",
    "created_partner", "gone_on", "consent", "customer_since",
)  # fmt: skip
# Filled in on a partner that was here before; a kind or language is a person's choice.
FILLABLE = frozenset(
    ("name", "email", "phone", "vat", "website", "comment", "street", "street2", "city",
     "zip", "state_id", "country_id", "company_name")
)  # fmt: skip


class Entry:
    """One customer of a batch on the way to a partner."""

    __slots__ = (
        "created",
        "item",
        "made",
        "main",
        "partner",
        "person",
        "tags",
        "values",
        "written",
    )

    def __init__(self, ctx, item):
        self.item = item
        self.main = main_address(item.record["addresses"])
        self.values = partner_values(ctx, item.record, self.main)
        self.tags = {tag for tag in item.record["tags"] if tag}
        self.person = self.partner = None
        self.written = {}
        self.created = self.made = False


def partner_values(ctx, record, main):
    """Return the partner's fields that a customer record speaks of, False if empty."""
    values = {
        "name": record["name"]
        or record["company_name"]
        or record["email"]
        or record["phone"]
        or "?",
        "is_company": record["is_company"],
        "company_name": (not record["is_company"] and record["company_name"]) or False,
        "email": record["email"] or False,
        "phone": record["phone"] or (main or {}).get("phone") or False,
        "vat": record["vat"] or False,
        "website": record["website"] or False,
        "comment": record["note"] or False,
        **place_values(ctx, main or {}),
    }
    language = _language(ctx, record["language"])
    if language:
        values["lang"] = language
    return values


def _language(ctx, word):
    """Return the installed language that a shop's code means, or None."""
    if not word:
        return None
    code = word.replace("-", "_").casefold()
    installed = [lang for lang, _name in ctx.env["res.lang"].get_installed()]
    exact = [lang for lang in installed if lang.casefold() == code]
    same = [lang for lang in installed if lang.casefold().startswith(code[:2] + "_")]
    return (exact or same or [None])[0]


def store(ctx, items):
    """Write customers; each becomes, finds or updates one partner.

    :param list items: checked items of :mod:`.batch`
    """
    entries = [Entry(ctx, item) for item in items]
    _load_bound(ctx, entries)
    fresh = [entry for entry in entries if entry.partner is None]
    people = People(ctx)
    for entry in fresh:
        raw, main = entry.item.record, entry.main
        entry.person = people.person(raw, main)
        entry.person.name = entry.values["name"]
    persons = [entry.person for entry in fresh]
    people.match(persons)
    people.claim(persons)
    _create(ctx, [entry for entry in fresh if entry.person.is_new])
    people.propose(persons)
    _find(ctx, [entry for entry in fresh if not entry.person.is_new])
    _update([entry for entry in entries if not entry.created])
    _tag(ctx, entries)
    addresses.store(ctx, entries)
    ctx.env.flush_all()
    _bind(ctx, entries)
    ctx.env["res.partner"]._sme_fill_consents([entry.partner.id for entry in entries])
    ctx.touch(entry.partner.id for entry in entries)
    move_to_customers(ctx, {e.item.external_id: e.partner.id for e in fresh})
    for entry in entries:
        entry.item.status = "updated" if entry.item.stored_id else "created"


def _load_bound(ctx, entries):
    """Give entries that are bound their partner and what was written last."""
    bound = {entry.item.stored_id: entry for entry in entries if entry.item.stored_id}
    if not bound:
        return
    every = ctx.env["res.partner"]
    rows = ctx.env.execute_query(
        SQL(
            "SELECT id, partner_id, written, created_partner FROM sme_binding "
            "WHERE id = ANY(%s) AND partner_id IS NOT NULL",
            list(bound),
        )
    )
    partners = every.browse([row[1] for row in rows])
    for binding, partner, written, _created in rows:
        entry = bound[binding]
        entry.partner = every.browse(partner).with_prefetch(partners.ids)
        entry.written = written or {}


def _create(ctx, entries):
    """Create partners in bulk and note what was written."""
    company = ctx.source._partner_company().id
    partners = (
        ctx.env["res.partner"]
        .with_context(_partners_skip_fields_sync=True)
        .create([{**entry.values, "company_id": company} for entry in entries])
    )
    for entry, partner in zip(entries, partners, strict=True):
        entry.partner = partner
        entry.person.candidate.id = partner.id
        entry.created = entry.made = True
        entry.written = {
            name: plain(partner, name) for name, value in entry.values.items() if value
        }


def _find(ctx, entries):
    """Take over partners that were found; a guest's fields are the agent's own."""
    every = ctx.env["res.partner"]
    ids = [entry.person.partner_id for entry in entries]
    guests = _guest_writings(ctx, ids)
    for entry in entries:
        entry.partner = every.browse(entry.person.partner_id).with_prefetch(ids)
        entry.made = entry.partner.id in guests
        entry.written = dict(guests.get(entry.partner.id, {}))


def _guest_writings(ctx, partners):
    if not partners:
        return {}
    return dict(
        ctx.env.execute_query(
            SQL(
                "SELECT partner_id, written FROM sme_binding WHERE kind = 'guest' "
                "AND created_partner AND source_id = %s AND partner_id = ANY(%s) "
                "AND written IS NOT NULL",
                ctx.source.id,
                partners,
            )
        )
    )


def plain(partner, name):
    """Return a field's value as JSON keeps it; of a record its id."""
    value = partner[name]
    return value.id if partner._fields[name].type == "many2one" else value


def changed_values(partner, values, written):
    """Return what to write: what differs and is empty or still as the agent left it.

    :param partner: record with the current values
    :param dict values: what the shop says
    :param dict written: what the agent wrote last
    """
    result = {}
    for name, wanted in values.items():
        current = plain(partner, name) or False
        value = wanted or False
        if current == value:
            continue
        if name in written:
            allowed = current == (written[name] or False)
        else:
            allowed = not current and name in FILLABLE
        if allowed and not _same_email(name, current, value):
            result[name] = value
    return result


def _same_email(name, current, value):
    """Return whether only the spelling of an e-mail differs."""
    return (
        name == "email"
        and bool(current and value)
        and email_normalize(current) == email_normalize(value)
    )


def _update(entries):
    for entry in entries:
        partner = entry.partner
        changes = changed_values(partner, entry.values, entry.written)
        if "email" in changes and partner.user_ids:
            del changes["email"]  # it is somebody's way to a new password
        if changes:
            partner.write(changes)
            entry.written.update(
                (name, plain(partner, name) or False) for name in changes
            )


def _tag(ctx, entries):
    """Add the shop's tags and take away those that only the shop had given."""
    names = {tag for entry in entries for tag in entry.tags}
    if not names and not any(entry.written.get("tags") for entry in entries):
        return
    tags = ctx.env["res.partner.category"]
    known = {c.name: c.id for c in tags.search([("name", "in", list(names))])}
    new = sorted(names - known.keys())
    known.update(zip(new, tags.create([{"name": n} for n in new]).ids, strict=True))
    for entry in entries:
        before = set(entry.written.get("tags", ()))
        wanted = {known[tag] for tag in entry.tags}
        has = set(entry.partner.category_id.ids)
        commands = [(4, tag) for tag in sorted(wanted - before - has)]
        commands += [(3, tag) for tag in sorted((before - wanted) & has)]
        if commands:
            entry.partner.write({"category_id": commands})
        mine = (before & wanted) | (wanted - has)
        if mine or before:
            entry.written["tags"] = sorted(mine)


def _bind(ctx, entries):
    binding = ctx.env["sme.binding"]
    rows = []
    for entry in entries:
        consent = entry.item.record["marketing_consent"]
        rows.append(
            {
                "external_id": entry.item.external_id,
                "partner_id": entry.partner.id,
                "version": entry.item.version,
                "payload_hash": entry.item.hash,
                "written": entry.written,
                "created_partner": entry.made,
                "consent": None if consent is None else ("yes" if consent else "no"),
                "customer_since": naive(entry.item.record["created_at"]),
            }
        )
    columns = [name for name in COLUMNS if name != "created_partner"]
    insert(
        binding,
        COLUMNS,
        rows,
        constants={
            "source_id": ctx.source.id,
            "company_id": ctx.company.id,
            "kind": "customer",
        },
        conflict=overwrite(binding, KEY, columns),
    )
