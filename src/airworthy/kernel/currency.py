"""Currencies by their ISO 4217 code: an unknown one is a typing error, and nothing is converted."""

from __future__ import annotations

import difflib

from airworthy.kernel.errors import InputError

_ACTIVE = """
AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD
CDF CHF CLF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF
GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP
LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB
PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL
THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW
ZWG
"""
CURRENCIES = frozenset(_ACTIVE.split())
"""Active codes of ISO 4217, without funds, metals and test codes."""


def parse_currency(text: str) -> str:
    """The code in `text`, in capitals.

    Raises `InputError`, with the nearest codes, when ISO 4217 does not list it.

    >>> parse_currency("usd")
    'USD'
    """
    code = text.strip().upper()
    if code in CURRENCIES:
        return code
    near = difflib.get_close_matches(code, sorted(CURRENCIES), n=3)
    hint = f"Did you mean {' or '.join(near)}?" if near else "Write a code of ISO 4217, such as USD or EUR."
    raise InputError(f"{text!r} is not a currency.", value=text, remedy=hint)
