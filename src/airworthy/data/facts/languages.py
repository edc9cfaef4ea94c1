"""The language of short texts: its script; in Latin script its most common words and its own letters."""

from __future__ import annotations

import polars as pl

COMMON: dict[str, str] = {
    "English": "the and is are was were you that with have has had this for not but they he she we my it"
    " its of to in on at as by be been a an i me so do no or if from will would can could about after all"
    " also just what when which who there their out up over then than them your our his her more very want"
    " like come men man car pour die war son met per era any one see am hat",
    "German": "der die das und ist nicht ich ein eine einen einem einer mit auf für war sie wir zu den"
    " dem des von sehr auch es er im in am an bei nach aus wie aber oder wird wurde sind hat haben noch"
    " nur wenn so vom zum zur als kein keine schon ihr mein meine mich uns man kann wieder alles gut seit"
    " ohne",
    "French": "le la les des est une un et pas que pour dans je vous avec très du de sur qui mais nous au"
    " aux ce cette il elle on ne se sa son ses plus par ou où sont été était tout bien fait être comme mon"
    " ma mes leur sans depuis après trop encore en à y quand j l d c n qu",
    "Spanish": "el la los las una un es que de no por con para muy pero está del al y se mi lo como fue"
    " en su sus le me te más ya sin sobre todo hay son era ha han este esta esto yo nos cuando también"
    " desde hasta bien porque todos hoy después algo",
    "Italian": "il la lo le i che non è una un per con sono di della dello del dei delle molto ma questo"
    " questa anche gli ho ha hanno più nel nella al alla da dal dalla si mi ci se come era stato stata"
    " quando o e in tutto bene ancora dopo prima senza ieri suo sua mio mia su può perché poi essere",
    "Dutch": "de het een en is niet van ik dat zijn met voor op maar was ook heel deze bij naar wij we ze"
    " zij te om er aan uit door als dan nog wel geen heb heeft hebben had kan mijn je jij u hij dit die"
    " meer werd wordt zo goed zeer na over sinds wanneer in",
    "Portuguese": "o a os as não uma um que com para é muito do da dos das mas eu foi no na nos nas em"
    " você são de por se meu minha ele ela isso este esta mais já como tem está ao à também quando sem"
    " sobre depois até só seu sua bem tudo desde ainda nem estava",
    "Polish": "i w z na nie się jest to do że o od po za jak ale co ten ta bardzo był była było były być"
    " mnie mi ja dla są czy tak już tylko przez jego jej oraz przy kiedy może można bez pod tym tego"
    " jeszcze raz mam moja mój ich lub gdy ze we który która które",
    "Czech or Slovak": "a je se na v že to s z do ale jak pro by si jsem jsme byl byla bylo nebo ne není"
    " jako které který která ten ta po za od o tak jen už velmi mi mě když jeho její při bez pod sa som"
    " sme bol bola bolo alebo nie ako pre čo veľmi ktoré ktorý u k i",
    "Swedish": "och att det är en ett som på av för med den inte har jag till i om var vi de så men kan"
    " han hon från mycket när efter mig min mitt sig ut upp vid eller blev vara också bara nu där hade"
    " över utan sedan igen under ni oss",
    "Danish or Norwegian": "og at det er en et som på af av for med den ikke har jeg til i om var vi de"
    " så men kan han hun fra meget veldig når efter etter mig meg min sig seg ud ut op opp ved eller blev"
    " ble være også bare nu nå der hvor hadde havde over uten uden siden igen igjen under",
    "Finnish": "ja on ei se että en oli hän mutta kun niin kuin tai ovat olen ole olla joka mitä myös"
    " vain jo hyvin minä minun sen tämä tämän mukaan sekä jos nyt vielä hyvä kanssa jälkeen ilman oma sitä"
    " siitä eikä kaikki erittäin",
    "Turkish": "ve bir bu da de için ile çok ama ne gibi daha en var yok mi mı ben o sen olarak olan"
    " kadar sonra değil her şey oldu ise ki iyi benim bana onu önce hiç tekrar beri göre veya",
    "Romanian": "și si este nu de la un o pe cu în care pentru din că mai a am ai au fost ce se sunt"
    " foarte dar după fără sau eu el ea mi îmi ma mă al ale acest această când sa să prin cum tot bine",
    "Hungarian": "a az és hogy nem is egy ez de volt van meg csak már mert vagy én ő mint el ki kell"
    " nagyon még ha nagy jó be azt ezt után nélkül szerint lesz volna nekem itt ott minden sem",
    "Croatian or Serbian": "i je u se na da su za od sam s a ne nije što kao koji koja koje ali bio bila"
    " bilo sve samo do iz o ili vrlo jako mi me već kad kada bez nakon po još ovo taj to smo jer nisam moj"
    " moja",
    "Indonesian or Malay": "yang dan di ini itu dengan untuk tidak dari ke pada saya adalah ada dalam"
    " akan juga sudah bisa karena sangat atau kami kita mereka dia telah oleh lebih tapi tak boleh sejak"
    " setelah tanpa barang sekali anda",
    "Vietnamese": "và là của có không cho được trong một người này đã với các những khi từ rất tôi bạn"
    " đến nhưng ở về như nhiều cũng để hàng thì mà nó sẽ",
}
"""Frequent words of each. Those that languages share stand with each, so that others of the text decide."""

MARKED: dict[str, str] = {
    "German": "ß",
    "Spanish": "ñ¿¡",
    "Portuguese": "ãõ",
    "Polish": "łąęśćżźń",
    "Czech or Slovak": "ěřůčšžťďľĺŕ",
    "Swedish": "å",
    "Danish or Norwegian": "åøæ",
    "Turkish": "ğış",
    "Romanian": "țșăţ",
    "Hungarian": "őű",
    "Croatian or Serbian": "đčćžš",
    "Vietnamese": "ạảấầẩậắằặẹẻếềểệịọỏốồổộớờởợụủứừửựỳỵỷ",
}
"""Letters of its own: any of them counts as two common words, beside at least one."""

SCRIPTS: dict[str, str] = {
    "Cyrillic": r"\p{Cyrillic}",
    "Greek": r"\p{Greek}",
    "Arabic": r"\p{Arabic}",
    "Hebrew": r"\p{Hebrew}",
    "Chinese or Japanese": r"[\p{Han}\p{Hiragana}\p{Katakana}]",
    "Korean": r"\p{Hangul}",
    "Devanagari": r"\p{Devanagari}",
    "Thai": r"\p{Thai}",
}

LEAST_WORDS, LEAD = 2, 2
"""Common words of a language that a text must hold, and by how many it must lead the next language."""


def languages(texts: pl.Series) -> pl.Series:
    """The language or script of each text, null where it cannot be told.

    >>> told = languages(pl.Series(["The lamp is broken and it was new", "Die Lampe ist nicht gut", "12"]))
    >>> told.to_list()
    ['English', 'German', None]
    """
    rows = pl.DataFrame({"text": texts}).with_row_index("row")
    rows = rows.join(_scripts(rows), on="row", how="left", maintain_order="left")
    lowered = rows.select("row", pl.col("text").str.to_lowercase())
    words = lowered.select("row", pl.col("text").str.extract_all(r"\p{L}+").alias("word")).explode("word")
    hits = words.join(_table(), on="word").group_by("row", "language").agg(pl.col("word").n_unique())
    marks = hits.select("row", "language").join(_marks(lowered), on=["row", "language"])
    counts = (
        pl.concat([hits.rename({"word": "hits"}), marks.with_columns(pl.lit(2, pl.UInt32).alias("hits"))])
        .group_by("row", "language")
        .agg(pl.col("hits").sum())
    )
    ranked = counts.sort("row", "hits", "language", descending=[False, True, False]).group_by("row")
    best = ranked.agg(
        pl.col("language").first(),
        pl.col("hits").first(),
        pl.col("hits").get(1, null_on_oob=True).alias("next"),
    )
    sure = best.filter(
        (pl.col("hits") >= LEAST_WORDS) & (pl.col("hits") >= LEAD + pl.col("next").fill_null(0))
    )
    told = rows.join(sure, on="row", how="left", maintain_order="left")
    return told.select(pl.coalesce("script", "language")).to_series()


def _table() -> pl.DataFrame:
    known = {(word, name) for name, common in COMMON.items() for word in common.split()}
    return pl.DataFrame(sorted(known), schema=["word", "language"], orient="row")


def _marks(lowered: pl.DataFrame) -> pl.DataFrame:
    """Columns row and language, once for each language of whose own letters a text holds one."""
    text = pl.col("text")
    lettered = lowered.filter(text.str.len_bytes() != text.str.len_chars())
    return pl.concat(
        lettered.filter(text.str.contains(f"[{letters}]")).select("row", pl.lit(name).alias("language"))
        for name, letters in MARKED.items()
    )


def _scripts(rows: pl.DataFrame) -> pl.DataFrame:
    """Columns row and script of the texts mostly in another script; ASCII holds none."""
    text = pl.col("text")
    lettered = rows.filter(text.str.len_bytes() != text.str.len_chars())
    script = pl.lit(None, pl.String)
    for name, pattern in SCRIPTS.items():
        mostly = text.str.count_matches(pattern) * 2 > text.str.count_matches(r"\p{L}")
        script = pl.when(mostly).then(pl.lit(name)).otherwise(script)
    return lettered.select("row", script.alias("script"))
