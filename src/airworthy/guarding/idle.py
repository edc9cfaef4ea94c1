"""Idleness: seconds in which neither a core nor a GPU did anything worth its price."""

from __future__ import annotations

from airworthy.guarding.account import Account
from airworthy.guarding.terms import IDLE_SHARE
from airworthy.metering.gpu import Gpu

ASLEEP = 5.0
"""A window this long was no second of idleness: the machine was suspended, or nobody could look."""


class Idleness:
    """Counts idle windows into an account.

    Parameters
    ----------
    gpu : the GPUs of the machine, or None; one that does not tell how busy it is counts as idle.
    """

    def __init__(self, gpu: Gpu | None) -> None:
        self._gpu = gpu

    def count(self, account: Account, began: float, span: float, cpu_seconds: float) -> None:
        """Add a window of `span` seconds in which the command used `cpu_seconds`.

        >>> account = Account(began=0.0)
        >>> Idleness(None).count(account, 10.0, 1.0, 0.01)
        >>> account.idle_seconds, account.idle_since
        (1.0, 10.0)
        """
        if span > ASLEEP:
            account.idle_since = None if account.idle_since is None else account.idle_since + span
        elif cpu_seconds / span >= IDLE_SHARE or self._gpu_share() >= IDLE_SHARE:
            account.idle_since = None
        else:
            account.idle_seconds += span
            account.idle_since = began if account.idle_since is None else account.idle_since

    def _gpu_share(self) -> float:
        if self._gpu is None:
            return 0.0
        return max((device.busy_share or 0.0 for device in self._gpu.devices()), default=0.0)
