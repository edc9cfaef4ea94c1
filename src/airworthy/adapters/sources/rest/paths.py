"""Paths into a JSON document, as the charter writes them: `data.items`, `meta.total`."""

from __future__ import annotations

from typing import Any

from dlt.common import jsonpath
from jsonpath_ng.exceptions import JSONPathError

from airworthy.kernel.errors import InputError


class Path:
    """Finds one place in a document; the empty path is the document itself."""

    def __init__(self, text: str, key: str) -> None:
        try:
            self._compiled = jsonpath.compile_path(text or "$")
        except JSONPathError as error:
            raise InputError(
                f"{key} in [sources.api] is no path into a document: {text!r}.",
                value=text,
                remedy='Write names with dots between them, such as "data.items"; quote a name with others: '
                "'data.\"next-page\"'.",
            ) from error

    def __call__(self, document: Any) -> Any:
        """What stands there, and None where there is nothing.

        >>> Path("meta.total", "total_at")({"meta": {"total": 7}})
        7
        """
        return next(iter(jsonpath.find_values(self._compiled, document)), None)

    def is_in(self, document: Any) -> bool:
        """Whether the document has that place at all."""
        return bool(jsonpath.find_values(self._compiled, document))
