"""Code in the sandbox tries everything that it should not be able to do, and nothing happens."""

from __future__ import annotations

import os
import socket
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sandboxed import hostile, opened, why_weak

from airworthy.adapters.sandbox.model import SandboxedModel
from airworthy.adapters.sandbox.process import Limits, SandboxFailed
from airworthy.assurance.given import ModelRefused

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is Linux's own")

ATTEMPTS = {
    "connects to a port of this computer": "socket.create_connection(('127.0.0.1', PORT), 2)",
    "sends a datagram": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', PORT))",
    "speaks to a local service": "socket.socket(socket.AF_UNIX).connect(SERVICE)",
    "makes a pair of sockets": "socket.socketpair()",
    "writes a file at home": "open(os.path.join(HOME, 'written'), 'w')",
    "writes a file in the temporary folder": "open('/tmp/airworthy-written', 'w')",
    "writes a file in shared memory": "open('/dev/shm/airworthy-written', 'w')",
    "writes a file where it works": "open('written', 'w')",
    "makes a folder": "os.mkdir(os.path.join(HOME, 'folder'))",
    "makes a link": "os.symlink('/etc', os.path.join(HOME, 'link'))",
    "makes a named pipe": "os.mkfifo(os.path.join(HOME, 'fifo'))",
    "removes a file": "os.remove(SECRET)",
    "renames a file": "os.rename(SECRET, SECRET + '2')",
    "empties a file": "os.truncate(SECRET, 0)",
    "changes who may read a file": "os.chmod(SECRET, 0o777)",
    "changes a file's time": "os.utime(SECRET, (0, 0))",
    "reads a secret file": "open(SECRET).read()",
    "lists the home": "os.listdir(HOME)",
    "reads the passwords of the system": "open('/etc/shadow').read()",
    "reads what the parent was told": "open(f'/proc/{os.getppid()}/environ').read()",
    "reads the parent's memory": "open(f'/proc/{os.getppid()}/mem', 'rb')",
    "was told a credential": "os.environ['AIRWORTHY_TEST_SECRET']",
    "splits in two": "os.fork()",
    "starts a program": "subprocess.run(['/bin/true'], check=True)",
    "starts a shell": "0 // (os.system('true') == 0)",
    "becomes a program": "os.execv('/bin/true', ['true'])",
    "ends the parent": "os.kill(os.getppid(), signal.SIGTERM)",
    "ends every process": "os.kill(-1, signal.SIGTERM)",
    "ends the parent by a handle": "signal.pidfd_send_signal(os.pidfd_open(os.getppid()), signal.SIGTERM)",
    "has the kernel signal the parent": "fcntl.fcntl(0, fcntl.F_SETOWN, os.getppid())",
    "takes the parent's memory limit away": "resource.prlimit(os.getppid(), resource.RLIMIT_AS, (1, 1))",
    "slows the parent down": "os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)",
    "raises its own memory limit": "resource.setrlimit(resource.RLIMIT_AS, (-1, -1))",
    "traces the parent": "call(101, 16, os.getppid(), 0, 0)",
    "outlives the parent": "call(157, 1, 0, 0, 0)",
    "leaves for another namespace": "call(272, 0x10000000)",
    "mounts a disk": "call(165, b'none', b'/tmp', b'tmpfs', 0, 0)",
    "asks the kernel past the filter": "call(425, 8, ctypes.create_string_buffer(200))",
    "reads the keys of the session": "call(250, 0, -3, 0)",
    "changes its own file": "write_to_open_files()",
}
X86_ONLY = ("traces", "outlives", "leaves", "mounts", "past the filter", "keys of")
SOURCE = """
import ctypes, fcntl, os, resource, signal, socket, stat, subprocess
libc = ctypes.CDLL(None, use_errno=True)
def call(*arguments):
    if libc.syscall(*arguments) < 0:
        raise OSError(ctypes.get_errno(), "refused")
def write_to_open_files():
    for number in range(3, 256):
        try:
            if not stat.S_ISFIFO(os.fstat(number).st_mode):
                return os.write(number, b"x")
        except OSError:
            continue
    raise OSError("none takes it")
def attempt(code):
    try:
        exec(code, globals())
    except (OSError, KeyError, ZeroDivisionError, subprocess.SubprocessError, ValueError) as error:
        return 0.0
    return 1.0
def model(rows):
    return [attempt(CODES[int(row[0])]) for row in rows]
"""


@pytest.fixture(scope="module")
def captive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SandboxedModel, Path, socket.socket]]:
    home = tmp_path_factory.mktemp("home")
    if weak := why_weak(tmp_path_factory.mktemp("weak")):
        pytest.skip(f"this machine's kernel lacks: {weak}")
    (home / "secret").write_text("of a person")
    service = socket.socket(socket.AF_UNIX)
    service.bind(str(home / "service"))
    service.listen()
    known = {
        "PORT": (listener := socket.create_server(("127.0.0.1", 0))).getsockname()[1],
        "HOME": str(home),
        "SECRET": str(home / "secret"),
        "SERVICE": str(home / "service"),
        "CODES": list(ATTEMPTS.values()),
    }
    told = "".join(f"{name} = {value!r}\n" for name, value in known.items())
    os.environ["AIRWORTHY_TEST_SECRET"] = "of a person"
    try:
        model = opened(hostile(home, told + SOURCE))
        yield model, home, listener
        model.close()
    finally:
        del os.environ["AIRWORTHY_TEST_SECRET"]
        listener.close()
        service.close()


@pytest.mark.parametrize("name", ATTEMPTS)
def test_code_in_the_sandbox_cannot_do_harm(
    captive: tuple[SandboxedModel, Path, socket.socket], name: str
) -> None:
    if os.uname().machine != "x86_64" and any(word in name for word in X86_ONLY):
        pytest.skip("the number of this call is that of another architecture")
    model, home, listener = captive
    before = sorted(path.name for path in home.iterdir())
    worked = model.answers(np.array([[list(ATTEMPTS).index(name)]])).values
    assert worked.tolist() == [0.0]
    assert sorted(path.name for path in home.iterdir()) == before
    assert (home / "secret").read_text() == "of a person"
    listener.settimeout(0)
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_the_attempts_do_harm_without_a_sandbox(tmp_path: Path) -> None:
    """The same code outside: an attempt that could never work would prove nothing."""
    (tmp_path / "secret").write_text("of a person")
    names = {
        "PORT": (listener := socket.create_server(("127.0.0.1", 0))).getsockname()[1],
        "HOME": str(tmp_path),
        "SECRET": str(tmp_path / "secret"),
    }
    with listener:
        exec(SOURCE, names)
        for name in ("connects to a port of this computer", "writes a file at home", "reads a secret file"):
            assert names["attempt"](ATTEMPTS[name]) == 1.0, name  # type: ignore[operator]


AFTERWARDS = {
    "loops without end": ("while True: pass", "no answer in"),
    "writes garbage to its pipe": (
        "[os.write(n, b'{\"a\":' * 9999) for n in range(3, 256) if is_pipe(n)]",
        "where .* are the most",
    ),
    "announces ten gigabytes": (
        "[os.write(n, (10 << 30).to_bytes(8, 'little')) for n in range(3, 256) if is_pipe(n)]",
        "10,737,418,240 bytes",
    ),
    "sends what is no message": (
        "[os.write(n, (3).to_bytes(8, 'little') + b'abc') for n in range(3, 256) if is_pipe(n)]",
        "no answer",
    ),
    "ends its own process": ("os._exit(3)", "ended by itself"),
    "crashes": ("ctypes.string_at(0)", "ended by SIGSEGV"),
}
HELPER = """
import ctypes, os, stat
def is_pipe(number):
    try:
        os.write(number, b"")
        return stat.S_ISFIFO(os.fstat(number).st_mode)
    except OSError:
        return False
"""


@pytest.mark.parametrize("name", AFTERWARDS)
def test_a_model_that_misbehaves_is_ended_with_a_clear_error(tmp_path: Path, name: str) -> None:
    code, said = AFTERWARDS[name]
    source = HELPER + f"def model(rows):\n    {code}\n    return [0.5] * len(rows)\n"
    model = opened(hostile(tmp_path, source), allow_weak_sandbox=True)
    if "loops" in name:
        model._process.limits = Limits(seconds=0.2)
    with pytest.raises(SandboxFailed, match=said) as caught:
        model.answers(np.zeros((2, 1)))
    assert caught.value.remedy
    with pytest.raises(ProcessLookupError):
        os.kill(model._process.pid, 0)


ANSWERS = {
    "NaN": ("[float('nan')] * len(rows)", "NaN|nan"),
    "another number of rows": ("[0.5]", "2 rows with 1 values"),
    "three dimensions": ("numpy.zeros((len(rows), 2, 2))", "shape"),
    "objects": ("[object()] * len(rows)", None),
    "an error that lies": ("boom()", "ok"),
}


def test_wrong_answers_are_refused_and_the_model_stays(tmp_path: Path) -> None:
    source = """
        import numpy
        class Lie(Exception):
            def __str__(self):
                return "ok\\n\\x1b[31m" * 500
        def boom():
            raise Lie
        CODES = %r
        def model(rows):
            return eval(CODES[int(rows[0][0])])
        """
    codes = [code for code, _ in ANSWERS.values()]
    model = opened(hostile(tmp_path, textwrap.dedent(source) % codes), allow_weak_sandbox=True)
    for index, (_, said) in enumerate(ANSWERS.values()):
        rows = np.full((2, 1), float(index))
        if said is None:
            assert model.answers(rows).values.dtype.kind == "U"
            continue
        with pytest.raises(ModelRefused, match=said) as caught:
            model.answers(rows)
        assert str(caught.value).isprintable()
        assert len(caught.value.message) < 400
    model.close()


BOMBS = {
    "memory": ("bytearray(3 << 30)", "MemoryError"),
    "memory, little by little": (
        "held = []\n    while True: held.append(bytearray(1 << 26))",
        "MemoryError",
    ),
    "open files": ("held = [open('/dev/null') for _ in range(5000)]", "Too many open files"),
    "processes": ("import os\n    while True: os.fork()", "not permitted"),
}


def test_bombs_go_off_in_vain(tmp_path: Path) -> None:
    names = list(BOMBS)
    source = "".join(f"def bomb{i}():\n    {BOMBS[name][0]}\n" for i, name in enumerate(names))
    source += "def model(rows):\n    return globals()[f'bomb{int(rows[0][0])}']()\n"
    model = opened(hostile(tmp_path, source), memory_bytes=1 << 30, allow_weak_sandbox=True)
    for index, name in enumerate(names):
        if "processes" in name and model.missing:
            continue  # outside of a whole sandbox this one would go off
        with pytest.raises(ModelRefused, match=BOMBS[name][1]):
            model.answers(np.array([[float(index)]]))
    model.close()


def test_a_process_that_is_ended_twice_closes_nobody_elses_file(tmp_path: Path) -> None:
    model = opened(
        hostile(tmp_path, HELPER + "def model(rows):\n    return [0.5] * len(rows)\n"),
        allow_weak_sandbox=True,
    )
    process = model._process
    process.end()
    others = [os.open(os.devnull, os.O_RDONLY) for _ in range(8)]  # takes the numbers that came free
    process.end()
    for other in others:
        os.fstat(other)
        os.close(other)
    with pytest.raises(SandboxFailed, match="was ended before"):
        model.answers(np.zeros((2, 1)))
