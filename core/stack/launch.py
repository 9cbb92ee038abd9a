"""Runs one program so that it cannot outlive the supervisor: `python -IS launch.py PARENT SIGNAL NAMESPACE COMMAND…`.

A separate program and not a preexec_fn, because the supervisor has threads, and Python code between fork and exec of a
process with threads may hang. Standard library only, started in 15 ms.
"""

import ctypes
import os
import signal
import sys
from pathlib import Path
from typing import NoReturn

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
NO_NAMESPACE = 77  # exit code: this machine does not allow user namespaces
UNPRIVILEGED = 1000


def enter_namespace(libc: ctypes.CDLL) -> None:
    """Become user 1000 of a new user namespace; for files we stay who we are.

    PostgreSQL refuses to run as root. This makes it see an ordinary user, without creating a user and without opening
    any folder to others. Raises OSError where the kernel or the container forbids it.
    """
    user, group = os.geteuid(), os.getegid()
    if libc.unshare(CLONE_NEWUSER) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{UNPRIVILEGED} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{UNPRIVILEGED} {group} 1")


def main(arguments: list[str]) -> NoReturn:
    """Tie this process to its parent, optionally leave root, and become the command."""
    parent, death_signal, namespace, command = int(arguments[0]), int(arguments[1]), arguments[2] == "1", arguments[3:]
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if namespace:
            try:
                enter_namespace(libc)
            except OSError as error:
                sys.stderr.write(f"no user namespace: {error.strerror}\n")
                sys.exit(NO_NAMESPACE)
        # After the namespace: a change of credentials clears it.
        libc.prctl(PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent:  # it died before we were listening
            sys.exit(1)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # Python ignores it, and exec would pass that on
    os.execvp(command[0], command)  # noqa: S606 -- the command comes from our own supervisor


if __name__ == "__main__":
    main(sys.argv[1:])
