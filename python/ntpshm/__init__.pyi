# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
from datetime import datetime
from types import TracebackType
from typing import Any, Final, NamedTuple, SupportsFloat, SupportsIndex, TypeVar, final

LEAP_NOWARNING: Final = 0
LEAP_ADDSECOND: Final = 1
LEAP_DELSECOND: Final = 2
LEAP_NOTINSYNC: Final = 3

_Self = TypeVar("_Self")

@final
class ShmTime:
    mode: int
    count: int
    clock_time_sec: int
    clock_time_usec: int
    clock_time_nsec: int
    receive_time_sec: int
    receive_time_usec: int
    receive_time_nsec: int
    leap: int
    precision: int
    nsamples: int
    valid: int
    clock_ns: int
    receive_ns: int
    clock_dt: datetime
    receive_dt: datetime
    def __init__(self, **fields: SupportsIndex | datetime) -> None: ...

class NtpShm:
    def __init__(self, segment: SupportsIndex = 0, mode: SupportsIndex | None = None) -> None: ...
    def update(
        self,
        clock_time_ns: SupportsIndex,
        receive_time_ns: SupportsIndex | None = None,
        precision: SupportsIndex | None = -1,
        leap: SupportsIndex | None = 0,
    ) -> None: ...
    def read(self) -> ShmTime: ...
    def write(self, copy: ShmTime, /) -> None: ...
    def close(self) -> None: ...
    def __enter__(self: _Self) -> _Self: ...
    def __exit__(
        self,
        *exc: type[BaseException] | BaseException | TracebackType | None,
    ) -> None: ...
    @property
    def ref(self) -> ShmTime: ...
    @property
    def segment(self) -> int: ...
    @property
    def key(self) -> int: ...

class NtpdShm:
    mode: int
    count: int
    clockTimeStampSec: int
    clockTimeStampUSec: int
    clockTimeStampNSec: int
    receiveTimeStampSec: int
    receiveTimeStampUSec: int
    receiveTimeStampNSec: int
    leap: int
    precision: int
    nsamples: int
    valid: bool
    clockTimeStamp: float
    receiveTimeStamp: float
    def __init__(self, unit: SupportsIndex = 0) -> None: ...
    def update(
        self,
        clock_time: SupportsFloat,
        recv_time: SupportsFloat | None = None,
        precision: SupportsIndex | None = None,
        leap: SupportsIndex | None = None,
        *,
        mode: SupportsIndex | None = None,
        nsamples: SupportsIndex | None = None,
    ) -> None: ...
    def close(self) -> None: ...
    def __enter__(self: _Self) -> _Self: ...
    def __exit__(
        self,
        *exc: type[BaseException] | BaseException | TracebackType | None,
    ) -> None: ...
    @property
    def unit(self) -> int: ...

class BoardError(OSError): ...
class NoDaemon(BoardError): ...
class NotLocked(BoardError): ...

class BoardTime(NamedTuple):
    utc_ns: int
    uncertainty_ns: int
    trusted: bool
    doubt: str | None

class Board:
    def __init__(self, name: str = "/pps2shm") -> None: ...
    def utc_ns(self) -> BoardTime: ...
    def read(self) -> dict[str, Any]: ...
    def close(self) -> None: ...
    def __enter__(self: _Self) -> _Self: ...
    def __exit__(
        self,
        *exc: type[BaseException] | BaseException | TracebackType | None,
    ) -> None: ...
