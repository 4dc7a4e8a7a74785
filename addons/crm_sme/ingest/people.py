"""Which partner a shop's customer or guest is: found by rule, or made.

The rules stand in ``docs/contract.md``, *Identity*. All look-ups are one query a batch
and use the partial indexes of ``models/res_partner_identity.py``.
"""

from collections import defaultdict

from odoo.tools import SQL, email_normalize

from ..tools.identity import guest_key, similar_names
from .rows import insert, overwrite

MAX_PROPOSALS = 5
"""Most possible duplicates that one new customer is proposed with."""


class Candidate:
    """A partner that is here, or one that this batch is going to make."""

    __slots__ = ("id", "name")

    def __init__(self, partner_id, name):
        self.id = partner_id
        self.name = name


class Person:
    """What is known of someone who is looked for.

    :ivar candidate: the partner, once found or made
    :ivar doubts: candidate and reason of each partner that may be the same
    :ivar is_new: no partner was found; one has to be made
    """

    __slots__ = (
        "address",
        "candidate",
        "doubts",
        "email",
        "is_new",
        "key",
        "name",
        "phone",
        "raw",
    )

    def __init__(self, raw, email, phone, address=None):
        self.raw = raw
        self.name = raw.get("name")
        self.email = email
        self.phone = phone
        self.address = address or {}
        self.key = None
        self.candidate = None
        self.doubts = []
        self.is_new = False

    @property
    def partner_id(self):
        return self.candidate and self.candidate.id


class People:
    """Looks up and makes partners for one batch.

    :param ctx: :class:`.context.Context`
    """

    def __init__(self, ctx):
        self.ctx = ctx
        self.env = ctx.env

    # ------------------------------------------------------------------- keys
    def e164(self, number, country_code):
        """Return a phone number in E.164, or None when it is no valid number."""
        if not number:
            return None
        country = self.env["res.country"].browse(self.ctx.country(country_code) or ())
        return (
            self.env["res.partner"]._phone_format(
                number=number, country=country or self.ctx.company.country_id
            )
            or None
        )

    def person(self, raw, address=None):
        """Return the :class:`Person` of a reference or customer record."""
        address = address or {}
        phone = raw.get("phone") or address.get("phone")
        return Person(
            raw,
            email_normalize(raw.get("email") or "", strict=False) or None,
            self.e164(phone, address.get("country")),
            address,
        )

    # ------------------------------------------------------------------ match
    def match(self, people):
        """Find the partner of each person; who is not found is marked as new.

        Somebody new is a candidate for those who follow in the batch.
        """
        by_email = self._candidates("email_normalized", {p.email for p in people})
        by_phone = self._candidates("phone_sanitized", {p.phone for p in people})
        for person in people:
            self._match_one(person, by_email, by_phone)
            if person.is_new:
                person.candidate = Candidate(None, person.name)
                if person.email:
                    by_email[person.email].append(person.candidate)
                if person.phone:
                    by_phone[person.phone].append(person.candidate)

    @staticmethod
    def _match_one(person, by_email, by_phone):
        mails = by_email.get(person.email, ())
        phones = by_phone.get(person.phone, ())
        alike = [c for c in phones if similar_names(c.name, person.name)]
        if len(mails) == 1:
            person.candidate = mails[0]
        elif mails:
            both = [c for c in alike if c in mails]
            if len(both) == 1:
                person.candidate = both[0]
            else:
                person.doubts = [(c, "email_many") for c in mails]
        elif len(phones) == 1 and alike:
            person.candidate = phones[0]
        elif phones:
            reason = "phone_name" if len(phones) == 1 else "phone_many"
            person.doubts = [(c, reason) for c in phones]
        person.is_new = person.candidate is None

    def _candidates(self, column, values):
        """Return active customers by key: commercial entities that nobody logs in as.

        Staff is left out: a shop must not reach the partner of an employee.
        """
        found = defaultdict(list)
        values = sorted(value for value in values if value)
        if not values:
            return found
        self.env["res.partner"].flush_model([column, "active", "company_id", "name"])
        query = SQL(
            "SELECT p.%(column)s, p.id, p.name FROM res_partner p "
            "WHERE p.%(column)s = ANY(%(values)s) AND p.%(column)s IS NOT NULL "
            "AND p.active AND p.commercial_partner_id = p.id "
            "AND p.partner_share IS NOT FALSE "
            "AND (p.company_id IS NULL OR p.company_id = %(company)s) "
            "AND NOT EXISTS (SELECT FROM res_company c WHERE c.partner_id = p.id) "
            "ORDER BY p.id",
            column=SQL.identifier(column),
            values=values,
            company=self.ctx.company.id,
        )
        for key, partner, name in self.env.execute_query(query):
            found[key].append(Candidate(partner, name))
        return found

    # ------------------------------------------------------------------- make
    def claim(self, people):
        """Make sure that no other call makes the same people at the same time.

        Two calls that claim one key meet at its row: the second fails with a
        serialization error, is run again by Odoo and then finds the partner.
        """
        keys = {key for p in people if p.is_new for key in (p.email, p.phone) if key}
        insert(
            self.env["sme.identity.claim"],
            ("name",),
            [{"name": key} for key in sorted(keys)],
            constants={"claimed_on": self.ctx.now},
            conflict=overwrite(
                self.env["sme.identity.claim"], ("name",), ("claimed_on",)
            ),
        )

    def propose(self, people):
        """Keep doubtful matches as possible duplicates for a person to decide."""
        rows = [
            {"partner_id": person.partner_id, "other_id": other.id, "reason": reason}
            for person in people
            for other, reason in person.doubts[:MAX_PROPOSALS]
        ]
        insert(
            self.env["sme.duplicate"],
            ("partner_id", "other_id", "reason"),
            rows,
            constants={
                "state": "open",
                "company_id": self.ctx.company.id,
                "source_id": self.ctx.source.id,
            },
        )

    # ----------------------------------------------------------------- guests
    def resolve(self, refs):
        """Return the partner of each reference to a customer, guests made if need be.

        :param list refs: (CustomerRef record or None, address record or None)
        :return: partner ids in the same order; None where nothing names anybody
        :rtype: list
        """
        accounts = self._bound(
            "customer", {ref["external_id"] for ref, _a in refs if ref}
        )
        waiting, people = [], {}
        answer = [None] * len(refs)
        for position, (ref, address) in enumerate(refs):
            if ref is None:
                continue
            bound = accounts.get(ref["external_id"])
            if bound:
                answer[position] = bound
                continue
            person = self.person(ref, address)
            key = guest_key(person.email, person.phone, ref["external_id"])
            if key:
                person.key = key
                people.setdefault(key, person)
                waiting.append((position, key))
        if people:
            found = self._guests(people)
            for position, key in waiting:
                answer[position] = found[key]
        return answer

    def _bound(self, kind, external_ids):
        external_ids = [key for key in external_ids if key]
        if not external_ids:
            return {}
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT external_id, partner_id FROM sme_binding WHERE kind = %s "
                    "AND source_id = %s AND external_id = ANY(%s) "
                    "AND partner_id IS NOT NULL",
                    kind,
                    self.ctx.source.id,
                    external_ids,
                )
            )
        )

    def _guests(self, people):
        """Return guest key to partner; binds guests that are not bound yet."""
        found = self._bound("guest", people)
        fresh = [person for key, person in people.items() if key not in found]
        if fresh:
            self.match(fresh)
            self.claim(fresh)
            written = self._make_guests([p for p in fresh if p.is_new])
            self.propose(fresh)
            self._bind_guests(fresh, written)
            found.update((p.key, p.partner_id) for p in fresh)
        return found

    def _make_guests(self, people):
        values = []
        for person in people:
            address = person.address
            country = self.ctx.country(address.get("country"))
            values.append(
                {
                    "name": person.name
                    or address.get("name")
                    or person.raw.get("email")
                    or person.raw.get("phone")
                    or f"#{person.raw['external_id']}",
                    "email": person.raw.get("email") or False,
                    "phone": person.raw.get("phone") or address.get("phone") or False,
                    "street": address.get("street") or False,
                    "street2": address.get("street2") or False,
                    "city": address.get("city") or False,
                    "zip": address.get("zip") or False,
                    "country_id": country or False,
                    "state_id": self.ctx.state(country, address.get("state")) or False,
                    "company_id": self.ctx.source._partner_company().id,
                }
            )
        partners = (
            self.env["res.partner"]
            .with_context(_partners_skip_fields_sync=True)
            .create(values)
        )
        for person, partner in zip(people, partners, strict=True):
            person.candidate.id = partner.id
        partners.flush_recordset()
        return {
            person.key: {
                name: value
                for name, value in row.items()
                if value and name[-3:] != "_id"
            }
            for person, row in zip(people, values, strict=True)
        }

    def _bind_guests(self, people, written):
        binding = self.env["sme.binding"]
        insert(
            binding,
            ("external_id", "partner_id", "created_partner", "written"),
            [
                {
                    "external_id": person.key,
                    "partner_id": person.partner_id,
                    "created_partner": person.key in written,
                    "written": written.get(person.key, {}),
                }
                for person in people
            ],
            constants={
                "source_id": self.ctx.source.id,
                "company_id": self.ctx.company.id,
                "kind": "guest",
            },
            conflict=overwrite(
                binding,
                ("source_id", "kind", "external_id"),
                ("partner_id", "created_partner", "written"),
            ),
        )
