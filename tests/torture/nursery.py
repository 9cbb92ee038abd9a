"""A parent that has Django loaded and forks senders, so that a killed one is replaced in milliseconds, not seconds.

It reads one JSON line per child from stdin, `{"kind": "engine", "env": {…}}`, and answers with the child's pid.
"""

import ctypes
import json
import os
import signal
import sys
import time
from datetime import timedelta

import django
from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

PR_SET_PDEATHSIG = 1


def child(kind, env):
    """What the forked process is from now on."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.environ.update(env)
    settings.SEND_LEASE = timedelta(seconds=float(os.environ["SEND_LEASE_SECONDS"]))
    from core import failpoints

    failpoints.plan(os.environ.get("CORREDOR_FAILPOINTS", ""))
    if kind == "naive":
        from tests.torture import naive

        naive.run()
    elif kind == "look":
        from messaging.sending.sender import Sender

        sender = Sender()
        while True:
            sender.look()
            time.sleep(0.05)
    else:
        from django.core.management import call_command

        call_command("run_engine")


def main():
    django.setup()
    from twilio.rest import Client

    import core.management.commands.run_engine  # noqa: F401
    import messaging.channels.smtp
    import messaging.channels.telegram
    import messaging.sending.sender  # noqa: F401 -- loaded once, for all children
    from config import loops, reactions  # noqa: F401
    from core import heap

    assert Client("AC", "-").messages  # the SDK loads its parts when they are first asked for

    # DEBUG lets vendors be on this machine; it need not write every statement down.
    BaseDatabaseWrapper.queries_logged = False
    heap.settle()  # each child does: what all share is not walked through a hundred times
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        wanted = json.loads(line)
        pid = os.fork()
        if pid == 0:
            try:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                child(wanted["kind"], wanted["env"])
            finally:
                os._exit(1)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
