"""The commands of `./corredor`. Each makes the environment if need be, goes on inside it, and says trouble plainly."""

import os
import sys
from pathlib import Path

from core.stack import developing, environment, linting, up, variables
from core.stack.folders import ROOT, Folders
from core.stack.trouble import Trouble, of_os_error

USAGE = """\
usage: ./corredor up [--port 8000] [--data var/] [--no-demo]    start everything; Ctrl-C stops it
       ./corredor test [pytest arguments]                       the tests, on servers of their own
       ./corredor lint [tool …]                                 style, types, layers, templates, settings
       ./corredor bench [goal …]                                measure (bench/<goal>.py)
       ./corredor torture [--minutes 30] [--seed N] [--naive]   send while everything is killed, frozen and crashed
                         [--redis-away 120]                      or while Redis is frozen and gone
       ./corredor manage …                                      Django's manage.py, with the servers running
"""
FOR_DEVELOPERS = {"test", "lint", "torture"}


def main(words: list[str]) -> int:
    """Run a command and give the exit code: 0 well, 1 trouble (said on stderr), 2 a command nobody knows."""
    name, rest = (words[0], words[1:]) if words else ("help", [])
    if name in {"help", "-h", "--help"}:
        print(USAGE, end="")
        return 0
    if name not in {"up", "test", "lint", "bench", "torture", "manage"}:
        sys.stderr.write(f"corredor: there is no command {name}.\n{USAGE}")
        return 2
    try:
        return _run(name, rest)
    except Trouble as trouble:
        sys.stderr.write(f"corredor: {trouble}\n")
    except OSError as error:
        sys.stderr.write(f"corredor: {of_os_error(error, ROOT)}\n")
    except KeyboardInterrupt:
        return 130
    return 1


def _run(name: str, rest: list[str]) -> int:
    if name in {"up", "manage"}:  # never the others: they must not find a database that somebody needs
        variables.read_file(ROOT / ".env")
    # We start many Pythons: without what the first compiled each would take a second longer (images often set this).
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    options = up.arguments(rest) if name == "up" else None
    if options is not None:
        up.require_free(options.port)  # said before an installation that takes a minute
    environment.ensure(dev=name in FOR_DEVELOPERS)
    if not environment.inside():
        python = str(environment.python())
        os.execv(python, [python, str(ROOT / "corredor"), name, *rest])  # noqa: S606 -- ourselves
    data = (options and options.data) or Path(os.environ.get("CORREDOR_DATA") or ROOT / "var")
    folders = Folders(data.absolute())
    if options is not None:
        return up.up(options, folders)
    if name == "manage":
        return developing.manage(rest, folders)
    commands = {"test": developing.test, "bench": developing.bench, "torture": developing.torture, "lint": linting.lint}
    return commands[name](rest)
