import ast
import stat
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader

import pytest

from tests.stack.conftest import ROOT


@pytest.fixture
def entry():
    loader = SourceFileLoader("corredor_entry", str(ROOT / "corredor"))
    module = module_from_spec(spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


@pytest.mark.parametrize("minor", [4, 6, 8])
def test_the_entry_parses_on_an_old_python(minor):
    assert ast.parse((ROOT / "corredor").read_text(), feature_version=(3, minor))


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 9), (3, 10, 14)])
def test_an_old_python_is_told_what_to_install(entry, version):
    sentence = entry.too_old(version)
    assert f"this is Python {version[0]}.{version[1]}" in sentence
    assert "apt install python3.11 python3.11-venv" in sentence


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 1), (3, 14, 0), (4, 0, 0)])
def test_a_new_python_is_let_in(entry, version):
    assert entry.too_old(version) is None


def test_the_newest_python_on_the_path_is_found(entry, tmp_path):
    for name, mode in {"python3.10": 0o755, "python3.11": 0o755, "python3.13": 0o755, "python3.14": 0o644}.items():
        (tmp_path / name).touch()
        (tmp_path / name).chmod(mode)
    assert entry.newer_python(f"/nonexistent:{tmp_path}") == str(tmp_path / "python3.13")


def test_no_newer_python_is_none(entry, tmp_path):
    assert entry.newer_python(str(tmp_path)) is None


def test_the_entry_is_executable():
    assert (ROOT / "corredor").stat().st_mode & stat.S_IXUSR


def test_help_names_every_command(corredor):
    done = corredor()
    assert done.returncode == 0
    for command in ("up", "test", "lint", "bench", "manage"):
        assert f"./corredor {command}" in done.stdout


def test_an_unknown_command_is_refused(corredor):
    done = corredor("fly")
    assert done.returncode == 2
    assert "there is no command fly" in done.stderr
