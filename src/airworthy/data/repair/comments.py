"""The comments that people write into recipe.toml, kept with the step that they stand at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

OURS = "#:"
"""How comments begin that `airworthy repair` writes anew each time; all others are a person's."""

_HEAD = re.compile(r"^\s*\[\[\s*steps\s*\]\]")
_TOKENS = re.compile(
    r"""(?P<text>\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:\\.|[^"\\\n])*"|'[^'\n]*')|(?P<comment>\#[^\n]*)""", re.DOTALL
)


@dataclass(frozen=True)
class Comments:
    """Comments before the first step's, and those of each step in the order of the file."""

    top: tuple[str, ...]
    steps: tuple[tuple[str, ...], ...]


def comments_of(text: str) -> Comments:
    """The comments of a recipe that is known to be TOML.

    Those on lines of their own belong to the step that follows, if nothing but comments stands between; all
    others to the step that they stand in.

    >>> comments_of('format = 1\\n# Ask Bob.\\n[[steps]]\\nkind = "cap"  # a # in "it"\\n').steps
    (('# Ask Bob.', '# a # in "it"'),)
    """
    found: list[list[str]] = [[]]
    waiting: list[str] = []
    comments = dict(_by_line(text))
    for number, line in enumerate(text.split("\n")):
        comment = comments.get(number, "")
        theirs = [comment] if comment and not comment.startswith(OURS) else []
        if line.strip() in ("", comment):
            waiting += theirs
            continue
        if _HEAD.match(line):
            found.append([])
        found[-1] += [*waiting, *theirs]
        waiting = []
    found[-1] += waiting
    return Comments(tuple(found[0]), tuple(map(tuple, found[1:])))


def _by_line(text: str) -> Iterator[tuple[int, str]]:
    """Line number from 0, and the comment on it; a # inside quotes begins none."""
    for token in _TOKENS.finditer(text):
        if token["comment"] is not None:
            yield text.count("\n", 0, token.start()), token["comment"].strip()
