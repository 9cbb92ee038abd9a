import errno
from pathlib import Path


class Trouble(Exception):
    """What is wrong and what to do about it, in one plain sentence for the person at the terminal."""


def of_os_error(error: OSError, where: Path | str) -> Trouble:
    """The sentence for an error of the operating system while using `where` (a path)."""
    place = error.filename or where
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return Trouble(f"the disk that holds {place} is full: free some space, or choose another folder with --data.")
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.ENOTDIR}:
        return Trouble(
            f"{place} cannot be written ({error.strerror}): make it yours (chown, chmod), "
            "or choose another folder with --data."
        )
    return Trouble(f"{place}: {error.strerror or error}.")
