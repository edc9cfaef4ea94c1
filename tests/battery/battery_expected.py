"""What each fault must end in: words of the message (they name the value) and of the way out."""

from __future__ import annotations

ENTRIES = ("init", "audit a file", "audit a charter", "run", "check")
"""The ways in: each fault of a file is sent through all of them."""

REFUSED: dict[str, tuple[str, str]] = {
    "empty_file": (r"table\.csv is empty \(0 bytes\)", "Export or download"),
    "blank_lines_only": (r"table\.csv holds only blank lines", "Export or download"),
    "header_only": ("a header and no rows: 'age,income,city,joined,y'", "with its rows"),
    "html_error_page": (r"a web page \(HTML\), not a table: '<!DOCTYPE html>'", "download the file itself"),
    "html_fragment": (r"a web page \(HTML\), not a table: '<p>Access denied", "download the file itself"),
    "json_error_as_csv": ('holds JSON, not delimited text: \'{"error"', "name the file .json or .jsonl"),
    "json_error_document": ("holds an error message, not a table: .*token expired", "read the message"),
    "a_folder": (r"table\.csv is a folder, not a file", "Name a file"),
    "no_such_file": (r"There is no file .*table\.csv", r'Did you mean "tables\.csv"'),
    "unknown_ending": (r"unknown ending \(\.sas7bdat\)", "CSV, TSV, JSON lines"),
    "pickle_as_csv": ("holds a Python pickle, not text", "the ending of what it is"),
    "png_as_csv": ("holds an image, not text", "the ending of what it is"),
    "truncated_gzip": (r"table\.csv\.gz is a damaged or cut-off gzip file", "Copy or download it again"),
    "zip_with_two_files": (r"table\.zip holds 2 files", r"table\.zip!NAME: a\.csv, b\.csv"),
    "damaged_zip": (r"table\.zip cannot be unpacked", "Unpack it yourself"),
    "zip_with_nothing": (r"table\.zip holds no file", "Pack the table into it"),
    "zip_with_password": (r"'a\.csv' is encrypted", "Unpack it yourself"),
    "truncated_parquet": (r"table\.parquet cannot be read as Parquet", "damaged, cut off"),
    "parquet_flipped_bytes": (r"table\.parquet cannot be read as Parquet", "damaged, cut off"),
    "parquet_with_lists": ('column "tags": holds lists or records', "columns of its own"),
    "parquet_without_rows": (r"table\.parquet has 0 rows and 5 columns", "at least one row"),
    "not_a_workbook": (r"table\.xlsx cannot be read as a workbook", "save it again as .xlsx"),
    "workbook_two_sheets": (r"table\.xlsx has 2 sheets", "--sheet, or sheet = .*: 2023, 2024"),
    "shift_jis": (r"neither UTF-8 nor Western \(Windows-1252\): line 2 has byte 0x93", "CSV UTF-8"),
    "windows_1251": (r"neither UTF-8 nor Western \(Windows-1252\): line 2 has byte 0xcc", "CSV UTF-8"),
    "utf16_without_mark": ("looks like UTF-16 without a byte order mark", "CSV UTF-8"),
    "utf16_cut": ("says it is UTF-16-LE, but byte [0-9]+ is not", "export it again as UTF-8"),
    "one_broken_utf8_byte": ("UTF-8 except for line 2: byte 0xfc", "repair the line"),
    "nul_bytes": ("3 NUL bytes, the first in line 2", "export it again"),
    "ragged_short": ("line 58: 3 fields, and the header has 5", "Repair that line"),
    "ragged_long": ("line 58: 6 fields, and the header has 5", "Repair that line"),
    "unbalanced_quotes": ("line 2: 3 fields, and the header has 5", "quotation mark that is never closed"),
    "open_quote_in_header": ("line 1: a quotation mark opens a column name", "Close or remove"),
    "nested_without_end": (r"holds JSON, not delimited text: '\[\[\[", "name the file .json or .jsonl"),
    "json_nested_without_end": ("line 1: brackets are nested too deeply", "One level deep"),
    "cut_off_last_line": ("line 401: 4 fields, and the header has 5", "export the file again"),
    "duplicate_names": (r'names 2 columns "age" \(columns 1, 2\)', "its own name"),
    "duplicate_names_by_spaces": (r'names 2 columns "age" \(columns 1, 2\)', "its own name"),
    "no_header": (r"its first line \(47, 34332.76, Delft", "Put a line with the column names on top"),
    "json_lines_mixed": ('column "age": record 3 holds a nested value', "columns of their own"),
    "json_lines_broken": ("line 21: not valid JSON", "one record a line"),
}
"""Files that cannot be read as a table, whatever is asked of them."""

QUARANTINED: dict[str, tuple[int, str]] = {
    "one_broken_utf8_byte": (1, r"2,city,Z\\xfcrich,bytes that are no text,"),
    "nul_bytes": (3, r"2,city,De\\x00ft,bytes that are no text,"),
    "ragged_short": (1, '58,,"41,2000.5,Delft","3 fields, and the header has 5"'),
    "ragged_long": (1, '58,,".*,surplus","6 fields, and the header has 5"'),
    "unbalanced_quotes": (1, '2,,"47,34332.76,""Delft,.*","3 fields, and the header has 5"'),
}
"""Of these, the source of a charter sets rows aside: how many, and the first line in the quarantine."""

UNFIT: dict[str, dict[str, tuple[str, str]]] = {
    "decimal_commas_mixed": dict.fromkeys(
        ("init", "audit a charter", "run", "check"),
        (r'"income": data row 2 has a decimal comma \(23558,51\)', "one way"),
    ),
    "plain_text_error": {
        "init": ("holds Internal Server Error and nothing else, in 1 row", "Give a table"),
        "audit a file": ('The target "y" is not a column', "It has: Internal Server Error"),
        "audit a charter": ('there is no column "y".*Internal Server Error', "Correct these lines"),
    },
    "one_row": {
        "init": ('"y" is "No" in all 1 row', "Choose another --target"),
        "audit a file": ('"y" is "No" in every row', "Add rows with the other outcome"),
        "audit a charter": ('"y" is "No" in every row', "Add rows with the other outcome"),
    },
    "one_column": {
        "init": ("holds y and nothing else, in 400 rows", "at least one further column"),
        "audit a file": ('no column beside the target "y"', "Give the table that also holds"),
        "audit a charter": ('there is no column "joined"', "Correct these lines"),
    },
    "reserved_name": dict.fromkeys(
        ("init", "audit a file", "audit a charter"), ('has a column "__row__"', "Rename that column")
    ),
    "one_class": {
        "init": ('"y" is "No" in all 400 rows', "Choose another --target"),
        "audit a file": ('"y" is "No" in every row', "Add rows with the other outcome"),
        "audit a charter": ('"y" is "No" in every row', "Add rows with the other outcome"),
        "run": ('"y" is "No" in every row', "Add rows with the other outcome"),
    },
    "target_absent": {
        "init": ('There is no column "y"', 'Did you mean "yy"'),
        "audit a file": ('The target "y" is not a column', 'Did you mean "yy"'),
        "audit a charter": (r'line \d+: target.column: there is no column "y"', 'Did you mean "yy"'),
        "check": ("There is no column 'y'", "--target one of: .*yy"),
    },
    "target_empty": {
        "init": ('"y" is empty', "Choose another --target"),
        "audit a file": ('"y" has no value in any of 400 rows', "Name the right column"),
        "audit a charter": ('"y" has no value in any of 400 rows', "Name the right column"),
        "run": ('"y" has no value in any of 400 rows', "Name the right column"),
        "check": ("No row has both an outcome and a score", "--target and --score"),
    },
    "target_of_many_classes": {
        "init": ('"y" has 10,000 different values', "at most 30 classes"),
        "audit a file": ('"y" has 10,000 values; at most 100', "target.above"),
        "audit a charter": ('"y" has 10,000 values; at most 100', "target.above"),
        "check": (r"10,000 values \(class 0, .*and 9,995 more\)", "--positive"),
    },
    "target_number_with_text": {
        "init": ("in 1 of 400 values, text such as 'unknown'", "Correct these values"),
        "audit a file": ("in 1 of 400 values, text such as 'unknown'", "Correct these values"),
        "check": ("numbers and text such as 'unknown'", "Correct these values"),
    },
    "target_infinite": {
        "init": (r"infinite in 1 row \(the first is data row 8\)", "Correct these values"),
        "audit a file": (r"infinite in 1 row \(the first is data row 8\)", "Correct these values"),
        "check": (
            r"outcome is infinite in 1 of 400 rows \(the first is data row 8\)",
            "leave these rows out",
        ),
    },
    "target_misspelt_labels": {
        "audit a charter": ("has 3 values, not 2: No, Yes, yes", "correct the labels"),
    },
    "dates_in_several_formats": {
        "audit a charter": (r'"joined" is not a time: some values put the day first \(', "2020-01-31"),
    },
    "time_not_a_date": {
        "audit a charter": ("\"joined\" is not a time: data row 1 holds 'week 0'", "2020-01-31"),
        "run": ("\"joined\" is not a time: data row 1 holds 'week 0'", "2020-01-31"),
    },
    "impossible_dates": {
        "audit a charter": ("1 is on no calendar \\(for example '2023-02-30'\\)", "2020-01-31"),
    },
    "time_with_gaps": {
        "audit a charter": ('8 of 400 rows of clean have no decision time "joined"', "Fill these times in"),
    },
    "one_event": {"run": ('1 of \\d+ rows with an outcome has "Yes"', "Give more rows")},
}
"""Tables that can be read and not used, by the entry that says so."""

FOUND: dict[str, tuple[str, str, str]] = {
    "target_partly_missing": ("DAT001", "target", "missing in 200 rows of 400"),
    "one_event": ("DAT009", "target", '"Yes" is the outcome of 1 row of 400'),
    "target_copied": ("DAT006", "column:status", "status alone separates .* without error"),
    "target_nearly_copied": ("DAT006", "column:code", r"code alone separates .* AUC 0\.99"),
    "target_number_copied": ("DAT006", "column:income", "income alone separates"),
    "json_blank_names": ("DAT006", "column:unnamed_1", "unnamed_1 alone separates"),
    "empty_column": ("DAT002", "column:fax", "fax holds no value in any of 400 rows"),
    "infinite_values": ("DAT013", "column:income", "infinite in 2 values of 400"),
    "decimal_commas_mixed": ("DAT004", "column:income", 'income is mostly .* such as "'),
    "dates_in_several_formats": ("DAT004", "column:joined", 'mostly date as .* such as "'),
    "impossible_dates": ("DAT004", "column:joined", '1 value of 400 .* is not, such as "2023-02-30"'),
    "rows_sorted_by_target": ("DAT028", "table", "The place in the file alone separates"),
    "every_row_twice": ("DAT003", "table", "400 rows of 800 repeat an earlier row"),
}
"""Defects that the audit of the file finds: code, subject, words of the finding."""

NOTED: dict[str, str] = {
    "latin1": "read as Western (Windows-1252): is 'Zürich' in city spelt right",
    "cp1252": "read as Western (Windows-1252): is 'Zürich' in city spelt right",
    "target_partly_missing": "200 of 400 rows have no y",
    "target_misspelt_labels": "y holds Yes, yes",
    "target_copied": "Probably known only after the decision, so not read: status",
    "target_nearly_copied": "Probably known only after the decision, so not read: code",
    "dates_in_several_formats": "joined: some values put the day first",
    "impossible_dates": "joined: written like dates, of which 1 is on no calendar",
    "title_above_header": "2 lines above the column names left out ('Customers of 2024')",
    "workbook_merged_header": "1 line above the column names left out ('Customers of 2024')",
    "blank_names": "Columns without a name in the file: unnamed_1, unnamed_2",
    "numbers_beyond_64_bits": "age: has more digits than a number keeps",
}
"""What `init` says beside the charter that it proposes."""

SOUND = (
    *("latin1", "cp1252", "utf16_with_mark", "header_with_mark", "odd_names", "names_like_markup"),
    *("odd_file_name", "long_cells", "entity_unique", "title_above_header", "workbook_merged_header"),
)
"""Odd, and still a table: read without a failure."""
