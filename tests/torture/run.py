"""One torture: queue, torment, let it settle, judge."""

import shutil
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.servers import telegram, twilio
from tests.torture import verdict
from tests.torture.harness import Broker, Chaos, Nursery, Vendor, patiently
from tests.torture.world import World

QUICK = {
    "SEND_LEASE_SECONDS": "4",
    "SEND_SETTLE_SECONDS": "6",
    "SEND_ECHO_SECONDS": "8",
    "SEND_PACE": "0.02",
    "ENGINE_PAUSE_SECONDS": "0.2",
}
"""So that what takes minutes takes seconds; a vendor that hangs does so for longer than a call may take."""


@dataclass(frozen=True)
class Plan:
    """How much of what. `naive` sends with the control instead."""

    messages: int
    kills: int
    freezes: int
    crashes: int
    seed: int
    refusals: int = 40
    """Opt-outs and pauses, after which nothing may begin."""
    senders: int = 3
    minutes: float | None = None
    """Spread over so long; None: as fast as it goes."""
    faults: float = 0.32
    naive: bool = False
    patience: float = 600.0

    def portions(self, acts):
        """How many messages are queued at a time, while the mischief goes on: to its end when it is spread over minutes."""
        first = 0 if self.minutes else self.messages // 2
        size = max(1, (self.messages - first) // (acts if self.minutes else 60))
        rest = [size] * ((self.messages - first) // size)
        return [*rest, first + (self.messages - first) % size]

    def pause(self, acts):
        """Seconds between two acts of mischief."""
        return self.minutes * 60 / acts if self.minutes else 0.1


class Torture:
    """Everything one run needs, started on the way in and gone on the way out."""

    def __init__(self, plan, *, brokers=3, leads=40, pauses=QUICK):
        self.plan, self.size, self.pauses = plan, {"brokers": brokers, "leads": leads}, pauses
        self.stack = ExitStack()

    def __enter__(self):
        folder = Path(tempfile.mkdtemp(prefix="torture-"))
        self.stack.callback(shutil.rmtree, folder, ignore_errors=True)
        self.vendors = []
        for name in ("twilio", "telegram", "smtp"):
            self.vendors.append(Vendor(name, folder, faults=self.plan.faults, seed=self.plan.seed))
            self.stack.callback(self.vendors[-1].stop)
        self.broker = Broker(folder)
        self.stack.callback(self.broker.kill)
        ports = {vendor.name: vendor.port for vendor in self.vendors}
        env = self.pauses | {
            "REDIS_URL": self.broker.url, "TWILIO_BASE_URL": f"http://127.0.0.1:{ports['twilio']}",
            "TELEGRAM_BASE_URL": f"http://127.0.0.1:{ports['telegram']}",
        }  # fmt: skip
        self.world = World({
            "twilio": {"account_sid": twilio.SID, "auth_token": twilio.TOKEN},
            "telegram": {"bot_token": telegram.TOKEN},
            "smtp": {"host": "127.0.0.1", "port": str(ports["smtp"]), "user": "", "password": "", "security": "none"},
        }, **self.size)  # fmt: skip
        self.nursery = Nursery(env)
        self.stack.callback(self.nursery.stop)
        return self

    def __exit__(self, *_):
        self.stack.close()

    def run(self):
        """The counts of the verdict, with what was done beside them."""
        plan, started = self.plan, time.monotonic()
        kind = "naive" if plan.naive else "engine"
        senders = [self.nursery.start(kind) for _ in range(plan.senders)]
        mischief = {name: getattr(plan, name) for name in ("crashes", "freezes", "kills", "refusals")} | {"kind": kind}
        chaos = Chaos(self.world, self.nursery, self.broker, seed=plan.seed, **mischief)
        portions, pause = plan.portions(chaos.acts()), plan.pause(chaos.acts())
        while not chaos.finished() or portions:
            if portions:
                patiently(self.world.write, portions.pop())
            chaos.step(senders)
            time.sleep(pause)
        chaos.calm()
        end = time.monotonic() + plan.patience
        while (left := patiently(self.world.open_messages)) and time.monotonic() < end:
            print(f"calm after {time.monotonic() - started:.0f} s, {left} to go", file=sys.stderr, flush=True)
            time.sleep(2)
        time.sleep(1)
        told = verdict.of(self.world, self.vendors, chaos)
        told.update({f"did_{name}": count for name, count in chaos.done.items()})
        told["seconds"] = round(time.monotonic() - started)
        return told


def torture(plan):
    """Run one plan and give its counts."""
    with Torture(plan) as running:
        return running.run()
