"""A folder of results that grows by whole files, and that one process writes to at a time.

A file is written under another name first and forced to the disk, and only then given its own,
so that whatever is killed and whenever, a file with its own name is whole.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from simcare.errors import UserError

DISK = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM,
         errno.EIO)  # fmt: skip
"""Errors of the system that a user can mend by making room or naming another folder."""

UNFINISHED = re.compile(r"\..+\.unfinished")


def check_place(folder: Path) -> None:
    """Make sure that a folder can be made and written to; UserError if not."""
    above = folder
    while not above.exists():
        above = above.parent
    if not above.is_dir():
        raise UserError(
            f"option --out: {folder} cannot be a folder, because {above} is a file; name another "
            "folder."
        )
    if not os.access(above, os.W_OK | os.X_OK):
        raise UserError(
            f"option --out: the folder {folder} cannot be written to; name one that can, or see "
            "to its permissions."
        )


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a folder for this process, however it ends; UserError if another holds it."""
    if os.name != "posix":
        yield
        return
    import fcntl

    held = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(
                f"option --out: another simcare is writing to {folder}; wait for it, or name "
                "another folder."
            ) from None
        yield
    finally:
        os.close(held)


def sweep_out(folder: Path, *inside: str) -> None:
    """Remove what an earlier run did not finish writing, in a folder and some inside it."""
    for place in (folder, *(folder / name for name in inside)):
        for path in place.iterdir() if place.is_dir() else ():
            if UNFINISHED.fullmatch(path.name):
                with suppress(OSError):
                    path.unlink()


def put(path: Path, data: bytes) -> None:
    """Write a file so that it is either whole, and on the disk, or not there."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        with suppress(OSError):
            beside.unlink()
        raise
    if os.name == "posix":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
