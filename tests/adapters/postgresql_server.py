"""A PostgreSQL server of the tests' own: a fresh cluster behind a Unix socket, gone when they end."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

INSTALLED = Path("/usr/lib/postgresql")
"""Debian keeps the server's programs here, outside the search path, one folder a version."""


def find_programs() -> Path | None:
    """The folder of `initdb` and `pg_ctl`, the newest version first; None where there is none."""
    folders = sorted(INSTALLED.glob("*/bin"), key=lambda folder: float(folder.parent.name), reverse=True)
    if found := shutil.which("initdb"):
        folders.append(Path(found).resolve().parent)
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


@contextmanager
def running_server(programs: Path) -> Iterator[str]:
    """The URL of an empty database; the server listens on no network address."""
    # A socket's path may have 107 characters at most, so pytest's own folders are too deep.
    with tempfile.TemporaryDirectory(prefix="airworthy-pg-") as place:
        user = _owner(Path(place))
        cluster, pg_ctl = f"{place}/data", str(programs / "pg_ctl")
        _call(user, str(programs / "initdb"), "-D", cluster, "-U", "airworthy", "-A", "trust", "--no-sync")
        options = f"-c listen_addresses='' -c unix_socket_directories='{place}' -c fsync=off"
        _call(user, pg_ctl, "-D", cluster, "-w", "-t", "60", "-l", f"{place}/log", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://airworthy@/postgres?host={place}"
        finally:
            _call(user, pg_ctl, "-D", cluster, "-w", "-m", "immediate", "stop")


def _owner(place: Path) -> str | None:
    """PostgreSQL refuses to run as root: then an unprivileged user of this computer owns the cluster."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = "postgres" if "postgres" in names else "nobody"
    os.chown(place, pwd.getpwnam(user).pw_uid, pwd.getpwnam(user).pw_gid)
    return user


def _call(user: str | None, *command: str) -> None:
    done = subprocess.run(
        command,
        user=user,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if "start" not in command else subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}"
