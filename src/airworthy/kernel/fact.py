"""Facts: what checks read. Each is computed once, shared by all checks that want it, and cached."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Protocol, runtime_checkable


class Fact(Protocol):
    """A frozen, hashable name of something that can be computed, e.g. `NullCount("age")`.

    `batch` computes all wanted facts of its kind together: facts that share one batch function share one
    scan. `version` changes when the meaning of the value changes.
    """

    version: ClassVar[int]
    batch: ClassVar[Callable[[Sequence[Any], Facts], Mapping[Any, object]]]

    def __hash__(self) -> int: ...


@runtime_checkable
class WindowFact(Protocol):
    """A fact that can be computed on pieces and merged, so it also runs on live windows."""

    @staticmethod
    def merge(left: Any, right: Any) -> object: ...


class Facts:
    """All that a check may read. `given` holds the roots: a table, predictions, a model."""

    def __init__(self, given: Mapping[Any, object] | None = None) -> None:
        self._values: dict[Any, object] = dict(given or {})

    def prepare(self, wanted: Iterable[Fact]) -> None:
        """Compute what is missing, one call for each batch function.

        An exception becomes the value of every fact of that batch and is raised when one is read; a batch
        that answers its facts one by one returns `Failed` for those alone that it cannot answer.
        """
        groups: dict[Callable[..., Mapping[Any, object]], list[Fact]] = {}
        for fact in dict.fromkeys(wanted):
            if fact not in self._values:
                groups.setdefault(type(fact).batch, []).append(fact)
        for batch, facts in groups.items():
            try:
                computed = batch(facts, self)
            except Exception as error:  # noqa: BLE001 - the runner reports it as the ERROR of each check
                computed = {fact: Failed(error) for fact in facts}
            for fact in facts:
                self._values[fact] = computed.get(
                    fact, Failed(KeyError(f"{fact} was not computed by its batch"))
                )

    def keep(self, computed: Mapping[Any, object]) -> None:
        """Take what a long batch has finished, so that an interruption does not lose it."""
        self._values.update(computed)

    def __contains__(self, fact: object) -> bool:
        return fact in self._values

    def __getitem__(self, fact: Any) -> Any:
        if fact not in self._values:
            self.prepare([fact])
        value = self._values[fact]
        if isinstance(value, Failed):
            raise value.error
        return value


class Failed:
    """In place of a value: `error` is raised when the fact is read. A batch may give it for one fact."""

    def __init__(self, error: Exception) -> None:
        self.error = error
