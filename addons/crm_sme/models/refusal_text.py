"""The texts of refusals, each naming the remedy, in the caller's language."""

from ..tools.refusal import Refusal


def reason_text(env, refusal: Refusal) -> str:
    """Return the text of a refusal for a person.

    :param env: environment whose language is the reader's
    :rtype: str
    """
    texts = {**_type_texts(env), **_sum_texts(env), **_door_texts(env)}
    template = texts.get(refusal.code, refusal.code)
    return template % refusal.params if refusal.params else template


def _type_texts(env):
    return {
        "missing": env._("This field is missing. Update the agent."),
        "unknown_field": env._(
            "The contract does not know this field. Update crm_sme or the agent."
        ),
        "not_text": env._("Text is expected, not %(kind)s."),
        "id_not_text": env._(
            "An external id is text, not %(kind)s: a number may have lost digits. "
            "Send it in quotes."
        ),
        "id_length": env._("An external id has 1 to %(limit)s characters."),
        "number_not_text": env._(
            "A number is sent as text, not as %(kind)s, so that no digit is lost."
        ),
        "not_number": env._(
            "%(value)s is not a decimal with at most 15 digits before and 6 after the "
            "point."
        ),
        "not_time": env._(
            "%(value)s is not a time in UTC such as 2026-11-21T20:51:04Z."
        ),
        "not_boolean": env._("true or false is expected, not %(kind)s."),
        "not_currency": env._("%(value)s is not a currency code such as EUR."),
        "not_allowed": env._("%(value)s is none of: %(allowed)s."),
        "not_list": env._("A list is expected, not %(kind)s."),
        "not_object": env._("An object is expected, not %(kind)s."),
    }


def _sum_texts(env):
    return {
        "part_sum": env._(
            "Total %(total)s is not net plus tax, %(expected)s: a difference of "
            "%(difference)s. Correct it in the shop; it is tried again."
        ),
        "order_sum": env._(
            "Lines and charges sum to %(found)s, the order's total is %(total)s: a "
            "difference of %(difference)s. Correct it in the shop; it is tried again."
        ),
        "refund_sum": env._(
            "Lines and charges of the refund sum to %(found)s, more than its total "
            "%(total)s: a difference of %(difference)s. Correct it in the shop; it is "
            "tried again."
        ),
        "refunds_sum": env._(
            "The refunds sum to %(found)s, the shop says %(total)s was paid back: a "
            "difference of %(difference)s. Correct it in the shop; it is tried again."
        ),
        "refunds_exceed": env._(
            "The refunds sum to %(found)s, %(difference)s more than the order's total "
            "%(total)s. Correct it in the shop; it is tried again."
        ),
        "refund_twice": env._("Two refunds of this order have the same id."),
    }


def _door_texts(env):
    return {
        "future": env._(
            "%(value)s is more than a day ahead of this server's clock, %(now)s. Check "
            "the clocks and time zones of the shop and of this server."
        ),
        "currency_unknown": env._(
            "Odoo does not know the currency %(value)s. Create it in Accounting > "
            "Configuration > Currencies, then retry."
        ),
        "kind_unknown": env._("%(value)s is none of: %(allowed)s. Update crm_sme."),
        "gone_outside": env._(
            "Only a stream named reconcile/… may say that a record is gone."
        ),
        "id_of_refund": env._(
            "A refund of another order has this external id. Rename the source's order."
        ),
        "odoo": env._("Odoo could not store it: %(message)s"),
    }
