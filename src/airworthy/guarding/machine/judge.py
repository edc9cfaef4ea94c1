"""Comparing the account of a tree with what was agreed, and saying it to people."""

from __future__ import annotations

from airworthy.guarding.machine.account import Stage, TreeAccount
from airworthy.guarding.machine.terms import MachineTerms, Rule
from airworthy.kernel.units import format_duration

MOST_LETTERS = 80


def reasons(terms: MachineTerms, tree: TreeAccount, now: float) -> list[str]:
    """In what a tree is past its allowance now: "processor", "gpu", "idle".

    >>> tree = TreeAccount(7, 1.0, "python t.py", "ana", 0.0, "", cpu_seconds=7201.0)
    >>> reasons(MachineTerms("p", allow_seconds=7200.0), tree, 9000.0)
    ['processor']
    """
    allowed, idle = terms.allow_seconds, terms.idle_seconds
    due = {
        "processor": allowed is not None and tree.cpu_seconds > allowed,
        "gpu": allowed is not None and tree.gpu_seconds > allowed,
        "idle": idle is not None
        and tree.gpus > 0
        and tree.idle_since is not None
        and now - tree.idle_since >= idle,
    }
    return [reason for reason, is_due in due.items() if is_due]


def report(terms: MachineTerms, tree: TreeAccount, reason: str, now: float) -> str:
    """What a person reads: who, how much of what, what it cost, and what comes next."""
    allowed = format_duration(terms.allow_seconds or 0)
    what = {
        "processor": f"burned {format_duration(tree.cpu_seconds)} of processor time, {allowed} are allowed",
        "gpu": f"held GPUs for {format_duration(tree.gpu_seconds)} in all, {allowed} are allowed",
        "idle": f"has held memory of {tree.gpus} GPU{'s' * (tree.gpus != 1)} without work for "
        f"{format_duration(now - (tree.idle_since or now))}, "
        f"{format_duration(terms.idle_seconds or 0)} are allowed",
    }[reason]
    parts = [f"{called(tree)} {what}."]
    if terms.rate_per_hour is not None:
        parts.append(
            f"The machine cost {terms.price(tree.seconds)} in its {format_duration(tree.seconds)} here."
        )
    parts.append(_next(terms, tree))
    return " ".join(parts)


def called(tree: TreeAccount) -> str:
    """The tree by its command, pid and person."""
    command = " ".join(tree.command.split())
    short = command if len(command) <= MOST_LETTERS else f"{command[: MOST_LETTERS - 1]}…"
    return f"{short} (process {tree.root} of {tree.person})"


def _next(terms: MachineTerms, tree: TreeAccount) -> str:
    if terms.rule is Rule.STOP:
        return f"SIGTERM sent, SIGKILL in {format_duration(terms.grace_seconds)}."
    return f"It goes on: end it with `kill {tree.root}`, or declare --rule stop."


def outcome(tree: TreeAccount) -> str:
    """How it ended, as it stands in the ledger."""
    why = " and ".join(tree.reasons)
    if tree.stage is Stage.WATCHED:
        return f"reported: {why}; ended by itself"
    return f"stopped: {why}" if tree.stage is not Stage.STUCK else f"could not be stopped: {why}"
