"""Dummy rows sent to a sandbox and read back: what it would do to real ones, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from airworthy.adapters.sinks.compare import Match, instant_of, match_of
from airworthy.adapters.sinks.letter import INSTANTS, Cell, Key, Letter, RowsRefused, Target, TooLarge
from airworthy.adapters.sinks.waiting import Patience
from airworthy.kernel.errors import AirworthyError

Held = Mapping[Key, Sequence[Mapping[str, object]]]


@dataclass
class Trial:
    """What a trial found: `wrong` stands in the way of delivering, `told` is good to know."""

    wrong: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def tried(target: Target, first: Sequence[Letter], later: Sequence[Letter], patience: Patience) -> Trial:
    """Send dummy rows, the same again, and later scores for them; compare what comes back; delete them.

    Parameters
    ----------
    later : the same keys with other values, as another version would give them.
    """
    trial, known, touched = Trial(), list[Letter](), list[Key]()
    try:
        target.prepare()
        for letter in first:
            reason = _refused(target, letter, patience)
            words, there = ("", True) if not reason else _culprit(target, letter, reason, patience)
            known += [] if words else [letter]
            touched += [letter.key] if there else []
            trial.wrong += [words] if words and words not in trial.wrong else []
    except AirworthyError as error:
        trial.wrong.append(str(error))
    if known:
        _round(target, known, later, patience, trial)
    if touched:
        _clear(target, touched, trial)
    return trial


def _round(
    target: Target, known: Sequence[Letter], later: Sequence[Letter], patience: Patience, trial: Trial
) -> None:
    """Read back what was taken, send it again, then later scores."""
    keys = [letter.key for letter in known]
    try:
        if not target.reads(len(keys)):
            trial.told.append(
                "gives no rows back (no read_url): whether values arrive as they were sent is not known"
            )
            return
        _compare(known, target.read(keys), trial)
        for again in (*known, *(one for one in later if one.key in set(keys))):
            if reason := _refused(target, again, patience):
                trial.wrong.append(f"takes a row once and then no more: {reason}")
                return
        _updated([one for one in later if one.key in set(keys)], target.read(keys), trial)
    except AirworthyError as error:
        trial.wrong.append(str(error))


def _refused(target: Target, letter: Letter, patience: Patience) -> str:
    """Why the target does not take one dummy row; empty where it does."""
    try:
        refused = patience.asking(lambda: target.send([letter]))
    except (RowsRefused, TooLarge) as error:
        return error.message
    return refused[0].reason if refused else ""


def _culprit(target: Target, letter: Letter, reason: str, patience: Patience) -> tuple[str, bool]:
    """Which value is refused (the one without which the row is taken), and whether the row stands now."""
    for name, cell in letter.values.items():
        plain = 0.5 if isinstance(cell, float) else letter.decided_at if name in INSTANTS else "x"
        other = replace(letter, values={**letter.values, name: plain}, once=f"{letter.once}-{name}")
        if not _refused(target, other, patience):
            size = f" ({len(cell):,} characters)" if isinstance(cell, str) else ""
            value = f"an empty {name}" if cell is None else f"the {name} {_shown(cell)}{size}"
            return f"does not take {value}: {reason}", True
    shown = ", ".join(f"{name} {_shown(cell)}" for name, cell in letter.values.items())
    return f"does not take the row {'/'.join(letter.key)} ({shown}): {reason}", False


def _compare(sent: Sequence[Letter], held: Held, trial: Trial) -> None:
    """Name each column once, by the first dummy that shows what it does."""
    told: set[str] = set()
    for letter in sent:
        rows = held.get(letter.key, ())
        if not rows:
            trial.wrong.append(f"takes the row {'/'.join(letter.key)} and does not hold it")
            continue
        for name, cell in letter.values.items():
            match = match_of(name, cell, rows[-1].get(name))
            if match is not Match.SAME and name not in told:
                told.add(name)
                words = change_words(name, cell, rows[-1].get(name))
                (trial.told if match is Match.ROUNDED else trial.wrong).append(words)


def _updated(later: Sequence[Letter], held: Held, trial: Trial) -> None:
    """A row stands once, with its latest score."""
    for letter in later:
        rows = held.get(letter.key, ())
        if len(rows) > 1:
            trial.wrong.append(
                f"holds {len(rows)} rows for a key that was sent three times: it adds instead of changing"
            )
            return
        grave = [
            name
            for name, cell in letter.values.items()
            if rows and isinstance(cell, float) and abs(_number(rows[0].get(name)) - cell) > abs(cell) / 2
        ]
        if grave:
            trial.wrong.append(f"keeps the first {grave[0]} of a row: later ones are dropped")
            return


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return float("inf")


def _clear(target: Target, keys: Sequence[Key], trial: Trial) -> None:
    """Delete the dummies; where that cannot be done, say what stays."""
    try:
        gone, why = target.remove(keys), ""
    except AirworthyError as error:
        gone, why = False, f" ({error.message})"
    if not gone:
        named = ", ".join("/".join(key) for key in keys)
        trial.told.append(f"deletes no rows{why}: {len(keys)} dummies stay in the sandbox, under {named}")


def change_words(name: str, sent: Cell, held: object) -> str:
    """What a target did to a value.

    >>> change_words("score", 0.73, 1)
    'turns score 0.73 into 1: it keeps whole numbers only'
    >>> change_words("decision", "approved", "appr")
    "cuts decision after 4 of 8 characters: 'appr'"
    """
    if isinstance(sent, float):
        return f"turns {name} {sent!r} into {_shown(held)}{_precision(held)}"
    if sent is None or held is None:
        return f"turns {'an empty' if sent is None else 'a'} {name} into {_shown(held)}"
    text = str(held)
    if name in INSTANTS:
        moment = instant_of(held)
        apart = timedelta() if moment is None else moment - datetime.fromisoformat(sent)
        if abs(apart) < timedelta(seconds=1):
            return f"turns {name} {sent} into {_shown(held)}"
        return f"moves {name} by {'-' if apart < timedelta() else ''}{abs(apart)}: {text}"
    if sent.startswith(text.rstrip(" ")):
        return f"cuts {name} after {len(text):,} of {len(sent):,} characters: {_shown(held)}"
    if not sent.isascii():
        return f"changes letters of {name}: {_shown(sent)} comes back as {_shown(held)}"
    return f"turns {name} {_shown(sent)} into {_shown(held)}"


def _precision(held: object) -> str:
    try:
        number = float(str(held))
    except ValueError:
        return ""
    if number == int(number):
        return ": it keeps whole numbers only"
    decimals = len(str(held).rstrip("0").partition(".")[2])
    return f": it keeps {decimals} decimals; if they are enough, write digits = {decimals}"


def _shown(value: object) -> str:
    text = "nothing" if value is None else repr(value) if isinstance(value, (str, float)) else str(value)
    return text if len(text) <= 80 else text[:79] + "…"


def later_of(letter: Letter) -> Letter:
    """The same row as another version would score it."""
    moved = {
        name: (0.5 if cell != 0.5 else 0.25) if isinstance(cell, float) else cell
        for name, cell in letter.values.items()
    }
    return replace(letter, values=moved, once=f"{letter.once}-later")
