"""Tables with bad values, odd names, and far too much of something."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from battery_table import CITIES, HEADER, Table, clean, fault, put


@fault
def empty_column(folder: Path) -> Path:
    return put(folder, clean().with_column("fax", [""] * 400).text())


@fault
def decimal_commas_mixed(folder: Path) -> Path:
    values = [
        f"{v:.2f}".replace(".", ",") if i % 3 else f"{v:.2f}" for i, v in enumerate(clean().column("income"))
    ]
    return put(folder, clean().replaced("income", values).text())


@fault
def infinite_values(folder: Path) -> Path:
    values: list[Any] = clean().column("income")
    values[3], values[9] = "inf", "-Infinity"
    return put(folder, clean().replaced("income", values).text())


@fault
def dates_in_several_formats(folder: Path) -> Path:
    days = clean().column("joined")
    made = [f"{d[8:]}/{d[5:7]}/{d[:4]}" if i % 2 else f"{d[5:7]}/{d[8:]}/{d[:4]}" for i, d in enumerate(days)]
    return put(folder, clean().replaced("joined", made).text())


@fault
def time_not_a_date(folder: Path) -> Path:
    return put(folder, clean().replaced("joined", [f"week {i}" for i in range(400)]).text())


@fault
def time_with_gaps(folder: Path) -> Path:
    days = clean().column("joined")
    return put(
        folder, clean().replaced("joined", ["" if i % 50 == 0 else d for i, d in enumerate(days)]).text()
    )


@fault
def impossible_dates(folder: Path) -> Path:
    days = clean().column("joined")
    days[5] = "2023-02-30"
    return put(folder, clean().replaced("joined", days).text())


@fault
def entity_unique(folder: Path) -> Path:
    return put(folder, clean().with_column("customer_id", [f"C{i:05d}" for i in range(400)]).text())


@fault
def long_cells(folder: Path) -> Path:
    cells = ["short"] * 400
    cells[11] = "x" * 3_000_000
    return put(folder, clean().with_column("note", cells).text())


@fault
def odd_names(folder: Path) -> Path:
    text = clean().text()
    return put(folder, text.replace("age,income,city", '"my ""age""","in\nkomen 💶",città d\'arte', 1))


@fault
def names_like_markup(folder: Path) -> Path:
    return put(
        folder, clean().text().replace("age,income,city", "[/red],price [EUR],\\n", 1), "table [bold].csv"
    )


@fault
def odd_file_name(folder: Path) -> Path:
    return put(folder, clean().text(), "my table (final) é.csv")


@fault
def rows_sorted_by_target(folder: Path) -> Path:
    table = clean()
    return put(folder, Table(HEADER, sorted(table.rows, key=lambda row: str(row[-1]))).text())


@fault
def every_row_twice(folder: Path) -> Path:
    table = clean()
    return put(folder, Table(HEADER, table.rows * 2).text())


@fault
def numbers_beyond_64_bits(folder: Path) -> Path:
    return put(folder, clean().replaced("age", [10**25 + i for i in range(400)]).text())


@fault
def many_columns(folder: Path) -> Path:
    rng = np.random.default_rng(2)
    frame = pl.DataFrame({f"x{i}": rng.normal(size=1_000).round(3) for i in range(4_999)})
    frame = frame.with_columns(y=pl.Series(rng.choice(["No", "Yes"], 1_000)))
    frame.write_csv(folder / "table.csv")
    return folder / "table.csv"


@fault
def many_categories(folder: Path) -> Path:
    rows = 1_000_000
    rng = np.random.default_rng(3)
    frame = pl.DataFrame({"age": rng.integers(18, 80, rows), "y": rng.choice(["No", "Yes"], rows)})
    name = pl.concat_str(pl.lit("item "), pl.int_range(rows).cast(pl.String))
    frame.with_columns(name.alias("product")).select("age", "product", "y").write_csv(folder / "table.csv")
    return folder / "table.csv"


@fault
def large_file(folder: Path) -> Path:
    rows = 1_150_000
    rng = np.random.default_rng(4)
    frame = pl.DataFrame({f"x{i}": rng.normal(size=rows).round(5) for i in range(20)})
    frame = frame.with_columns(
        city=pl.Series(rng.choice(CITIES, rows)), y=pl.Series(rng.choice(["No", "Yes"], rows))
    )
    frame.write_csv(folder / "table.csv")
    return folder / "table.csv"
