"""Words in column names and values that hint at what a column is, in several European languages."""

from __future__ import annotations

import re

_TOKEN = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-zà-öø-ÿß]+|[A-Z]+|\d+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TARGETS = _words(
    """
    target label class outcome y churn churned default fraud survived converted response ziel klasse
    cible objetivo clase
    """
)
YES = _words(
    """
    1 1.0 yes y true t positive pos ja oui si sí sim tak churn churned default defaulted fraud spam late
    bad fail failed failure sick dead died returned won converted
    """
)
IDENTIFIERS = _words(
    """
    id ids uid uuid guid key nr no num number code identifier kennung nummer numéro numero código clave
    ssn iban tailnum vin isbn sku
    """
)
PERSONS = _words(
    """
    customer client person patient user member account subject employee student household kunde kunden
    nutzer patientin mitarbeiter utilisateur usuario cliente paciente klant
    """
)
ITEMS = _words(
    """
    item article product stock sku isbn movie film song track artist album book video game recipe course
    page restaurant hotel brand artikel produkt ware lied buch produit livre producto libro prodotto
    """
)
AMOUNTS = _words(
    """
    quantity qty plays listens count units menge anzahl stückzahl quantité cantidad quantità
    """
)
TIMES = _words(
    """
    date time timestamp datetime day week month year hour minute period quarter created opened ordered
    observed scheduled issue issued application applied datum zeit tag monat jahr uhrzeit fecha hora mes
    año heure mois année jour semaine data ora giorno mese anno
    """
)
LATE_TIMES = _words(
    """
    birth dob born geburt naissance nacimiento nascita updated modified closed end ended finished
    resolved paid last cancelled canceled delivered arrival returned left exit
    """
)
CALENDAR = ("year", "quarter", "month", "week", "day", "hour", "minute", "second")
_CALENDAR_WORDS = {
    "year": "year jahr année annee año anno ano yr",
    "quarter": "quarter quartal trimestre",
    "month": "month monat mois mes mese",
    "week": "week woche semaine semana",
    "day": "day tag jour día dia giorno",
    "hour": "hour stunde heure hora ora hr",
    "minute": "minute min",
    "second": "second sec",
}
_PROTECTED = _words(
    """
    sex gender geschlecht sexe sexo genre genero género sesso geslacht race ethnicity ethnic ethnie
    rasse religion confession konfession religión nationality nationalität nationalité nacionalidad
    citizenship staatsangehörigkeit marital marriage married familienstand zivilstand matrimonial civil
    disability disabled handicap behinderung discapacidad pregnant pregnancy orientation veteran
    minority senior seniorcitizen partner spouse dependents dependants children kinder enfants hijos
    dob birthdate geburtsdatum
    """
)
_AGES = _words(
    """
    age alter âge edad età leeftijd idade ålder
    """
)
_EDUCATIONS = _words(
    """
    education bildung éducation educación onderwijs istruzione
    """
)
_AROUND_EDUCATION = _EDUCATIONS | _words("num level highest years of in the customer person status group")
_AROUND_AGE = (
    _words(
        """
    age alter group band bucket range class years year yrs in at of the customer client person patient
    user applicant member employee respondent borrower driver gruppe kunde kunden cat category
    """
    )
    | _AGES
)
_PHRASES = (
    ("native", "country"),
    ("country", "birth"),
    ("birth", "date"),
    ("date", "birth"),
    ("birth", "year"),
    ("skin", "color"),
    ("skin", "colour"),
)
_GROUP_VALUES = (
    frozenset({"male", "female"}),
    frozenset({"m", "f"}),
    frozenset({"man", "woman"}),
    frozenset({"mann", "frau"}),
    frozenset({"männlich", "weiblich"}),
    frozenset({"homme", "femme"}),
    frozenset({"hombre", "mujer"}),
    frozenset({"uomo", "donna"}),
    frozenset({"husband", "wife"}),
    frozenset({"married", "divorced"}),
    frozenset({"black", "white", "asian"}),
)
_AFTER = _words(
    """
    outcome resolution resolved cancelled canceled cancellation chargeback refund refunded recovery
    recoveries settlement writeoff gold adjudicated postmortem ergebnis kündigungsgrund résultat
    resultado
    """
)


_PERHAPS_AFTER = _words(
    """
    actual arr arrival closed delay duration elapsed end ended final finished paid reason result returned
    status
    """
)


def tokens(name: str) -> list[str]:
    """The lower-case words of a column name.

    >>> tokens("customerID"), tokens("marital-status"), tokens("PAY_AMT1")
    (['customer', 'id'], ['marital', 'status'], ['pay', 'amt', '1'])
    """
    return [word.lower() for word in _TOKEN.findall(name)]


def is_protected_name(name: str) -> bool:
    """Whether a name speaks of a protected attribute; the age of a house or a job's demands do not.

    >>> [is_protected_name(n) for n in ("AGE", "housing_median_age", "SeniorCitizen", "Geschlecht", "stage")]
    [True, False, True, True, False]
    >>> [is_protected_name(n) for n in ("EDUCATION", "education-num", "job_req_education")]
    [True, True, False]
    """
    words = tokens(name)
    if any(word in _PROTECTED for word in words):
        return True
    if any(all(part in words for part in phrase) for phrase in _PHRASES):
        return True
    return any(
        any(word in core for word in words) and all(word in around or word.isdigit() for word in words)
        for core, around in ((_AGES, _AROUND_AGE), (_EDUCATIONS, _AROUND_EDUCATION))
    )


def are_group_values(values: tuple[str, ...]) -> bool:
    """Whether values name groups of people.

    >>> are_group_values(("Male", "Female")), are_group_values(("Yes", "No"))
    (True, False)
    """
    found = {re.sub(r"[^\w]+", " ", value).strip().casefold() for value in values}
    return any(group <= found for group in _GROUP_VALUES)


def is_identifier_name(name: str) -> bool:
    """Whether a name ends like a key.

    >>> is_identifier_name("customerID"), is_identifier_name("paid"), is_identifier_name("education-num")
    (True, False, False)
    """
    words = tokens(name)
    if not words or (words[-1] not in IDENTIFIERS and words != ["id"]):
        return False
    # "num" and "no" end many measurements too: they count only behind a person or alone.
    return words[-1] not in ("num", "no", "number", "code") or len(words) == 1 or words[0] in PERSONS


def calendar_part(name: str) -> str | None:
    """Which part of a calendar a whole name is.

    >>> calendar_part("Jahr"), calendar_part("month"), calendar_part("monthly_charges")
    ('year', 'month', None)
    """
    words = tokens(name)
    for part, spellings in _CALENDAR_WORDS.items():
        if len(words) == 1 and words[0] in spellings.split():
            return part
    return None


def is_after_name(name: str) -> bool:
    """Whether a name speaks of something that is known once the case is over."""
    return any(word in _AFTER for word in tokens(name))


def may_be_after_name(name: str) -> bool:
    """Whether a name is worth the question: it often, not always, speaks of the case's end.

    >>> may_be_after_name("loan_status"), may_be_after_name("PAY_0")
    (True, False)
    """
    return any(word in _PERHAPS_AFTER for word in tokens(name))


def extends(name: str, stem: str) -> bool:
    """Whether `name` is `stem` with something added: what is said about the target is known with it.

    >>> extends("airline_sentiment_gold", "airline_sentiment"), extends("classic", "class")
    (True, False)
    """
    rest = name[len(stem) :]
    return (
        len(stem) >= 4
        and name.startswith(stem)
        and bool(rest)
        and (not rest[0].isalpha() or rest[0].isupper())
    )
