"""What SQLite reports, in our own terms."""

from __future__ import annotations

import sqlite3

from .errors import StoreBusy, StoreError, StoreRefused, StoreUnavailable


def translated(error: Exception) -> StoreError:
    """The same fault in our terms. Texts of SQLite name tables and columns, never values."""
    if isinstance(error, StoreError):
        return error
    if isinstance(error, sqlite3.IntegrityError):
        return StoreRefused(f"contradicts what is stored: {error}")
    if isinstance(error, OverflowError):
        return StoreRefused("a number is too large for its column")
    if isinstance(error, UnicodeEncodeError):
        return StoreRefused("a text holds half a character")
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None and code & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return StoreBusy("another program holds the file: try again, or find out who it is")
    if isinstance(error, sqlite3.InterfaceError) or "binding" in str(error):
        return StoreRefused(f"a value of a type that cannot be stored: {error}")
    return StoreUnavailable(f"SQLite: {error}")


def caused(error: BaseException) -> BaseException:
    """For another thread: an exception of its own, with the cause attached."""
    if isinstance(error, OSError):
        fault: StoreError = StoreUnavailable(f"the lock of the file: {error}")
    elif isinstance(error, sqlite3.Error | OverflowError | UnicodeEncodeError):
        fault = translated(error)
    else:
        return error
    fault.__cause__ = error
    return fault


def held(for_s: float) -> StoreBusy:
    return StoreBusy(f"another program has held the file for {for_s:g} s")
