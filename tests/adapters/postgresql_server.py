"""A PostgreSQL server of the tests' own: a fresh cluster, gone when they end."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
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
    with _cluster(programs, "-c listen_addresses=''") as place:
        yield f"postgresql+psycopg://airworthy@/postgres?host={place}"


@contextmanager
def listening_server(programs: Path, password: str) -> Iterator[tuple[str, str]]:
    """URLs of an empty database, through a socket and over TCP, where the login needs `password`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with _cluster(programs, f"-c listen_addresses=127.0.0.1 -p {port}", password) as place:
        local = f"postgresql+psycopg://airworthy@/postgres?host={place}&port={port}"
        yield local, f"postgresql+psycopg://airworthy@127.0.0.1:{port}/postgres"


@contextmanager
def _cluster(programs: Path, options: str, password: str = "") -> Iterator[str]:
    """A fresh cluster; the folder of its socket. With a password only TCP asks for it."""
    # A socket's path may have 107 characters at most, so pytest's own folders are too deep.
    with tempfile.TemporaryDirectory(prefix="airworthy-pg-") as place:
        user = _owner(Path(place))
        cluster, pg_ctl = f"{place}/data", str(programs / "pg_ctl")
        _call(user, str(programs / "initdb"), "-D", cluster, "-U", "airworthy", "-A", "trust", "--no-sync")
        if password:
            hba = Path(cluster, "pg_hba.conf")
            hba.write_text("local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n")
        more = f"{options} -c unix_socket_directories='{place}' -c fsync=off"
        _call(user, pg_ctl, "-D", cluster, "-w", "-t", "60", "-l", f"{place}/log", "-o", more, "start")
        try:
            yield place
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
