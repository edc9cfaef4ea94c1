"""One budget for one run: time, money, energy, memory; what each piece used, and what can be afforded."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from airworthy.kernel.units import format_duration, format_energy

JOULES_PER_KWH = 3.6e6
MOST_PACE = 4.0
LEARN_SECONDS = 1.0
"""So long nothing is forecast from the energy used: a tenth of a second says nothing of the next hour."""


def steady() -> float:
    """Seconds on a clock that nobody sets back; where there is one, on one that counts sleep too."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


@dataclass(frozen=True)
class Reading:
    """What a process and all that descend from it used until now. Energy is None where nobody reads it."""

    cpu_seconds: float = 0.0
    joules: float | None = None
    energy_source: str = ""
    memory_bytes: int = 0


@dataclass(frozen=True)
class Piece:
    """What one stage, or one candidate, of the run used; `seconds` are wall time."""

    kind: str
    name: str
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    joules: float | None = None
    peak_memory_bytes: int = 0


@dataclass
class OpenPiece:
    """A piece that has begun."""

    kind: str
    name: str
    began: float
    before: Reading
    peak: int = 0


@dataclass(frozen=True)
class Names:
    """What the limits are called where they were declared, and `where` that is."""

    time: str = "budget.time"
    money: str = "budget.max_cost"
    energy: str = "budget.max_energy"
    memory: str = "budget.memory"
    where: str = " in airworthy.toml"

    def words(self, name: str, value: str) -> str:
        """A limit with its value.

        >>> Names().words("budget.max_energy", "1.5 Wh"), OF_CALL.words("max_energy", "1.5 Wh")
        ('budget.max_energy (1.5 Wh)', 'max_energy=1.5 Wh')
        """
        return f"{name} ({value})" if self.where else f"{name}={value}"


IN_CHARTER = Names()
OF_CALL = Names("seconds", "max_cost", "max_energy", "max_memory", "")
"""Arguments of a call in Python."""


@dataclass
class Budget:
    """Hard limits of one run; what is None has no limit, or is not known.

    Attributes
    ----------
    names : what the limits are called; `names.money` may be another declaration than `max_cost`.
    spent_before : seconds that count too: the process's own age, or those of an interrupted run.
    meter : reads what the run has used; by default nothing but time is known.
    grams_per_kwh : carbon of the grid, where its zone is known; `grid` says which.

    >>> budget = Budget(limit_seconds=180, monotonic=lambda: 0.0)
    >>> budget.remaining(), budget.binding
    (180.0, 'budget.time (3 min 0 s)')
    >>> Budget(180, 3.6, "EUR", monotonic=lambda: 0.0, max_money=0.1).remaining()    # 0.001 EUR a second
    100.0
    """

    limit_seconds: float
    rate_per_hour: float | None = None
    currency: str | None = None
    monotonic: Callable[[], float] = steady
    spent_before: float = 0.0
    max_money: float | None = None
    max_kwh: float | None = None
    memory_bytes: int | None = None
    meter: Callable[[], Reading] = Reading
    grams_per_kwh: float | None = None
    grid: str = ""
    names: Names = IN_CHARTER
    stages: dict[str, float] = field(default_factory=dict)
    pieces: list[Piece] = field(default_factory=list)
    peak_memory_bytes: int = 0
    _start: float = field(init=False)
    _last: Reading = field(init=False, default=Reading())
    _open: list[OpenPiece] = field(init=False, default_factory=list)
    _lock: threading.RLock = field(init=False, default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self._start = self.monotonic()
        if self.spent_before:
            self.pieces.append(Piece("stage", "start", self.spent_before))

    def count_start(self) -> None:
        """Charge what the meter shows already to the piece `start`: what starting the command took."""
        now = self.observe()
        if self.pieces and self.pieces[0].name == "start":
            before = self.pieces[0]
            self.pieces[0] = replace(
                before,
                cpu_seconds=now.cpu_seconds,
                joules=now.joules,
                peak_memory_bytes=now.memory_bytes,
            )

    def observe(self) -> Reading:
        """Read the meter, and remember the peak of memory for every piece that is open."""
        reading = self.meter()
        with self._lock:
            self._last = reading
            self.peak_memory_bytes = max(self.peak_memory_bytes, reading.memory_bytes)
            for piece in self._open:
                piece.peak = max(piece.peak, reading.memory_bytes)
        return reading

    def spent(self) -> float:
        """Seconds since the run began, including those of an interrupted run that this one continues."""
        return self.spent_before + self.monotonic() - self._start

    def remaining(self) -> float:
        """Seconds until the first limit of time, money or energy; 0 when one is reached."""
        return max(0.0, self._first()[0])

    @property
    def binding(self) -> str:
        """The limit that ends the run first, by the name it was declared under, with its value."""
        return self.names.words(*self._first()[1:])

    @property
    def binding_name(self) -> str:
        """Its name alone."""
        return self._first()[1]

    def forecast_end(self) -> float:
        """Seconds of the whole run if it goes on to its first limit."""
        return self.spent() + self.remaining()

    def _first(self) -> tuple[float, str, str]:
        return min(self._left(), key=lambda limit: limit[0])

    def _left(self) -> list[tuple[float, str, str]]:
        """Seconds until each limit, its name and its value."""
        spent, names = self.spent(), self.names
        limit = self.limit_seconds
        found = [(limit - spent, names.time, format_duration(limit) if names.where else f"{limit:g}")]
        if self.max_money is not None and self.rate_per_hour:
            amount = f"{self.max_money:g} {self.currency or ''}".rstrip()
            found.append((self.max_money / self.rate_per_hour * 3600 - spent, names.money, amount))
        if self.max_kwh is not None and self._last.joules is not None:
            left = self.max_kwh * JOULES_PER_KWH - self._last.joules
            watts = self._last.joules / spent if spent >= LEARN_SECONDS else 0.0
            if left <= 0 or watts > 0:
                until = left / watts if watts > 0 else 0.0
                found.append((until, names.energy, format_energy(self.max_kwh)))
        return found

    def money(self, seconds: float | None = None) -> float | None:
        """Money of so many seconds, by default so far; None where nobody declared a rate."""
        if self.rate_per_hour is None:
            return None
        return (self.spent() if seconds is None else seconds) / 3600 * self.rate_per_hour

    @property
    def kwh(self) -> float | None:
        """Energy so far; None where nobody reads it."""
        return None if self._last.joules is None else self._last.joules / JOULES_PER_KWH

    @property
    def pace(self) -> float:
        """Wall seconds of the run for each of the processor, 1 to 4: above 1 where others use it too.

        Forecasts in processor seconds are multiplied by it.
        """
        cpu = self._last.cpu_seconds
        return min(MOST_PACE, max(1.0, self.spent() / cpu)) if cpu >= LEARN_SECONDS else 1.0

    @property
    def energy_source(self) -> str:
        """Where the energy's figure comes from; empty where there is none."""
        return self._last.energy_source

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Charge what is used inside the block to the stage `name`."""
        began = self.monotonic()
        piece = self.begin("stage", name)
        try:
            yield
        finally:
            self.end(piece)
            self.stages[name] = self.stages.get(name, 0.0) + self.monotonic() - began

    def begin(self, kind: str, name: str) -> OpenPiece:
        """Begin a piece; give what comes back to `end`."""
        reading = self.observe()
        piece = OpenPiece(kind, name, self.monotonic(), reading, reading.memory_bytes)
        with self._lock:
            self._open.append(piece)
        return piece

    def end(self, piece: OpenPiece) -> Piece:
        """End a piece. What a second one of the same kind and name used is added to the first."""
        now = self.observe()
        joules = None
        if now.joules is not None:
            joules = max(0.0, now.joules - (piece.before.joules or 0.0))
        used = Piece(
            piece.kind,
            piece.name,
            self.monotonic() - piece.began,
            max(0.0, now.cpu_seconds - piece.before.cpu_seconds),
            joules,
            piece.peak,
        )
        with self._lock:
            self._open.remove(piece)
            for place, known in enumerate(self.pieces):
                if (known.kind, known.name) == (used.kind, used.name):
                    self.pieces[place] = _together(known, used)
                    return used
            self.pieces.append(used)
        return used

    def as_json(self) -> dict[str, object]:
        """The `spend` of the evidence: see docs/json.md."""
        reading = self.observe()
        return {
            "seconds": round(self.spent(), 3),
            "limit_seconds": self.limit_seconds,
            "cpu_seconds": round(reading.cpu_seconds, 3),
            "money": self.money(),
            "currency": self.currency if self.rate_per_hour is not None else None,
            "energy_kwh": None if reading.joules is None else reading.joules / JOULES_PER_KWH,
            "energy_source": reading.energy_source,
            "carbon_g": self.carbon(reading.joules),
            "grid": self.grid if self.grams_per_kwh is not None else "",
            "peak_memory_bytes": self.peak_memory_bytes,
            "max_money": self.max_money,
            "max_energy_kwh": self.max_kwh,
            "limit_memory_bytes": self.memory_bytes,
            "stages": {name: round(seconds, 3) for name, seconds in self.stages.items()},
            "pieces": [self._piece_as_json(piece) for piece in self.pieces],
        }

    def _piece_as_json(self, piece: Piece) -> dict[str, object]:
        return {
            "kind": piece.kind,
            "name": piece.name,
            "seconds": round(piece.seconds, 3),
            "cpu_seconds": round(piece.cpu_seconds, 3),
            "money": self.money(piece.seconds),
            "energy_kwh": None if piece.joules is None else piece.joules / JOULES_PER_KWH,
            "carbon_g": self.carbon(piece.joules),
            "peak_memory_bytes": piece.peak_memory_bytes,
        }

    def carbon(self, joules: float | None) -> float | None:
        """Grams of CO2 equivalents; None where the energy or its grid is unknown."""
        if joules is None or self.grams_per_kwh is None:
            return None
        return joules / JOULES_PER_KWH * self.grams_per_kwh


def _together(first: Piece, second: Piece) -> Piece:
    joules = None
    if first.joules is not None or second.joules is not None:
        joules = (first.joules or 0.0) + (second.joules or 0.0)
    return replace(
        first,
        seconds=first.seconds + second.seconds,
        cpu_seconds=first.cpu_seconds + second.cpu_seconds,
        joules=joules,
        peak_memory_bytes=max(first.peak_memory_bytes, second.peak_memory_bytes),
    )
