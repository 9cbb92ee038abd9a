"""`./corredor lint`: every check the repository has, two at a time, quiet when all is well."""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from core.stack import environment, variables
from core.stack.folders import ROOT
from core.stack.trouble import Trouble

NOWHERE = "postgres://corredor_app@//nonexistent/corredor"  # no check needs a database: connecting would be a mistake
PRODUCTION = {"DEBUG": "false", "PUBLIC_URL": "https://crm.example.com", "ALLOWED_HOSTS": "crm.example.com"}


@dataclass(frozen=True)
class Tool:
    """A check: the words after the environment's python (or its own program), and variables of its own."""

    name: str
    command: tuple[str, ...]
    variables: dict[str, str] = field(default_factory=dict)


def _manage(name: str, *words: str, **variables_: str) -> Tool:
    # Warnings about the database that is not there would hide the one that matters.
    return Tool(name, ("python", "-W", "ignore::RuntimeWarning", "manage.py", *words), variables_)


TOOLS = (  # the slow ones first, so that the quick ones fill the other core
    Tool("mypy", ("mypy",)),
    Tool("djlint", ("djlint", "--lint", "--quiet", "templates")),
    _manage("openapi", "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull),
    _manage("deploy", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION),
    _manage("migrations", "makemigrations", "--check", "--dry-run"),
    Tool("layers", ("lint-imports",)),
    Tool("ruff", ("ruff", "check")),
    Tool("format", ("ruff", "format", "--check")),
    Tool("vendor", ("python", "vendor.py", "--check")),
)


def lint(words: list[str]) -> int:
    """Run the named tools, or all. Prints what a tool said only when it fails, one line otherwise."""
    known = {tool.name: tool for tool in TOOLS}
    if unknown := [word for word in words if word not in known]:
        raise Trouble(f"lint has no tool {', '.join(unknown)}: there are {', '.join(known)}.")
    chosen = [known[word] for word in words] or list(TOOLS)
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as pool:
        failed = [tool.name for tool, good in zip(chosen, pool.map(_passes, chosen), strict=True) if not good]
    print(f"lint: {', '.join(failed)} failed." if failed else f"lint: {len(chosen)} checks passed.")
    return 1 if failed else 0


def _passes(tool: Tool) -> bool:
    started = time.monotonic()
    program, *rest = tool.command
    urls = {"DATABASE_URL": NOWHERE, "DATABASE_OWNER_URL": NOWHERE, "REDIS_URL": "redis+socket:///nonexistent"}
    env = os.environ | variables.without_secrets() | urls | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [str(environment.VENV / "bin" / program), *rest], cwd=ROOT, env=env | tool.variables, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    verdict = "ok" if done.returncode == 0 else "FAILED"
    said = done.stdout.strip() + "\n" if done.returncode else ""
    sys.stdout.write(f"{tool.name:<11}{verdict:<7}{time.monotonic() - started:5.1f} s\n{said}")
    sys.stdout.flush()
    return done.returncode == 0
