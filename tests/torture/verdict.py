"""What came of a torture: the vendors' own logs against what we believe."""

from collections import Counter

from core import tenancy
from messaging.enums import ARRIVED, AnomalyKind, Direction, Status
from messaging.models import Anomaly, Message, SendAttempt
from tests.torture.world import ENDS


def of(world, vendors, chaos=None):
    """Counts that must be 0 (`lost`, `doubled`, `phantom`, `after_…`, `anomalies`, `open`), and what else is worth knowing."""
    accepted = sum((vendor.accepted() for vendor in vendors), Counter())
    told = Counter(messages=len(world.marks), acceptances=sum(accepted.values()))
    for name in ("lost", "doubled", "phantom", "open", "anomalies", "after_opt_out", "while_paused", "strange"):
        told[name] = 0
    told["strange"] = sum(1 for body in accepted if body not in world.marks)
    for broker in world.brokers:
        with tenancy.use(broker.pk):
            told["anomalies"] += Anomaly.objects.exclude(kind=AnomalyKind.CRASHING).count()
            told["given_up"] += Anomaly.objects.filter(kind=AnomalyKind.CRASHING).count()
            for message in Message.objects.filter(direction=Direction.OUT).select_related("account").order_by("pk"):
                _judge(message, accepted[message.body], told)
            if chaos is not None:
                _forbidden(broker, chaos, told)
    return told


def _judge(message, copies, told):
    told[message.status] += 1
    told["doubled"] += copies > 1
    told["open"] += message.status not in ENDS
    if message.account.provider == "sandbox":
        return
    if message.status in ARRIVED:
        told["phantom"] += copies == 0
    elif message.status in ENDS - {Status.UNCONFIRMED}:
        told["lost"] += copies > 0  # it is there and we say it is not
    elif message.status == Status.UNCONFIRMED:
        told["unconfirmed_and_sent"] += copies > 0


def _forbidden(broker, chaos, told):
    tries = SendAttempt.objects.filter(begun_at__isnull=False).select_related("message")
    pauses = [(since, until) for pk, since, until in chaos.pauses if pk == broker.pk]
    for each in tries:
        since = chaos.opted_out.get((broker.pk, each.message.lead_id))
        told["after_opt_out"] += since is not None and each.begun_at > since
        if each.message.scope_id:
            told["while_paused"] += any(start < each.begun_at < end for start, end in pauses)


MUST_BE_ZERO = ("lost", "doubled", "phantom", "open", "anomalies", "after_opt_out", "while_paused", "strange")
