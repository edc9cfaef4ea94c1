"""Tables of the wrong shape: ragged, nameless, cut off; and targets that cannot be predicted."""

from __future__ import annotations

from pathlib import Path

from battery_table import clean, fault, put


@fault
def ragged_short(folder: Path) -> Path:
    lines = clean().text().splitlines()
    lines[57] = "41,2000.5,Delft"
    return put(folder, "\n".join(lines) + "\n")


@fault
def ragged_long(folder: Path) -> Path:
    lines = clean().text().splitlines()
    lines[57] += ",surplus"
    return put(folder, "\n".join(lines) + "\n")


@fault
def unbalanced_quotes(folder: Path) -> Path:
    return put(folder, clean().text().replace("Delft", '"Delft', 1))


@fault
def open_quote_in_header(folder: Path) -> Path:
    return put(folder, '"' + clean(12_000).text())


@fault
def nested_without_end(folder: Path) -> Path:
    return put(folder, "[" * 200_000)


@fault
def json_nested_without_end(folder: Path) -> Path:
    return put(folder, '{"a":' * 200_000, "table.jsonl")


@fault
def json_blank_names(folder: Path) -> Path:
    return put(folder, '{"": 1, " ": 2, "y": "No"}\n{"": 2, " ": 3, "y": "Yes"}\n' * 100, "table.jsonl")


@fault
def parquet_blank_names(folder: Path) -> Path:
    frame = clean().frame().rename({"age": "", "income": " y "})
    frame.write_parquet(folder / "table.parquet")
    return folder / "table.parquet"


@fault
def cut_off_last_line(folder: Path) -> Path:
    return put(folder, clean().text()[:-14])


@fault
def duplicate_names(folder: Path) -> Path:
    return put(folder, clean().text().replace("age,income", "age,age", 1))


@fault
def duplicate_names_by_spaces(folder: Path) -> Path:
    return put(folder, clean().text().replace("age,income", "age, age ", 1))


@fault
def blank_names(folder: Path) -> Path:
    return put(folder, clean().text().replace("age,income", "   ,\t ", 1))


@fault
def no_header(folder: Path) -> Path:
    return put(folder, "\n".join(clean().text().splitlines()[1:]) + "\n")


@fault
def title_above_header(folder: Path) -> Path:
    return put(folder, "Customers of 2024\n\n" + clean().text())


@fault
def one_row(folder: Path) -> Path:
    return put(folder, clean(1).text())


@fault
def one_column(folder: Path) -> Path:
    return put(folder, "y\n" + "No\nYes\n" * 200)


@fault
def reserved_name(folder: Path) -> Path:
    return put(folder, clean().with_column("__row__", range(400)).text())


@fault
def json_lines_mixed(folder: Path) -> Path:
    lines = [
        '{"age": 1, "y": "No"}',
        '{"age": "old", "income": 5.5, "y": "Yes"}',
        '{"age": {"a": 1}, "y": "No"}',
    ]
    return put(folder, "\n".join(lines * 50) + "\n", "table.jsonl")


@fault
def json_lines_broken(folder: Path) -> Path:
    return put(folder, '{"age": 1, "y": "No"}\n' * 20 + '{"age": 1, "y": \n', "table.jsonl")


@fault
def one_class(folder: Path) -> Path:
    return put(folder, clean().replaced("y", ["No"] * 400).text())


@fault
def target_absent(folder: Path) -> Path:
    return put(folder, clean().text().replace(",y\n", ",yy\n", 1))


@fault
def target_empty(folder: Path) -> Path:
    return put(folder, clean().replaced("y", [""] * 400).text())


@fault
def target_partly_missing(folder: Path) -> Path:
    return put(folder, clean().replaced("y", ["", "No", "Yes", ""] * 100).text())


@fault
def one_event(folder: Path) -> Path:
    return put(folder, clean().replaced("y", ["Yes"] + ["No"] * 399).text())


@fault
def target_of_many_classes(folder: Path) -> Path:
    table = clean(20_000)
    return put(folder, table.replaced("y", [f"class {i % 10_000}" for i in range(20_000)]).text())


@fault
def target_number_with_text(folder: Path) -> Path:
    values = [f"{i * 1.37:.2f}" for i in range(400)]
    values[7] = "unknown"
    return put(folder, clean().replaced("y", values).text())


@fault
def target_infinite(folder: Path) -> Path:
    values = [f"{i * 1.37:.2f}" for i in range(400)]
    values[7] = "inf"
    return put(folder, clean().replaced("y", values).text())


@fault
def target_misspelt_labels(folder: Path) -> Path:
    return put(folder, clean().replaced("y", ["No", "Yes", "yes", "No "] * 100).text())


@fault
def target_copied(folder: Path) -> Path:
    table = clean()
    return put(folder, table.with_column("status", table.column("y")).text())


@fault
def target_nearly_copied(folder: Path) -> Path:
    table = clean()
    codes = [7 if value == "Yes" else 3 for value in table.column("y")]
    codes[:4] = [10 - code for code in codes[:4]]
    return put(folder, table.with_column("code", codes).text())


@fault
def target_number_copied(folder: Path) -> Path:
    table = clean()
    values = [round(value * 1.5, 2) for value in table.column("income")]
    return put(folder, table.replaced("y", values).text())
