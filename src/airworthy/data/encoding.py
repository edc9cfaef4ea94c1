"""From bytes to UTF-8, by content: byte order marks, UTF-8, Western one-byte text; the rest is refused."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from airworthy.data.marks import free_mark, marked_nuls, marked_utf8
from airworthy.kernel.errors import InputError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAVE_AS_UTF8 = "Save it as UTF-8 (in a spreadsheet: Save as, CSV UTF-8) and run again."
_FOREIGN_RUN = re.compile(rb"[\x80-\xff]{4,}")
_HIGH = re.compile(rb"[\x80-\xff]")
_CP1252_HOLES = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")


@dataclass(frozen=True)
class Text:
    """Valid UTF-8 without a byte order mark, and the encoding that the file was in.

    `mark` stands, with two digits, for each byte that is no text; empty where there are none.
    """

    utf8: bytes
    encoding: str
    mark: str = ""


def to_utf8(data: bytes, label: str, *, tolerant: bool = False) -> Text:
    """Decode a text table; when `tolerant`, single NUL and broken bytes are marked instead of refused.

    Raises `InputError` on NUL bytes, UTF-16 without a byte order mark, broken UTF-8 and text that is neither
    UTF-8 nor Western (cp1252): guessing among the rest would turn names into nonsense without a word.

    >>> to_utf8("é".encode("cp1252"), "a.csv")
    Text(utf8=b'\\xc3\\xa9', encoding='cp1252', mark='')
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], name, label)
    mark = b""
    if b"\0" in data:
        mark = free_mark(data) if tolerant and not _is_wide(data) else b""
        if not mark:
            raise _nul_error(data, label)
        data = marked_nuls(data, mark)
    if data.isascii():
        return Text(data, "utf-8", mark.decode())
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if tolerant and _is_mostly_utf8(data) and (mark := mark or free_mark(data)):
            return Text(marked_utf8(data, mark), "utf-8", mark.decode())
        return _western(data, error.start, label, mark.decode())
    return Text(data, "utf-8", mark.decode())


def _marked(body: bytes, name: str, label: str) -> Text:
    try:
        text = body.decode(name)
    except UnicodeDecodeError as error:
        raise InputError(
            f"{label} says it is {name.upper()}, but byte {error.start} is not: {error.reason}.",
            value=label,
            remedy="The file is damaged or cut off; export it again as UTF-8.",
        ) from None
    if "\0" in text:
        raise _nul_error(text.encode("utf-8"), label)
    return Text(text.encode("utf-8"), name.removesuffix("-le").removesuffix("-be"))


def _is_wide(data: bytes) -> bool:
    """Whether every second byte is zero, as in UTF-16."""
    head = data[:4096]
    return max(head[0::2].count(0), head[1::2].count(0)) > len(head) * 0.2


def _is_mostly_utf8(data: bytes) -> bool:
    return sum(len(match) for match in _MULTIBYTE.findall(data)) > len(_HIGH.findall(data)) / 2


def _nul_error(data: bytes, label: str) -> InputError:
    if _is_wide(data):
        return InputError(
            f"{label} looks like UTF-16 without a byte order mark: every second byte is zero.",
            value=label,
            remedy=_SAVE_AS_UTF8,
        )
    first = data.index(b"\0")
    line = data.count(b"\n", 0, first) + 1
    return InputError(
        f"{label} has {data.count(0):,} NUL bytes, the first in line {line}; a text table has none.",
        value=line,
        remedy="The file is damaged or is not a text table; export it again.",
    )


def _western(data: bytes, first_bad: int, label: str, mark: str) -> Text:
    line = data.count(b"\n", 0, first_bad) + 1
    high = len(_HIGH.findall(data))
    if _is_mostly_utf8(data):
        raise InputError(
            f"{label} is UTF-8 except for line {line}: byte 0x{data[first_bad]:02x} does not belong there.",
            value=line,
            remedy="Two encodings are mixed or a character is cut; repair the line or export as UTF-8.",
        )
    foreign = sum(len(run) for run in _FOREIGN_RUN.findall(data))
    if foreign > high / 2 or _CP1252_HOLES.search(data):
        raise InputError(
            f"{label} is neither UTF-8 nor Western (Windows-1252): line {line} has byte "
            f"0x{data[first_bad]:02x}.",
            value=line,
            remedy=_SAVE_AS_UTF8,
        )
    return Text(data.decode("cp1252").encode("utf-8"), "cp1252", mark)
