"""Find partners by a part of a name, e-mail or number without reading all of them.

An index over pairs of neighbouring characters, and over each single character beyond
ASCII (a Chinese family name is one), names the few partners that may match; what was
asked for is then checked on those. It needs no extension of PostgreSQL and finds terms
of two characters, which a trigram index does not. See ``docs/decisions/0014``.
"""

import re

from odoo.fields import Domain
from odoo.orm.domains import DomainAnd, DomainCondition, DomainOr
from odoo.tools import SQL

# What `display_name` and the search box of contacts look into, and the phone number.
COLUMNS = ("complete_name", "email", "ref", "vat", "company_registry", "phone")
OPERATORS = ("ilike", "like")
# What Odoo leaves out of a phone number before it looks into it.
PHONE_SEPARATORS = r"[\s\\./\(\)\-]"
_WILDCARDS = re.compile("[%_]")


def create_function(cr):
    """Make the function of the index; an index cannot be made without it.

    Declared expensive, so that the planner asks the index and never computes pairs
    for all rows.
    """
    cr.execute(
        SQL(
            r"""
            CREATE OR REPLACE FUNCTION sme_grams(words text) RETURNS text[]
            LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 500 AS $$
            DECLARE
                folded text := lower(words);
                size int := length(folded);
                pairs text;
            BEGIN
                pairs := regexp_replace(
                    left(folded, size - mod(size, 2)), '(..)', E'\\1\x01', 'g'
                ) || regexp_replace(
                    substr(folded, 2, size - 1 - mod(size - 1, 2)),
                    '(..)', E'\\1\x01', 'g'
                );
                RETURN string_to_array(rtrim(pairs, E'\x01'), E'\x01')
                    || string_to_array(
                        regexp_replace(folded, E'[\x01-\x7f]+', '', 'g'), NULL);
            END $$
            """
        )
    )


def drop_function(cr):
    """Remove the function with the index that uses it."""
    cr.execute(SQL("DROP FUNCTION IF EXISTS sme_grams(text) CASCADE"))


def index_definition():
    """Definition of the index on ``res_partner``.

    :rtype: str
    """
    columns = {name: SQL.identifier(name) for name in COLUMNS}
    return f"USING gin (({_grams(columns).code}))"


def narrow(env, domain):
    """Let the index find who may match the parts of a domain that look for text.

    The result means the same as before: whoever is asked for is among who may match.

    :param Domain domain: on ``res.partner``
    :rtype: Domain
    """
    # With it, letters match that are not the same; the index knows nothing of that.
    if env.registry.has_unaccent:
        return domain
    return _narrow(domain)


def _narrow(domain):
    if isinstance(domain, DomainCondition):
        pieces = _pieces_of(domain)
        return domain & may_contain(pieces) if pieces else domain
    if isinstance(domain, DomainAnd):
        return Domain.AND(_narrow(part) for part in domain.children)
    if isinstance(domain, DomainOr):
        return _narrow_or(domain)
    return domain  # a negation: nothing to gain


def _narrow_or(domain):
    """Ask the index once for all columns in which the same text is looked for."""
    together, rest = {}, []
    for part in domain.children:
        pieces = _pieces_of(part) if isinstance(part, DomainCondition) else ()
        if pieces:
            together.setdefault(pieces, []).append(part)
        else:
            rest.append(_narrow(part))
    return Domain.OR(
        [
            *(
                Domain.OR(parts) & may_contain(found)
                for found, parts in together.items()
            ),
            *rest,
        ]
    )


def _pieces_of(condition):
    """What a condition looks for, in pieces that the index can find; maybe none."""
    if condition.field_expr not in COLUMNS or condition.operator not in OPERATORS:
        return ()
    return pieces_of(condition.value)


def pieces_of(term):
    """Cut a term at its wildcards.

    :return: pieces of two characters or more, or beyond ASCII
    :rtype: tuple[str]
    """
    if not isinstance(term, str) or "\\" in term or "\0" in term:
        return ()
    return tuple(
        piece
        for piece in _WILDCARDS.split(term)
        if len(piece) > 1 or not piece.isascii()
    )


def may_contain(pieces):
    """Partners among whose texts are all pairs of characters of some pieces.

    :param pieces: as :func:`pieces_of` gives them
    :rtype: Domain
    """

    def to_sql(model, alias, query):
        columns = {name: model._field_to_sql(alias, name, query) for name in COLUMNS}
        wanted = SQL(" || ").join(SQL("sme_grams(%s)", piece) for piece in pieces)
        return SQL("%s @> (%s)", _grams(columns), wanted)

    return Domain.custom(to_sql=to_sql, predicate=lambda _partner: True)


def phone_domain(term):
    """Partners whose number contains a term, however either of them is written.

    An international prefix is found in both spellings, 00 and +.

    :param str term: as typed
    :rtype: Domain | None
    :return: None for a term that the index cannot find
    """
    digits = re.sub(PHONE_SEPARATORS, "", term)
    prefix = next((sign for sign in ("+", "00") if digits.startswith(sign)), "")
    rest = digits.removeprefix(prefix)
    if not pieces_of(rest) or _WILDCARDS.search(rest):
        return None
    patterns = [f"00{rest}%", f"+{rest}%"] if prefix else [f"%{rest}%"]

    def to_sql(model, alias, query):
        number = _stripped(model._field_to_sql(alias, "phone", query))
        return SQL("%s ILIKE ANY(%s)", number, patterns)

    return may_contain((rest,)) & Domain.custom(to_sql=to_sql)


def _grams(columns):
    """Pairs of characters of a partner's texts; the index has the same expression."""
    parts = [SQL("coalesce(%s, '')", columns[name]) for name in COLUMNS]
    parts.append(SQL("coalesce(%s, '')", _stripped(columns["phone"])))
    return SQL("sme_grams(%s)", SQL(" || chr(10) || ").join(parts))


def _stripped(phone):
    """A phone number as Odoo looks into it, without ``PHONE_SEPARATORS``."""
    return SQL(r"regexp_replace(%s, '[\s\\./\(\)\-]', '', 'g')", phone)
