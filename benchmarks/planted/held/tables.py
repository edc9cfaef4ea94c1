"""Public tables of the held-out pool, without the rows and columns whose defects are known."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from planted.sampling import FOLDER, Tables
from planted.sampling import read_csv as _csv
from planted.world import World


def _reviews() -> World:
    """Without reviews that hold HTML, control characters or letters whose encoding was lost: all are defects."""
    frame = _csv("amazon_reviews/5000_reviews.csv.gz").drop("Y")
    kept = frame.filter(~pl.col("text").str.contains(r"[^\n\t\x20-\x7e]|&#?\w+;|<\w|http|www\.|@|\\"))
    return World("amazon_reviews", kept, "is_negative", source="category")


def _fraud() -> World:
    frame = _csv("creditcard_fraud/creditcard_allfraud_10to1.csv.gz").unique(maintain_order=True)
    return World("creditcard_fraud", frame.drop("Time"), "Class")


def _electricity() -> World:
    """Every half hour from 7 May 1996 on; without the prices (they leak) and Victoria (it joined later)."""
    frame = _csv("elec2/elec2.csv.gz")
    start = pl.datetime(1996, 5, 7)
    at = (start + pl.duration(minutes=30 * pl.int_range(pl.len()))).alias("at")
    kept = frame.select(at.dt.cast_time_unit("us"), "day", "period", "nswdemand", "class")
    return World("elec2", kept, "class", "at")


def _heart() -> World:
    names = (
        "age", "sex", "chest_pain", "pressure", "cholesterol", "sugar", "ecg", "max_rate", "angina",
        "oldpeak", "slope", "vessels", "thal", "disease",
    )  # fmt: skip
    frame = _csv("heart_disease/processed.cleveland.data", has_header=False, new_columns=list(names))
    return World("heart_disease", frame.drop("vessels", "thal"), "disease")


def _mammography() -> World:
    frame = _csv("mammography/mammography.csv", has_header=False).unique(maintain_order=True)
    label = pl.col("column_6").str.strip_chars("'").alias("label")
    return World("mammography", frame.select(*frame.columns[:6], label), "label")


def _occupancy() -> World:
    """One minute a row for six days; without the light, which nearly gives the answer."""
    names = ["row", "date", "Temperature", "Humidity", "Light", "CO2", "HumidityRatio", "Occupancy"]
    frame = _csv("occupancy/datatraining.txt", has_header=False, skip_rows=1, new_columns=names)
    at = pl.col("date").str.to_datetime(time_unit="us")
    return World("occupancy", frame.drop("row", "Light").with_columns(at), "Occupancy", "date")


def _pima() -> World:
    """Without the columns in which a zero stands for missing."""
    names = [
        "pregnancies", "glucose", "pressure", "skin", "insulin", "bmi", "pedigree", "age", "diabetes",
    ]  # fmt: skip
    frame = _csv("pima_diabetes/pima-indians-diabetes.csv", has_header=False, new_columns=names)
    return World("pima_diabetes", frame.select("pregnancies", "pedigree", "age", "diabetes"), "diabetes")


def _resumes() -> World:
    """Without "unknown" owners, experience that is a number or "some", and a flag that is mostly missing."""
    frame = _csv("resume_audit/resume.csv").drop(
        "job_ownership", "job_req_min_experience", "job_fed_contractor"
    )
    return World(
        "resume_audit", frame, "received_callback", source="job_type", group="gender", entity="job_ad_id"
    )


def _retail() -> World:
    frame = pl.read_parquet(FOLDER / "aus_retail/aus_retail.parquet")
    at = pl.col("Month").str.to_datetime("%Y %b", time_unit="us")
    kept = frame.select(at, "State", "Industry", pl.col("Series ID").alias("series"), "Turnover").sort(
        "Month", "State", "Industry"
    )
    return World("aus_retail", kept, "Turnover", "Month", source="State", entity="series")


def _energy() -> World:
    return World("energy_efficiency", _csv("energy_efficiency/ENB2012.csv").drop("Y2"), "Y1")


def _beers() -> World:
    """Without the bitterness, which is missing for four beers in ten."""
    frame = _csv("dirty_beers/clean.csv").select("style", "ounces", "abv", "city", "state")
    return World("dirty_beers", frame, source="state")


def _hospital() -> World:
    """Columns without "empty" and without telephone numbers."""
    names = ("City", "CountyName", "HospitalOwner", "EmergencyService", "Condition", "MeasureCode")
    return World("dirty_hospital", _csv("dirty_hospital/clean.csv").select(names))


def _people() -> World:
    """Invented people: where they live, without their names and numbers."""
    frame = pl.read_csv(FOLDER / "er_febrl/dataset4a.csv", infer_schema=False)
    frame = frame.rename({name: name.strip() for name in frame.columns})
    frame = frame.with_columns(pl.all().str.strip_chars().replace("", None))
    number = pl.col("street_number").cast(pl.Int64, strict=False)
    return World("er_febrl", frame.select(number, "address_1", "suburb", "postcode", "state"), source="state")


def _papers() -> World:
    frame = _csv("er_dblp_acm/dblp.csv", separator="%", quote_char=None)
    return World("er_dblp_acm", frame.select("title", "venue", "year"), source="venue")


def _sentences() -> World:
    """Three sites of 1,000 sentences; without those that stand there twice or hold control characters."""
    parts = []
    for site in ("amazon_cells", "imdb", "yelp"):
        frame = _csv(
            f"sentiment_sentences/{site}_labelled.txt",
            separator="\t",
            has_header=False,
            quote_char=None,
            new_columns=["text", "label"],
        )
        parts.append(frame.with_columns(pl.lit(site).alias("site"), pl.col("text").str.strip_chars()))
    whole = pl.concat(parts).unique("text", maintain_order=True)
    return World(
        "sentiment_sentences",
        whole.filter(~pl.col("text").str.contains(r"[\x80-\x9f]")),
        "label",
        source="site",
    )


def _weather() -> World:
    """Hours of three airports; without a gust of 1,048 miles an hour and what is missing on most days."""
    frame = _csv("nycflights/weather.csv.gz").filter(pl.col("wind_speed") < 200)
    at = pl.col("time_hour").str.to_datetime("%Y-%m-%dT%H:%M:%SZ", time_unit="us").alias("at")
    rain = pl.when(pl.col("precip") > 0).then(pl.lit("rain")).otherwise(pl.lit("dry")).alias("sky")
    kept = frame.select(at, "origin", "temp", "dewp", "humid", "wind_dir", "wind_speed", "visib", rain)
    return World("nycflights/weather", kept.sort("at", "origin"), "sky", "at", source="origin")


def _planes() -> World:
    """Without makers under several names (AIRBUS, AIRBUS INDUSTRIE) and speeds that are all but missing."""
    frame = _csv("nycflights/planes.csv").drop("manufacturer", "speed", "tailnum")
    return World("nycflights/planes", frame, source="engine")


def _airports() -> World:
    """Without three whose place is wrong: two signs were lost (China for California), one pair was swapped."""
    frame = _csv("nycflights/airports.csv").filter(~pl.col("faa").is_in(["DVT", "MYF", "EEN"]))
    return World("nycflights/airports", frame.select("lat", "lon", "alt", "tz", "dst", "tzone"))


TABLES: dict[str, Callable[[], World]] = {
    "amazon_reviews": _reviews,
    "aus_retail": _retail,
    "creditcard_fraud": _fraud,
    "dirty_beers": _beers,
    "elec2": _electricity,
    "er_dblp_acm": _papers,
    "er_febrl": _people,
    "mammography": _mammography,
    "nycflights/planes": _planes,
    "nycflights/weather": _weather,
    "occupancy": _occupancy,
    "resume_audit": _resumes,
    "sentiment_sentences": _sentences,
    "dirty_hospital": _hospital,
    "energy_efficiency": _energy,
    "heart_disease": _heart,
    "nycflights/airports": _airports,
    "pima_diabetes": _pima,
}
SMALL = frozenset(
    ("dirty_hospital", "energy_efficiency", "heart_disease", "nycflights/airports", "pima_diabetes")
)
PUBLIC = Tables(
    TABLES, regular={"elec2": 8_000, "nycflights/weather": 8_000, "occupancy": 4_000}, small=SMALL
)
# Keys; addresses, which name a row as a key does where there are 300; titles of papers that stand there twice,
# once in capitals and once not.
LEFT_OUT = {"series", "job_ad_id", "address_1", "title"}
