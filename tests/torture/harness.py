"""The torture's machinery: vendors that misbehave, senders that are killed and frozen, servers that crash."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psycopg
import redis
from django.conf import settings
from django.db import OperationalError, connection
from django.utils import timezone

from core.stack import valkey
from core.stack.folders import ROOT


class Vendor:
    """A provider's server in a process of its own; `log` holds one JSON line for each message it accepted."""

    def __init__(self, name, folder, *, faults, seed):
        self.name, self.log = name, folder / f"{name}.log"
        command = [
            sys.executable, "-m", f"tests.servers.{name}", "--port", "0", "--log", str(self.log), "--faults", str(faults), "--seed", str(seed), "--hang", "3",
        ]  # fmt: skip
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def accepted(self):
        """The bodies it accepted, with how often."""
        if not self.log.exists():
            return Counter()
        return Counter(json.loads(line)["body"].strip() for line in self.log.read_text().splitlines())

    def stop(self):
        self.process.kill()
        self.process.communicate()


class Nursery:
    """Senders, forked from one loaded parent."""

    def __init__(self, env):
        self.parent = subprocess.Popen(
            [sys.executable, "-m", "tests.torture.nursery"], cwd=ROOT, env=os.environ | env, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self.children = []

    def start(self, kind="engine", **env):
        self.parent.stdin.write(json.dumps({"kind": kind, "env": env}) + "\n")
        self.parent.stdin.flush()
        pid = int(self.parent.stdout.readline())
        self.children.append(pid)
        return pid

    def signal(self, pid, number):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)

    def kill(self, pid):
        self.signal(pid, signal.SIGKILL)
        self.children.remove(pid)

    def state(self, pid):
        """`R`, `S`, `T` for stopped; empty when it is gone."""
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):  # before it was opened, or while it was read
            return ""

    def stop(self):
        for pid in self.children:
            self.signal(pid, signal.SIGKILL)
        self.parent.kill()
        self.parent.communicate()


class Broker:
    """A Valkey of its own, to be flushed and killed."""

    def __init__(self, folder):
        self.folder, self.socket = folder, folder / "valkey.sock"
        self.start()

    @property
    def url(self):
        return f"redis+socket://{self.socket}"

    def start(self):
        words = ["--port", "0", "--unixsocket", str(self.socket), "--dir", str(self.folder), "--save", ""]
        self.process = subprocess.Popen([str(valkey.binary()), *words], stdout=subprocess.DEVNULL)

    def flush(self):
        with contextlib.suppress(redis.RedisError), redis.Redis(unix_socket_path=str(self.socket)) as client:
            client.flushall()

    def kill(self):
        self.process.kill()
        self.process.wait()


def crash_database():
    """Kill a backend as the kernel would: PostgreSQL throws everybody out and recovers from its log."""
    superuser = settings.DATABASES["default"]["HOST"]
    with psycopg.connect(
        host=superuser, dbname=settings.DATABASES["default"]["NAME"], user="postgres", autocommit=True
    ) as one:
        pid = one.execute(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() LIMIT 1"
        ).fetchone()
    if pid:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid[0], signal.SIGKILL)


def patiently(act, *args, **kwargs):
    """Do something in the database, again and again while it recovers."""
    end = time.monotonic() + 60
    while True:
        try:
            return act(*args, **kwargs)
        except (OperationalError, psycopg.OperationalError):
            connection.close()
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


class Chaos:
    """Seeded mischief, and a count of it. `told` are (lead or campaign, from when on nothing may be begun, until)."""

    def __init__(self, world, nursery, broker, *, seed, crashes, freezes, kills, refusals, kind="engine"):
        self.world, self.nursery, self.broker = world, nursery, broker
        self.random = random.Random(seed)
        opt_outs = refusals * 5 // 8
        self.left = Counter(kill=kills, freeze=freezes, crash=crashes, flush=3, broker_kill=2)
        self.left.update(opt_out=opt_outs, pause=refusals - opt_outs)
        self.done = Counter()
        self.kind, self.frozen = kind, []
        self.opted_out, self.pauses = {}, []

    def acts(self):
        """How many acts are still to come."""
        return sum(self.left.values())

    def finished(self):
        return not any(self.left.values())

    def step(self, senders):
        """One act, chosen at random of those that are left."""
        self._thaw()
        names = [name for name, count in self.left.items() if count > 0]
        if not names:
            return
        name = self.random.choices(names, weights=[self.left[each] for each in names])[0]
        if getattr(self, f"_{name}")(senders):
            self.left[name] -= 1
            self.done[name] += 1

    def _thaw(self, *, everything=False):
        for pid, until in list(self.frozen):
            if everything or time.monotonic() > until:
                self.nursery.signal(pid, signal.SIGCONT)
                self.frozen.remove((pid, until))

    def _kill(self, senders):
        pid = self.random.choice(senders)
        self.frozen = [one for one in self.frozen if one[0] != pid]
        self.nursery.kill(pid)
        senders[senders.index(pid)] = self.nursery.start(self.kind)
        return True

    def _freeze(self, senders):
        held = {pid for pid, _until in self.frozen}
        free = [pid for pid in senders if pid not in held]
        if len(free) < 2:  # somebody has to go on
            return False
        pid = self.random.choice(free)
        self.nursery.signal(pid, signal.SIGSTOP)
        self.frozen.append((pid, time.monotonic() + self.random.uniform(1, 6)))
        return True

    def _crash(self, _senders):
        patiently(crash_database)
        return True

    def _flush(self, _senders):
        self.broker.flush()
        return True

    def _broker_kill(self, _senders):
        self.broker.kill()
        self.broker.start()
        return True

    def _opt_out(self, _senders):
        broker = self.random.choice(self.world.brokers)
        lead = self.random.choice(broker.leads)
        if (broker.pk, lead.pk) in self.opted_out:
            return False
        patiently(self.world.opt_out, broker, lead)
        self.opted_out[broker.pk, lead.pk] = timezone.now()
        return True

    def _pause(self, _senders):
        broker = self.random.choice(self.world.brokers)
        patiently(self.world.pause, broker, running=False)
        since = timezone.now()
        time.sleep(self.random.uniform(0.1, 0.5))
        until = timezone.now()
        patiently(self.world.pause, broker, running=True)
        self.pauses.append((broker.pk, since, until))
        return True

    def calm(self):
        """Let everybody live from here on."""
        self._thaw(everything=True)
