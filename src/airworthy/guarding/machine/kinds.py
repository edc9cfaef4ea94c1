"""Who may be touched: the machine's own services, people's shells and guarded commands may not."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

PROC = Path("/proc")
_KERNEL_THREAD = 0x00200000  # PF_KTHREAD, linux/sched.h
_FLAGS, _TERMINAL = 6, 4  # places in `stat_fields`

_STEMS = (
    "systemd (sd-pam) init sshd sshd-session login su sudo doas getty agetty cron crond atd screen SCREEN "
    "tmux dbus-daemon dbus-broker gnome-terminal- konsole xterm slurmd slurmstepd containerd-shim "
    "containerd-shim-runc-v2 conmon mosh-server Xorg Xwayland gnome-shell plasmashell "
    "jupyter-lab jupyter-notebook jupyterhub-singl code-server"
)
STEMS = frozenset(_STEMS.split())
"""Names, of at most 15 letters as the kernel keeps them, of what starts other people's work."""
_SHELLS = "sh bash dash zsh fish ksh mksh tcsh csh ash nu pwsh xonsh"
SHELLS = frozenset(_SHELLS.split())


class Kind(Enum):
    """What the watch does with a process."""

    WATCHED = "watched"
    STEM = "stem"  # never touched, but what it starts is a tree of its own
    SPARED = "spared"  # never touched, and nothing below it: a guard's, or named in --except


@dataclass(frozen=True)
class Rules:
    """Whom a person excepted or added, and whose processes this user may end.

    Parameters
    ----------
    excepted, also : names of processes (as `ps -o comm` shows them) or of systemd units.
    user : number of the user that watches; 0 may end everybody's.
    own : pid of the watch.
    """

    excepted: frozenset[str] = frozenset()
    also: frozenset[str] = frozenset()
    user: int = 0
    own: int = field(default_factory=os.getpid)


def kind_of(pid: int, name: str, fields: Sequence[bytes], owner: int, rules: Rules) -> Kind:
    """The kind of one process.

    Parameters
    ----------
    fields : what `stat_fields` gives.
    owner : number of the user whose process it is.
    """
    words = _words(pid)
    unit, of_the_system = unit_of(_text(pid, "cgroup"))
    if rules.excepted & {name, unit} or is_guardian(words):
        return Kind.SPARED
    if pid == rules.own or pid == 1 or int(fields[_FLAGS]) & _KERNEL_THREAD:
        return Kind.STEM
    if rules.user not in (0, owner) or name.partition(":")[0] in STEMS or is_prompt(words, fields[_TERMINAL]):
        return Kind.STEM
    return Kind.STEM if of_the_system and not rules.also & {name, unit} else Kind.WATCHED


def unit_of(cgroup: str) -> tuple[str, bool]:
    """The systemd unit in `/proc/PID/cgroup`, and whether it is a service of the system's own.

    A container or a job lies in a scope, also below `system.slice`, and is nobody's service. A desktop counts
    as a part of the system.

    >>> unit_of("0::/system.slice/nginx.service")
    ('nginx.service', True)
    >>> unit_of("0::/system.slice/docker-3f.scope"), unit_of("0::/user.slice/user-7.slice/session-2.scope")
    (('docker-3f.scope', False), ('session-2.scope', False))
    >>> unit_of("12:cpu:/\\n1:name=systemd:/system.slice/cron.service\\n0::/")
    ('cron.service', True)
    """
    paths = [line.split(":", 2)[2] for line in cgroup.splitlines() if line.count(":") >= 2]
    path = max(paths, key=lambda path: (".service" in path or ".scope" in path, len(path)), default="")
    units = [part for part in path.split("/") if part.endswith((".service", ".scope"))]
    of_the_system = path.startswith("/system.slice/") and units[:1] != [] and units[0].endswith(".service")
    of_the_system |= "/session.slice/" in path  # what a person's desktop consists of
    return (units[-1] if units else ""), of_the_system


def is_prompt(words: Sequence[str], terminal: bytes) -> bool:
    """Whether these words started a shell at which a person types.

    >>> is_prompt(["-bash"], b"0"), is_prompt(["/bin/zsh", "-i"], b"34816")
    (True, True)
    >>> is_prompt(["bash", "train.sh"], b"34816"), is_prompt(["sh", "-c", "make"], b"34816")
    (False, False)
    """
    if not words or os.path.basename(words[0]).lstrip("-") not in SHELLS:
        return False
    given = list(words[1:])
    while given and given[0] in ("--rcfile", "--init-file"):
        del given[:2]
    return words[0].startswith("-") or (terminal != b"0" and all(word.startswith("-") for word in given))


def is_guardian(words: Sequence[str]) -> bool:
    """Whether these words started a guard: both of its processes adopt what loses its parent below them.

    >>> is_guardian(["/usr/bin/python3", "/usr/local/bin/airworthy", "guard", "--max-time", "5h"])
    True
    >>> is_guardian(["python", "-m", "airworthy.guarding.keeper", "5", "6"]), is_guardian(["guard"])
    (True, False)
    """
    if "airworthy.guarding.keeper" in words:
        return True
    ours = [number for number, word in enumerate(words[:4]) if _is_ours(word)]
    return bool(ours) and words[ours[0] + 1 : ours[0] + 2] == ["guard"]


def _is_ours(word: str) -> bool:
    return os.path.basename(word) == "airworthy" or word == "airworthy.cli.main"


def _words(pid: int) -> list[str]:
    return _text(pid, "cmdline").rstrip("\0").split("\0")


def _text(pid: int, name: str) -> str:
    with suppress(OSError):  # ended meanwhile, or hidden
        return (PROC / str(pid) / name).read_bytes().decode(errors="replace")
    return ""


def command_of(pid: int) -> tuple[str, ...]:
    """The words that started a process; empty when it is gone or a kernel thread."""
    return tuple(word for word in _words(pid) if word)
