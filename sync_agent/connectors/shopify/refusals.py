"""What Shopify's errors mean: they come inside HTTP 200."""

from __future__ import annotations

from typing import Any

from sync_agent.errors import AgentError, Fatal, NeedsCredentials, Retryable
from sync_agent.i18n import N_, _

_SHOWN = 200


class ServerTrouble(Retryable):
    """The shop failed inside while it answered; another record may work."""


class TooDear(Fatal):
    """The question costs more points than Shopify allows in one."""


class Throttled(Retryable):
    """The budget is used up for now."""


_FAILED = N_("Shopify failed: {said}")
_LATER = N_("It is tried again at the next run.")
_BY_CODE: dict[str, tuple[type[AgentError], str, str]] = {
    "THROTTLED": (
        Throttled,
        N_("The shop's budget of points is used up: {said}"),
        N_("Other apps may use it, too; it is tried again."),
    ),
    "MAX_COST_EXCEEDED": (
        TooDear,
        N_("Shopify finds the question too dear: {said}"),
        N_("Lower records_at_once and page_size."),
    ),
    "ACCESS_DENIED": (
        NeedsCredentials,
        N_("The app may not read this: {said}"),
        N_(
            "Give the app the scopes read_orders, read_all_orders, read_customers, "
            "read_products and read_fulfillments, and ask for access to protected "
            "customer data; then install it again."
        ),
    ),
    "SHOP_INACTIVE": (
        Fatal,
        N_("The shop is closed: {said}"),
        N_("Its owner has to open it again, or disable the source."),
    ),
    "INTERNAL_SERVER_ERROR": (ServerTrouble, _FAILED, _LATER),
    "TIMEOUT": (ServerTrouble, _FAILED, _LATER),
}
_NOT_UNDERSTOOD = (
    Fatal,
    N_("Shopify does not understand the question: {said}"),
    N_("Its version of the API may have ended: update the agent."),
)

MAY_BE_HIDDEN = frozenset(
    {
        *("customer", "email", "phone", "billingAddress", "shippingAddress"),
        *("firstName", "lastName", "defaultEmailAddress", "defaultPhoneNumber"),
        *("defaultAddress", "addressesV2", "address1", "address2", "displayName"),
        *("customerJourneySummary", "inventoryItem", "unitCost", "note"),
    }
)
"""Fields that an app may not see without Shopify's approval; the rest is given."""


def failure(errors: Any) -> AgentError:
    """Return the error for the ``errors`` of an answer.

    Args:
        errors: each with ``message``, ``path`` and ``extensions.code``; or a text.
    """
    first = errors[0] if isinstance(errors, list) and errors else errors
    if not isinstance(first, dict):
        return Fatal(
            _("Shopify refuses the question: {said}", said=str(first)[:_SHOWN]),
            _("Is the address that of the shop (https://….myshopify.com)?"),
        )
    code = str((first.get("extensions") or {}).get("code") or "")
    kind, message, remedy = _BY_CODE.get(code, _NOT_UNDERSTOOD)
    said = str(first.get("message") or code)[:_SHOWN]
    return kind(_(message, said=said), _(remedy))


def hidden_fields(errors: Any) -> set[str]:
    """Return the fields left out for want of approval; none if more than that failed.

    Args:
        errors: as in :func:`failure`.
    """
    fields = set()
    for error in errors if isinstance(errors, list) else [{}]:
        code = (error.get("extensions") or {}).get("code")
        names = [step for step in error.get("path") or () if isinstance(step, str)]
        if code != "ACCESS_DENIED" or not names or names[-1] not in MAY_BE_HIDDEN:
            return set()
        fields.add(names[-1])
    return fields
