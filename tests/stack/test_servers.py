import os
import signal
import stat
import subprocess
import sys
import time

import pytest

from core.stack import postgres, servers, valkey, variables
from core.stack.folders import Folders, locked
from core.stack.supervisor import Supervisor
from core.stack.trouble import Trouble
from tests.stack.conftest import ROOT, alive

SERVE = """
import sys, time; sys.path.insert(0, sys.argv[1])
from pathlib import Path
from core.stack import postgres, servers
from core.stack.folders import Folders
from core.stack.supervisor import Supervisor
folders = Folders(Path(sys.argv[2])); folders.prepare()
with Supervisor(logs=folders.logs) as supervisor:
    servers.start(supervisor, folders)
    print(*supervisor.pids().values(), flush=True)
    supervisor.watch()
"""


@pytest.fixture
def folders(tmp_path, bare):
    return Folders(tmp_path / "data")


def test_the_roles_have_exactly_their_rights(folders):
    with servers.running(folders, throwaway=True):
        rows = postgres.query(
            folders,
            "SELECT rolname, rolcanlogin, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles "
            "WHERE rolname LIKE 'corredor%' ORDER BY rolname",
        )
        assert rows.split("\n") == [
            "corredor_app|t|f|f|f|f", "corredor_owner|t|f|f|t|f", "corredor_search|f|f|t|f|f",
        ]  # fmt: skip
        members = "SELECT roleid::regrole, member::regrole, set_option, inherit_option FROM pg_auth_members WHERE roleid::regrole::text LIKE 'corredor%'"
        assert postgres.query(folders, members) == "corredor_search|corredor_owner|t|f"
        owner = "SELECT datdba::regrole FROM pg_database WHERE datname = 'corredor'"
        assert postgres.query(folders, owner) == "corredor_owner"
        for database in ("corredor", "template1"):
            names = postgres.query(folders, "SELECT extname FROM pg_extension ORDER BY 1", database=database)
            assert names.split("\n") == ["btree_gist", "pg_trgm", "plpgsql", "unaccent"]
        assert postgres.query(folders, "SELECT upper('ñandú')") == "ÑANDÚ"
        assert postgres.query(folders, "SHOW listen_addresses") == ""
        postgres.query(folders, f"\\i '{postgres.ROLES}'", database="postgres")  # again: changes nothing, fails nothing


def test_kill_9_loses_no_commit_and_leaves_nobody(folders):
    command = [sys.executable, "-c", SERVE, str(ROOT), str(folders.data)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        pids = [int(word) for word in process.stdout.readline().split()]
        assert len(pids) == 2
        postgres.query(folders, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
        process.kill()
    end = time.monotonic() + 10
    while any(alive(pid) for pid in pids):
        assert time.monotonic() < end, "a server outlived its supervisor"
        time.sleep(0.05)
    with servers.running(folders):
        assert postgres.query(folders, "SELECT count(*) FROM kept") == "1000"


def test_kill_9_of_the_postmaster_is_mended(folders):
    folders.data.mkdir()
    folders.prepare()
    with Supervisor(logs=folders.logs) as supervisor:
        postgres.start(supervisor, folders)
        postgres.query(folders, "CREATE TABLE kept AS SELECT 1 AS n")
        os.kill(supervisor.pids()["postgres"], signal.SIGKILL)
    with servers.running(folders):  # at once: its children may still hold the shared memory
        assert postgres.query(folders, "SELECT n FROM kept") == "1"


def test_a_long_path_gets_a_short_private_socket_folder(tmp_path, bare):
    folders = Folders(tmp_path / ("x" * 120) / "con espacio")
    assert len(os.fsencode(folders.run)) < 80
    assert not folders.run.is_relative_to(folders.data)
    with servers.running(folders, throwaway=True):
        assert postgres.query(folders, "SELECT 1") == "1"
        assert stat.S_IMODE(folders.run.stat().st_mode) == 0o700


def test_another_major_version_is_said(folders):
    with servers.running(folders, throwaway=True):
        pass
    (folders.postgres / "PG_VERSION").write_text("17\n")
    with pytest.raises(Trouble, match=r"was written by PostgreSQL 17.*docs/going-live.md"), servers.running(folders):
        pass


def test_secrets_are_made_once_and_private(folders):
    folders.data.mkdir()
    first = variables.secrets_of(folders)
    assert set(first) == {"SECRET_KEY", "FIELD_KEYS"}
    assert first["FIELD_KEYS"].startswith("k1:")
    assert variables.secrets_of(folders) == first
    assert stat.S_IMODE((folders.data / "secrets.env").stat().st_mode) == 0o600


def test_what_the_operator_set_wins(folders, monkeypatch):
    folders.data.mkdir()
    monkeypatch.setenv("SECRET_KEY", "mine")
    monkeypatch.setenv("REDIS_URL", "redis://mine")
    env = variables.of_stack(folders, port=8123)
    assert (env["SECRET_KEY"], env["REDIS_URL"]) == ("mine", "redis://mine")
    assert env["PUBLIC_URL"] == "http://localhost:8123"
    assert env["DATABASE_URL"] == postgres.url(folders, "corredor_app")


def test_other_commands_know_the_port_of_the_last_up(folders):
    assert folders.port == 8000
    folders.data.mkdir()
    (folders.data / "port").write_text("8123\n")
    assert folders.port == 8123


def test_a_file_of_settings_fills_what_is_not_set(tmp_path, bare, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "mine")
    for name in ("EMAIL_URL", "REDIS_URL"):
        monkeypatch.setenv(name, "")  # so that monkeypatch takes it away again
        monkeypatch.delenv(name)
    (tmp_path / ".env").write_text(
        "# EMAIL_URL=no\nSECRET_KEY=theirs\nREDIS_URL=\nexport EMAIL_URL='consolemail://'\nnonsense\n"
    )
    variables.read_file(tmp_path / ".env")
    assert (os.environ["SECRET_KEY"], os.environ["EMAIL_URL"]) == ("mine", "consolemail://")
    assert variables.uses_embedded_valkey()


def test_a_second_command_uses_the_servers_of_up(folders):
    with servers.running(folders, throwaway=True):
        (folders.data / "lock").write_text(servers.UP)
        with servers.running(folders):
            assert postgres.query(folders, "SELECT 1") == "1"
        assert postgres.query(folders, "SELECT 1") == "1"


def test_the_redis_address_is_a_socket(folders):
    assert valkey.url(folders) == f"redis+socket://{folders.run}/valkey.sock"


def test_a_lock_is_held_by_one(tmp_path):
    with locked(tmp_path / "lock") as mine, locked(tmp_path / "lock") as theirs:
        assert (mine, theirs) == (True, False)


def test_two_test_runs_get_folders_of_their_own(tmp_path):
    with servers.first_free(tmp_path) as first, servers.first_free(tmp_path) as second:
        assert first.data != second.data
