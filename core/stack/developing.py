"""`./corredor test`, `bench`, `torture` and `manage`."""

import os

from core.stack import environment, servers, variables
from core.stack.folders import ROOT, Folders
from core.stack.trouble import Trouble

WORKERS_CHOSEN = ("-n", "--numprocesses", "-p", "--pdb", "--trace", "--collect-only", "--co")


def test(words: list[str]) -> int:
    """Run pytest on embedded servers that forget, on all cores unless a single file or -n says otherwise."""
    with servers.first_free(ROOT / "var" / "test") as folders, servers.running(folders, throwaway=True):
        env = os.environ | variables.without_secrets() | variables.urls(folders)
        env["DEBUG"] = "true"  # static files as they lie in the checkout, and the pages for developers
        return servers.call([str(environment.python()), "-m", "pytest", *_workers(words), *words], env)


def bench(goals: list[str]) -> int:
    """Run bench/<goal>.py, all of them when none is named, on embedded servers with the settings of real use."""
    known = sorted(path.stem for path in (ROOT / "bench").glob("[a-z]*.py"))
    unknown = [goal for goal in goals if goal not in known]
    if unknown or not known:
        raise Trouble(f"there is no bench goal {', '.join(unknown)}: the goals are {', '.join(known) or 'none yet'}.")
    with servers.first_free(ROOT / "var" / "bench") as folders, servers.running(folders):
        env = os.environ | variables.without_secrets() | variables.urls(folders)
        migrate = servers.call([str(environment.python()), "manage.py", "migrate", "--verbosity", "0"], env)
        codes = [servers.call([str(environment.python()), "-m", f"bench.{goal}"], env) for goal in goals or known]
        return max([migrate, *codes])


def torture(words: list[str]) -> int:
    """Run tests.torture on servers of its own, whose database keeps what it confirmed: it is going to crash."""
    with servers.first_free(ROOT / "var" / "torture") as folders, servers.running(folders):
        env = os.environ | variables.without_secrets() | variables.urls(folders)
        env |= {"DEBUG": "true", "DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "ERROR"}
        migrate = servers.call([str(environment.python()), "manage.py", "migrate", "--verbosity", "0"], env)
        return migrate or servers.call([str(environment.python()), "-m", "tests.torture", *words], env)


def manage(words: list[str], folders: Folders) -> int:
    """Run manage.py on the servers of the data folder, which are started for its duration when they are not running."""
    with servers.running(folders):
        env = variables.of_stack(folders, port=folders.port)
        return servers.call([str(environment.python()), "manage.py", *words], env)


def _workers(words: list[str]) -> list[str]:
    """The -n for pytest-xdist: two more than the cores, since some tests wait for processes and some for Chromium.

    None when the arguments choose, or name one file.
    """
    chosen = any(word.startswith(WORKERS_CHOSEN) for word in words)
    files = [word for word in words if ".py" in word and not word.startswith("-")]
    return [] if chosen or len(files) == 1 else ["-n", str((os.cpu_count() or 1) + 2)]
