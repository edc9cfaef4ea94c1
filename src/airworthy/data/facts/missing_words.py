"""Words that people and programs write for "missing", in the languages of Europe."""

from __future__ import annotations

from unicodedata import combining, normalize


def _without_accents(word: str) -> str:
    return "".join(letter for letter in normalize("NFKD", word) if not combining(letter))


_WORDS = [
    phrase.strip()
    for phrase in """
    ?, ??, ., .., -, --, ---, *, –, —, n/a, na, n.a., #n/a, #na, nan, null, nil, missing, unknown, unk
    undefined, unspecified, tbd, tba, xxx, blank, 99999, -999, -9999, -99, not available, not provided
    not known, not specified, no data, not recorded, not stated, not given
    k.a., k. a., keine angabe, keine angaben, ohne angabe, nicht angegeben, nicht bekannt, unbekannt, fehlt,
    fehlend, nicht verfügbar, nicht vorhanden, nicht erfasst, keine daten, entfällt
    n.c., n.d., inconnu, inconnue, non renseigné, non renseignée, non précisé, non précisée, non spécifié,
    non spécifiée, non disponible, non communiqué, manquant, manquante, non connu, non déterminé, sans réponse
    desconocido, desconocida, s/d, sin datos, sin dato, sin especificar, sin información, no consta,
    no disponible, no especificado, no especificada, no informado, no informada, no indicado
    sconosciuto, sconosciuta, non noto, non nota, non specificato, non specificata, non indicato,
    non indicata, non pervenuto, mancante, nessun dato, dato mancante, non rilevato
    desconhecido, desconhecida, não informado, não informada, sem dados, sem informação, não disponível,
    não especificado, não especificada, não consta
    onbekend, niet bekend, niet opgegeven, niet ingevuld, niet beschikbaar, niet vermeld, geen gegevens,
    geen opgave, nvt, n.v.t., ontbreekt, ontbrekend
    ukendt, ikke oplyst, ikke angivet, uoplyst, mangler, ukjent, ikke oppgitt, uoppgitt, ikke tilgjengelig
    okänd, okänt, uppgift saknas, saknas, ej angivet, ej angiven, inte angivet, ej uppgivet, ej tillgänglig
    tuntematon, ei tiedossa, ei tietoa, puuttuu, ei ilmoitettu, ei saatavilla
    teadmata, tundmatu, nezināms, nezināma, nav zināms, nav norādīts, nežinoma, nežinomas, nenurodyta
    nieznany, nieznana, nieznane, brak danych, nie podano, nie dotyczy, nieokreślony, nie wiadomo
    neznámý, neznámá, neznámé, nezadáno, neuvedeno, není známo, neuvedené, nezadané
    ismeretlen, nincs adat, nincs megadva, hiányzik, hiányzó
    necunoscut, necunoscută, nespecificat, nespecificată, fără date, nu se cunoaște
    nepoznato, nepoznat, neznano, neznan, ni podatka, nema podataka, nije navedeno
    άγνωστο, άγνωστος, άγνωστη, δεν αναφέρεται, неизвестно, неизвестен, неизвестна, нет данных, не указано,
    не указан, невідомо, не вказано, немає даних, няма данни, непосочено, непознато
    bilinmiyor, belirtilmemiş, veri yok, anaithnid, mhux magħruf
    """.replace("\n", ",").split(",")
]
WORDS = frozenset({"", *_WORDS, *map(_without_accents, _WORDS)})
"""In small letters, with and without accents, as compared once blanks and brackets around are taken off.
`none` and `other`, and their like in other languages, are left out: they are often answers."""
