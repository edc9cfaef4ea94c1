"""The currencies that exist (ISO 4217), and sums that never mix two of them."""

from __future__ import annotations

from collections.abc import Iterable
from math import fsum

_CODES = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD "
    "CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF "
    "GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK "
    "LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD "
    "OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN "
    "SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XCG "
    "XOF XPF YER ZAR ZMW ZWG"
)
CURRENCIES = frozenset(_CODES.split())
"""Codes of money that one can be billed in."""


def sums(amounts: Iterable[tuple[float | None, str | None]]) -> dict[str, float]:
    """The sum of each currency, by its code; amounts that nobody priced are left out.

    >>> sums([(1.5, "USD"), (2.0, "EUR"), (0.5, "USD"), (None, None)])
    {'EUR': 2.0, 'USD': 2.0}
    """
    # exact to the last bit whatever the order: a table's parts add up to its total

    by_currency: dict[str, list[float]] = {}
    for amount, currency in amounts:
        if amount is not None and currency:
            by_currency.setdefault(currency, []).append(amount)
    return {code: fsum(by_currency[code]) for code in sorted(by_currency)}
