import os
import signal
import subprocess
import sys
import time

import pytest

from core.stack.processes import LOG_BYTES, LogFile, Program, Terminal
from core.stack.supervisor import Stopped, Supervisor
from core.stack.trouble import Trouble
from tests.stack.conftest import ROOT, alive

# Says when it starts and when it is told to stop, in one file for all.
TELLS = """
import signal, sys, time
def tell(what):
    with open(sys.argv[1], "a") as file: file.write(f"{what} {sys.argv[2]}\\n")
def stop(*_):
    tell("stops"); sys.exit(0)
signal.signal(signal.SIGTERM, stop)
tell("starts")
while True: time.sleep(0.05)  # a signal that comes right before a sleep is heard after it
"""
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); time.sleep(60)"


def program(name, code, *words, **more):
    return Program(name, [sys.executable, "-c", code, *map(str, words)], **more)


def wait_for(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def test_children_stop_in_the_reverse_order_of_their_start(tmp_path):
    story = tmp_path / "story"
    with Supervisor(logs=tmp_path) as supervisor:
        for name in ("first", "second", "third"):
            supervisor.start(
                program(name, TELLS, story, name),
                ready=lambda n=name: story.exists() and f"starts {n}" in story.read_text(),
            )
    assert story.read_text().split("\n")[:-1] == [
        "starts first", "starts second", "starts third", "stops third", "stops second", "stops first",
    ]  # fmt: skip


def test_a_child_that_does_not_stop_is_killed_after_its_grace(tmp_path, capfd):
    with Supervisor(logs=tmp_path) as supervisor:
        log = tmp_path / "stubborn.log"
        supervisor.start(program("stubborn", STUBBORN, grace=0.2), ready=lambda: "on" in log.read_text())
        pid = supervisor.pids()["stubborn"]
    assert not alive(pid)
    assert "stubborn did not stop within 0 s: killed." in capfd.readouterr().out


def test_a_child_that_dies_comes_back_and_the_others_stay(tmp_path):
    story = tmp_path / "story"
    script = f"""
import sys; sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from core.stack.processes import Program
from core.stack.supervisor import Supervisor
with Supervisor(logs=Path({str(tmp_path)!r})) as s:
    for name in ("steady", "weak"):
        s.start(Program(name, [sys.executable, "-c", {TELLS!r}, {str(story)!r}, name]))
    print(s.pids()["weak"], flush=True)
    s.watch()
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        weak = int(process.stdout.readline())
        wait_for(lambda: story.exists() and "starts weak" in story.read_text())
        os.kill(weak, signal.SIGKILL)
        wait_for(lambda: story.read_text().count("starts weak") == 2)
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=10)
    assert "weak ended (exit code -9); starting it again in 1 s." in said
    assert story.read_text().count("starts steady") == 1
    assert story.read_text().endswith("stops weak\nstops steady\n")


def test_killing_the_supervisor_leaves_no_orphan(tmp_path):
    script = f"""
import sys; sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from core.stack.processes import Program
from core.stack.supervisor import Supervisor
with Supervisor(logs=Path({str(tmp_path)!r})) as s:
    for name in ("one", "two"):
        s.start(Program(name, [sys.executable, "-c", {STUBBORN!r}]))
    print(*s.pids().values(), flush=True)
    s.watch()
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        pids = [int(word) for word in process.stdout.readline().split()]
        assert all(alive(pid) for pid in pids)
        process.kill()
    wait_for(lambda: not any(alive(pid) for pid in pids), seconds=3)


def test_a_child_that_does_not_start_is_trouble_with_its_last_words(tmp_path):
    with (
        Supervisor(logs=tmp_path) as supervisor,
        pytest.raises(Trouble, match=r"(?s)broken did not start.*no such leg"),
    ):
        supervisor.start(program("broken", "raise SystemExit('no such leg')"), ready=lambda: False)


def test_a_child_that_says_a_known_word_is_tried_again(tmp_path):
    story = tmp_path / "story"
    code = "import sys; f = open(sys.argv[1], 'a'); f.write('x'); f.close(); sys.exit('still in use')"
    with Supervisor(logs=tmp_path) as supervisor, pytest.raises(Trouble):
        supervisor.start(program("slow", code, story), ready=lambda: False, within=1, retry=["still in use"])
    assert len(story.read_text()) > 1


def test_a_stop_while_waiting_is_heard(tmp_path):
    def ready():
        os.kill(os.getpid(), signal.SIGTERM)
        return False

    with Supervisor(logs=tmp_path) as supervisor, pytest.raises(Stopped):
        supervisor.start(program("sleeper", "import time; time.sleep(60)"), ready=ready)


def test_output_goes_to_the_log_and_prefixed_to_the_terminal(tmp_path, capfd):
    with Supervisor(logs=tmp_path) as supervisor:
        code, words = supervisor.output_of(program("talker", "print('holá')"))
    assert (code, words) == (0, ["holá"])
    assert (tmp_path / "talker.log").read_text() == "holá\n"
    assert "talker   | holá" in capfd.readouterr().out


def test_a_log_does_not_grow_for_ever(tmp_path):
    log = LogFile(tmp_path / "a.log")
    for _ in range(3):
        log.write(b"x" * LOG_BYTES)
        log.write(b"y\n")
    log.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.log", "a.log.1"]


def test_a_terminal_that_went_away_is_no_trouble(monkeypatch):
    with open("/dev/full", "w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        Terminal().line("nobody listens")
        monkeypatch.undo()
        os.dup2(os.open(os.devnull, os.O_WRONLY), full.fileno())
