"""What pydantic found wrong with a record or a setting, in the user's language."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from sync_agent.i18n import ENGLISH, N_, _, language

_MESSAGES = {
    "missing": N_("Field required"),
    "extra_forbidden": N_("Extra inputs are not permitted"),
    "string_type": N_("Input should be a valid string"),
    "string_too_short": N_("String should have at least {min_length} characters"),
    "string_too_long": N_("String should have at most {max_length} characters"),
    "string_pattern_mismatch": N_("String should match pattern '{pattern}'"),
    "literal_error": N_("Input should be {expected}"),
    "decimal_type": N_("Input should be a valid decimal"),
    "decimal_parsing": N_("Input should be a valid decimal"),
    "finite_number": N_("Input should be a finite number"),
    "int_type": N_("Input should be a valid integer"),
    "int_parsing": N_("Input should be a valid integer"),
    "int_from_float": N_("Input should be a valid integer"),
    "float_type": N_("Input should be a valid number"),
    "float_parsing": N_("Input should be a valid number"),
    "bool_type": N_("Input should be a valid boolean"),
    "bool_parsing": N_("Input should be a valid boolean"),
    "datetime_type": N_("Input should be a valid datetime"),
    "datetime_parsing": N_("Input should be a valid datetime"),
    "datetime_from_date_parsing": N_("Input should be a valid datetime"),
    "list_type": N_("Input should be a valid list"),
    "tuple_type": N_("Input should be a valid list"),
    "dict_type": N_("Input should be a valid table"),
    "model_type": N_("Input should be a valid table"),
    "too_short": N_("At least {min_length} values are needed"),
    "greater_than_equal": N_("Input should be greater than or equal to {ge}"),
    "greater_than": N_("Input should be greater than {gt}"),
    "less_than_equal": N_("Input should be less than or equal to {le}"),
    "less_than": N_("Input should be less than {lt}"),
}
"""Kind of a pydantic error -> its message; only other languages read it here."""
_OF_RECORDS = (
    N_("an external id is text; a float may have lost digits"),
    N_("a float is not exact; give the number as text"),
    N_("not a finite number"),
    N_("out of range: too many digits before the point"),
    N_("a time needs a time zone"),
)
"""What the types of the records say themselves."""


def first_of(error: ValidationError) -> dict[str, Any]:
    """Return pydantic's first fault, with its ``msg`` in the user's language."""
    fault: dict[str, Any] = {**error.errors(include_url=False, include_input=False)[0]}
    if language() != ENGLISH:
        fault["msg"] = _translated(fault)
    return fault


def _translated(fault: dict[str, Any]) -> str:
    values = dict(fault.get("ctx", {}))
    if fault["type"] == "value_error":
        return _(str(values["error"]))
    template = _MESSAGES.get(fault["type"])
    if template is None:
        return str(fault["msg"])
    if "expected" in values:
        values["expected"] = str(values["expected"]).replace(" or ", _(" or "))
    return _(template, **values)
