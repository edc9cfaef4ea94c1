"""Words of the held-out tables: wards, diagnoses, insurers, and notes in English, German and Spanish."""

from __future__ import annotations

import numpy as np

SITES = (
    "Hillside", "Riverbank", "Saint Anne", "Oakfield", "Northgate", "Lakeview", "Old Mill", "Harbour",
    "Queensway",
)  # fmt: skip
WARDS = (
    "cardiology", "orthopaedics", "emergency", "maternity", "paediatrics", "neurology", "oncology",
    "urology", "dermatology", "psychiatry", "surgery", "intensive care",
)  # fmt: skip
DIAGNOSES = (
    "hypertension", "type 2 diabetes", "asthma", "pneumonia", "hip fracture", "migraine", "influenza",
    "appendicitis", "atrial fibrillation", "heart failure", "kidney stones", "gallstones", "eczema",
    "depression", "anxiety", "epilepsy", "stroke", "concussion", "wrist fracture", "sprained ankle",
    "back pain", "sciatica", "arthritis", "gout", "anaemia", "dehydration", "gastroenteritis", "sepsis",
    "bronchitis", "tonsillitis", "sinusitis", "conjunctivitis", "glaucoma", "cataract", "vertigo",
    "insomnia", "hernia", "ulcer", "reflux", "cellulitis", "shingles", "psoriasis", "urticaria",
    "thrombosis", "embolism", "angina", "syncope", "obesity", "hepatitis", "pancreatitis", "meningitis",
    "measles", "lumbago", "tendinitis", "carpal tunnel",
)  # fmt: skip
INSURERS = (
    "Alpina Mutual", "Baltic Health", "Civic Fund", "Delta Care", "Evergreen Plan", "Federal Scheme",
    "Guild Insurance", "self pay",
)  # fmt: skip
TRIAGE = ("immediate", "very urgent", "urgent", "standard", "non urgent")
ARRIVALS = ("on foot", "ambulance", "referral", "helicopter", "transfer", "taxi")
ALLERGIES = ("penicillin", "latex", "pollen", "peanuts", "iodine", "aspirin", "bee stings", "shellfish")
DOCTORS = tuple(
    f"Dr {name}"
    for name in (
        "Abbott", "Bianchi", "Castillo", "Dimitrov", "Eriksson", "Fontaine", "Gruber", "Horvath", "Iversen",
        "Jankowski", "Kowalczyk", "Lindqvist", "Marchetti", "Nakamura", "Okafor", "Papadakis", "Quinn",
        "Rautio", "Svoboda", "Takahashi", "Urbano", "Vukovic", "Whitfield", "Yilmaz", "Zimmermann", "Adeyemi",
    )
)  # fmt: skip
TOWNS = (
    "Düsseldorf", "São Paulo", "A Coruña", "Liège", "Győr", "Çankaya", "Ålesund", "Plzeň", "Reykjavík",
    "Mâcon", "Logroño", "Jyväskylä", "Tårnby", "Nürnberg", "Osnabrück", "Évora", "Sète", "Gdańsk",
)  # fmt: skip
# one sentence: who, what happened, to what, how
_ENGLISH = (
    ("Patient", "The mother", "The night nurse", "Physiotherapy", "The family", "The ward round", "Triage"),
    (
        "reports", "describes", "noticed", "documented", "is worried about", "asked again about", "denies",
        "was told about", "mentions", "observed",
    ),
    (
        "mild pain", "a dry cough", "some swelling", "dizziness", "a rash", "short breath", "poor sleep",
        "nausea", "a stiff neck", "blurred vision", "loss of appetite", "numb fingers",
    ),
    (
        "since yesterday evening", "after the second dose", "when climbing stairs", "for about two weeks",
        "mostly in the morning", "without any known cause", "which eased with rest", "on the left side",
        "and wants to go home", "so the plan stays as it is", "and will return on Monday",
    ),
)  # fmt: skip
_GERMAN = (
    ("Der Patient", "Die Mutter", "Die Nachtschwester", "Der Hausarzt", "Die Familie", "Die Pflegekraft"),
    (
        "klagt über", "berichtet von", "bemerkte", "dokumentierte", "fragte noch einmal nach", "verneint",
        "erwähnt", "beobachtete",
    ),
    (
        "leichte Schmerzen", "trockenen Husten", "eine Schwellung", "starken Schwindel", "einen Ausschlag",
        "Atemnot", "schlechten Schlaf", "Übelkeit", "einen steifen Nacken", "fehlenden Appetit",
    ),
    (
        "seit gestern Abend", "nach der zweiten Gabe", "beim Treppensteigen", "seit ungefähr zwei Wochen",
        "vor allem am Morgen", "ohne erkennbare Ursache", "und möchte nach Hause", "auf der linken Seite",
        "und kommt am Montag wieder", "trotz der neuen Tabletten",
    ),
)  # fmt: skip
_SPANISH = (
    ("El paciente", "La madre", "La enfermera de noche", "El médico", "La familia", "El hermano"),
    ("refiere", "describe", "observó", "anotó", "pregunta otra vez por", "niega", "menciona", "recuerda"),
    (
        "un dolor leve", "una tos seca", "algo de hinchazón", "mareos", "una erupción", "falta de aire",
        "mal sueño", "náuseas", "visión borrosa", "los dedos dormidos",
    ),
    (
        "desde ayer por la noche", "después de la segunda dosis", "al subir las escaleras",
        "desde hace dos semanas", "sobre todo por la mañana", "sin causa conocida", "y quiere volver a casa",
        "en el lado izquierdo", "y vuelve el lunes", "a pesar de las pastillas nuevas",
    ),
)  # fmt: skip
LANGUAGES = {"English": _ENGLISH, "German": _GERMAN, "Spanish": _SPANISH}


def notes(rng: np.random.Generator, rows: int, language: str = "English", most: int = 3) -> list[str]:
    """One to `most` sentences a row, in one language."""
    parts = LANGUAGES[language]
    written = [
        [" ".join(words) + "." for words in zip(*(_drawn(rng, part, rows) for part in parts), strict=True)]
        for _ in range(most)
    ]
    long = rng.integers(1, most + 1, rows)
    return [" ".join(row[:count]) for *row, count in zip(*written, long, strict=True)]


def _drawn(rng: np.random.Generator, words: tuple[str, ...], rows: int) -> list[str]:
    return [words[place] for place in rng.integers(len(words), size=rows)]
