"""The house stays small: sizes of files, functions and templates, and no drawers."""

import ast
from pathlib import Path
from statistics import quantiles

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    "config",
    "demo",
    "reports",
    "integrations",
    "campaigns",
    "pipeline",
    "appointments",
    "messaging",
    "templates_app",
    "crm",
    "accounts",
    "core",
)
DRAWERS = {"services.py", "utils.py", "helpers.py", "common.py", "misc.py"}


def python_files():
    return [path for app in APPS for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]


def lengths_of_functions(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.end_lineno - node.lineno + 1, f"{path.relative_to(ROOT)}:{node.name}"


def p95(values):
    return quantiles(values, n=20)[-1]


def test_files_are_short():
    lengths = {path: len(path.read_text().splitlines()) for path in python_files()}
    assert {str(path): length for path, length in lengths.items() if length > 400} == {}
    assert p95(lengths.values()) <= 200


def test_functions_are_short():
    lengths = [found for path in python_files() for found in lengths_of_functions(path)]
    assert [found for found in lengths if found[0] > 50] == []
    assert p95([length for length, _ in lengths]) <= 30


def test_templates_are_short():
    lengths = {path: len(path.read_text().splitlines()) for path in (ROOT / "templates").rglob("*.html")}
    assert {str(path): length for path, length in lengths.items() if length > 250} == {}


def test_there_is_no_drawer():
    assert [path for path in python_files() if path.name in DRAWERS] == []


def test_nothing_listens_to_signals():
    """News goes through config/reactions.py, where it can be read."""
    listeners = [
        str(path)
        for path in python_files()
        if "django.db.models.signals" in path.read_text() or "@receiver" in path.read_text()
    ]
    assert listeners == []


def test_every_function_level_import_says_why():
    silent = []
    for path in python_files():
        lines = path.read_text().splitlines()
        for node in ast.walk(ast.parse("\n".join(lines))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                silent += [
                    f"{path.relative_to(ROOT)}:{inner.lineno}"
                    for inner in ast.walk(node)
                    if isinstance(inner, ast.Import | ast.ImportFrom) and "--" not in lines[inner.lineno - 1]
                ]
    assert silent == []
