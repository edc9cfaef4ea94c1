"""The board between door and keeper: memory that outlives either of them and needs no disk."""

from __future__ import annotations

import json
import mmap
import os
import struct
import zlib

from airworthy.guarding.account import Account

_HEAD = struct.Struct("dddQ")  # beat, improved at, asked at, number of the newest account
_SLOT = struct.Struct("QII")  # number, length, checksum
_SIZE, _FIRST, _STEP = 16384, 64, 8160


class Board:
    """Shared memory with two places for the account: one is whole even when its writer is killed writing.

    Parameters
    ----------
    descriptor : of the memory; None makes a new one, which `pass_fds` hands on.
    """

    def __init__(self, descriptor: int | None = None) -> None:
        if descriptor is None:
            descriptor = os.memfd_create("airworthy-guard", os.MFD_CLOEXEC)
            os.ftruncate(descriptor, _SIZE)
        self.descriptor = descriptor
        self._memory = mmap.mmap(descriptor, _SIZE)

    def _head(self, place: int) -> float:
        return float(struct.unpack_from("d", self._memory, 8 * place)[0])

    def _set(self, place: int, value: float) -> None:
        struct.pack_into("d", self._memory, 8 * place, value)

    @property
    def beat(self) -> float:
        """When the guardian at work last showed that it lives."""
        return self._head(0)

    @beat.setter
    def beat(self, now: float) -> None:
        self._set(0, now)

    @property
    def improved(self) -> float:
        """When the figure in the log last fell; 0 while none was read."""
        return self._head(1)

    @improved.setter
    def improved(self, now: float) -> None:
        self._set(1, now)

    @property
    def asked(self) -> float:
        """When a person asked that what the command leaves behind should end with it; 0 otherwise."""
        return self._head(2)

    @asked.setter
    def asked(self, now: float) -> None:
        self._set(2, now)

    def write(self, account: Account) -> None:
        """Put the account down; the older of the two places is overwritten."""
        data = json.dumps(account.as_json()).encode()
        newest = struct.unpack_from("Q", self._memory, 24)[0] + 1
        start = _FIRST + _STEP * (newest % 2)
        self._memory[start + _SLOT.size : start + _SLOT.size + len(data)] = data
        _SLOT.pack_into(self._memory, start, newest, len(data), zlib.crc32(data))
        struct.pack_into("Q", self._memory, 24, newest)

    def read(self) -> Account:
        """The newest account that is whole."""
        whole = [found for place in (0, 1) if (found := self._slot(place))]
        return Account.from_json(json.loads(max(whole)[1]))

    def _slot(self, place: int) -> tuple[int, bytes] | None:
        start = _FIRST + _STEP * place
        number, length, checksum = _SLOT.unpack_from(self._memory, start)
        data = self._memory[start + _SLOT.size : start + _SLOT.size + min(length, _STEP - _SLOT.size)]
        return (number, data) if number and zlib.crc32(data) == checksum else None
