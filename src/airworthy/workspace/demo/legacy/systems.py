"""The company as its four systems write it down: nobody writes a customer's number like the next."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from airworthy.kernel.atomic import write_atomic
from airworthy.kernel.errors import MissingExtra
from airworthy.kernel.seed import derive_seed
from airworthy.workspace.demo.legacy.company import MIGRATION, Company

SHOP, SHEET, EXPORTS = "shop.sqlite", "care-team.xlsx", "exports"
SLIPS = 0.25
"""Share of names in the sheet that were typed with a slip."""


def lay_out(company: Company, folder: Path) -> None:
    """Write the shop's database, the care team's sheet and the exports of both platforms below `folder`.

    Raises `MissingExtra` without the package xlsxwriter.
    """
    (folder / EXPORTS).mkdir(parents=True, exist_ok=True)
    _write_shop(company, folder / SHOP)
    _write_sheet(company, folder / SHEET)
    for name, text in _exports(company):
        write_atomic(folder / EXPORTS / name, text)


def shop_number(number: int) -> str:
    """As the shop writes it.

    >>> shop_number(4711)
    'C-004711'
    """
    return f"C-{number:06d}"


def crm_reference(number: int) -> str:
    """As the CRM writes it: seven digits and one that checks them, after Luhn.

    >>> crm_reference(4711)
    '00047118'
    """
    digits = f"{number:07d}"
    doubled = [int(d) * (2 if at % 2 == 0 else 1) for at, d in enumerate(reversed(digits))]
    return digits + str(-sum(d - 9 if d > 9 else d for d in doubled) % 10)


def new_account(number: int) -> str:
    """As the second platform writes it; the first one writes the bare number.

    >>> new_account(4711)
    'AC00004711'
    """
    return f"AC{number:08d}"


def crm_contacts(company: Company) -> list[Mapping[str, Any]]:
    """The contacts of the CRM, in an order of its own."""
    rng = np.random.default_rng(derive_seed(0, "demo legacy", "crm"))
    rows = company.customers.select("number", "complaints", "satisfaction").to_dicts()
    return [
        {
            "id": f"p{at:05d}",
            "reference": crm_reference(rows[place]["number"]),
            "complaints": rows[place]["complaints"],
            "satisfaction": rows[place]["satisfaction"],
            "changed_at": f"2024-08-{1 + at % 28:02d}T08:00:00Z",
        }
        for at, place in enumerate(rng.permutation(len(rows)).tolist())
    ]


def _write_shop(company: Company, path: Path) -> None:
    part = path.with_name(f".{path.name}.part")
    part.unlink(missing_ok=True)
    with closing(sqlite3.connect(part)) as shop, shop:
        shop.execute(
            "create table customers (customer_no text primary key, name text, street text, postcode text, "
            "town text, phone text, segment text)"
        )
        shop.execute(
            "create table decisions (decision integer primary key, customer_no text, decided_at text, "
            "churned text)"
        )
        people = company.customers.select("number", "name", "street", "postcode", "town", "phone", "segment")
        shop.executemany(
            "insert into customers values (?, ?, ?, ?, ?, ?, ?)",
            [(shop_number(number), *rest) for number, *rest in people.iter_rows()],
        )
        shop.executemany(
            "insert into decisions values (?, ?, ?, ?)",
            [
                (at, shop_number(number), f"{decided:%Y-%m-%d %H:%M:%S}", churned)
                for at, number, decided, churned in company.decisions.iter_rows()
            ],
        )
    os.replace(part, path)


def _write_sheet(company: Company, path: Path) -> None:
    """A title, merged headings, names as somebody typed them, and a line about the sheet at its end."""
    try:
        import xlsxwriter  # an optional dependency
    except ImportError:
        raise MissingExtra("xlsxwriter", "excel") from None
    rng = np.random.default_rng(derive_seed(0, "demo legacy", "sheet"))
    cared = company.customers.filter(pl.col("tier").is_not_null())
    cared = cared[rng.permutation(cared.height)]
    part = path.with_name(f".{path.stem}.part.xlsx")
    with xlsxwriter.Workbook(part) as book:
        book.set_properties({"created": datetime.combine(MIGRATION, datetime.min.time())})
        sheet = book.add_worksheet("Customers")
        sheet.write(0, 0, "Care team: customers with an agreement")
        sheet.merge_range(2, 0, 2, 3, "Contact")
        sheet.merge_range(2, 4, 2, 5, "Agreement")
        sheet.write_row(3, 0, ("Name", "Address", "Town", "Phone", "Tier", "Kept by"))
        for row, one in enumerate(cared.iter_rows(named=True), start=4):
            sheet.write_row(row, 0, _by_hand(one, rng))
        sheet.write(cared.height + 5, 0, f"{cared.height} customers, updated by hand")
    os.replace(part, path)


def _by_hand(one: Mapping[str, Any], rng: np.random.Generator) -> tuple[str, ...]:
    first, last = one["name"].split(" ")
    name = f"{last}, {first}" if rng.random() < 0.3 else f"{first} {last}"
    if rng.random() < SLIPS:
        name = _slip(name, rng)
    phone = one["phone"].replace(" ", "-") if rng.random() < 0.5 else one["phone"]
    return (
        name,
        one["street"] if rng.random() < 0.8 else "",
        one["town"],
        phone if rng.random() < 0.7 else "",
        one["tier"],
        str(rng.choice(["Mia", "Tom"])),
    )


def _slip(text: str, rng: np.random.Generator) -> str:
    """One letter left out, doubled, or two turned round."""
    at = int(rng.integers(1, len(text) - 2))
    kind = rng.integers(3)
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[: at + 1] + text[at:]
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _exports(company: Company) -> Iterator[tuple[str, bytes]]:
    """One file a month: of the first platform before the migration, of the second one after it."""
    for (month,), rows in company.usage.group_by("month", maintain_order=True):
        old = month < MIGRATION
        text = _old_export(rows) if old else _new_export(rows)
        yield f"usage-{month:%Y-%m}.csv", text.encode("cp1252" if old else "utf-8")


def _old_export(rows: pl.DataFrame) -> str:
    """Semicolons, a decimal comma, days before months, minutes."""
    lines = ["cust_id;exported;usage_min;tickets"]
    for number, month, hours, tickets in rows.iter_rows():
        lines.append(f"{number};{month:%d.%m.%Y};{f'{hours * 60:.1f}'.replace('.', ',')};{tickets}")
    return "\n".join([*lines, ""])


def _new_export(rows: pl.DataFrame) -> str:
    """Commas, ISO days, hours."""
    lines = ["account_id,export_date,usage_h,support_tickets"]
    for number, month, hours, tickets in rows.iter_rows():
        lines.append(f"{new_account(number)},{month:%Y-%m-%d},{hours:.2f},{tickets}")
    return "\n".join([*lines, ""])
