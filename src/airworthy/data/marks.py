"""A mark in place of each byte that belongs to no text, so that the text around it can be read."""

from __future__ import annotations

import re

_CONTROLS = [bytes([code]) for code in (*range(1, 9), *range(14, 32), 127)]


def free_mark(data: bytes) -> bytes:
    """A control character that the bytes do not hold; empty where they hold all of them.

    >>> free_mark(b"a\\x01b")
    b'\\x02'
    """
    return next((control for control in _CONTROLS if control not in data), b"")


def marked_nuls(data: bytes, mark: bytes) -> bytes:
    """The bytes with the mark and two digits for each NUL.

    >>> marked_nuls(b"a\\0b", b"\\x01")
    b'a\\x0100b'
    """
    return data.replace(b"\0", mark + b"00")


def marked_utf8(data: bytes, mark: bytes) -> bytes:
    """The bytes as UTF-8, with the mark and two digits for each byte that is none.

    >>> marked_utf8(b"Z\\xfcrich", b"\\x01")
    b'Z\\x01fcrich'
    """
    sign, text = mark.decode(), data.decode("utf-8", errors="surrogateescape")
    return re.sub("[\udc80-\udcff]", lambda found: f"{sign}{ord(found[0]) - 0xDC00:02x}", text).encode()


def readable(text: str, mark: str) -> str:
    """Marked bytes as people write them.

    >>> print(readable("Z\\x01fcrich", "\\x01"))
    Z\\xfcrich
    """
    return re.sub(f"{re.escape(mark)}(..)", r"\\x\1", text)
