"""Names of units, and how many of one make another."""

from __future__ import annotations

_ALIASES: dict[str, tuple[str, ...]] = {
    "oz": ("ounce", "ounces"),
    "lb": ("lbs", "pound", "pounds"),
    "kg": ("kgs", "kilo", "kilos", "kilogram", "kilograms"),
    "g": ("gr", "gram", "grams"),
    "mg": ("milligram", "milligrams"),
    "m": ("metre", "metres", "meter", "meters"),
    "cm": ("centimetre", "centimetres", "centimeter", "centimeters"),
    "mm": ("millimetre", "millimetres", "millimeter", "millimeters"),
    "km": ("kilometre", "kilometres", "kilometer", "kilometers"),
    "in": ("inch", "inches", '"'),
    "ft": ("foot", "feet"),
    "mi": ("mile", "miles"),
    "l": ("litre", "litres", "liter", "liters"),
    "ml": ("millilitre", "millilitres", "milliliter", "milliliters"),
    "s": ("sec", "secs", "second", "seconds"),
    "min": ("mins", "minute", "minutes"),
    "h": ("hr", "hrs", "hour", "hours"),
    "%": ("percent", "pct"),
}
_NAMES = {alias: unit for unit, aliases in _ALIASES.items() for alias in aliases}

# Of each dimension in its SI unit; the pound and the inch are exact by definition (1959).
_SIZES: tuple[dict[str, float], ...] = (
    {"kg": 1.0, "g": 1e-3, "mg": 1e-6, "lb": 0.45359237, "oz": 0.028349523125},
    {"m": 1.0, "cm": 1e-2, "mm": 1e-3, "km": 1e3, "in": 0.0254, "ft": 0.3048, "mi": 1609.344},
    {"l": 1.0, "ml": 1e-3},
    {"s": 1.0, "min": 60.0, "h": 3600.0},
)


def same_unit(unit: str) -> str:
    """One name for all names of a unit.

    >>> same_unit("ounces"), same_unit("oz. can"), same_unit("furlong")
    ('oz', 'oz', 'furlong')
    """
    if unit in _NAMES or unit in _ALIASES:
        return _NAMES.get(unit, unit)
    first = unit.split(" ")[0].removesuffix(".")  # a word behind the unit tells something else
    return _NAMES.get(first, first) if len(first) > 1 and (first in _NAMES or first in _ALIASES) else unit


def is_known(unit: str) -> bool:
    """Whether a text is a unit of measurement of more than one letter, a percent or a currency sign.

    >>> is_known("oz"), is_known("m"), is_known("street")
    (True, False, False)
    """
    if len(unit) > 1:
        return same_unit(unit) in _ALIASES
    return unit in ("%", "€", "$", "£")


def factor_between(unit: str, main: str) -> float:
    """How many `main` one `unit` is; 1 where nobody knows, or no unit is written.

    >>> factor_between("min", "h") == 1 / 60, factor_between("", "kg"), factor_between("ounce", "oz")
    (True, 1.0, 1.0)
    """
    one, other = same_unit(unit), same_unit(main)
    for sizes in _SIZES:
        if one in sizes and other in sizes:
            return sizes[one] / sizes[other]
    return 1.0
