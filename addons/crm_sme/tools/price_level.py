"""How large the numbers of a currency are, for first guesses of costs in it."""

from decimal import Decimal

# Rough number of units that buy an hour of office work where the currency is used,
# next to one euro; only for first guesses that people change. Others count as 1.
PRICE_LEVEL = {
    "BRL": 3,
    "CLP": 500,
    "CNY": 2,
    "COP": 1500,
    "CZK": 15,
    "DKK": 7,
    "HKD": 6,
    "HUF": 200,
    "IDR": 5000,
    "INR": 25,
    "ISK": 120,
    "JPY": 100,
    "KRW": 800,
    "MXN": 8,
    "MYR": 2,
    "NGN": 300,
    "NOK": 10,
    "PHP": 20,
    "PKR": 80,
    "PLN": 3,
    "RUB": 40,
    "SEK": 10,
    "THB": 15,
    "TRY": 15,
    "TWD": 20,
    "UAH": 15,
    "VND": 8000,
    "ZAR": 8,
}


def first_guess(amount: int, currency: str) -> Decimal:
    """An amount in euro as a round number of another currency.

    Args:
        amount: in euro, as an example.
        currency: ISO 4217 code.
    """
    return Decimal(amount * PRICE_LEVEL.get(currency, 1))
