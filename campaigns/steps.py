"""The steps of a campaign: added, changed, taken out, put in another order. Numbers never have gaps.

Who waits at a step keeps waiting for it. One put in before it is for those who have not come that far yet; who stands
at one that is taken out goes to the next.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from campaigns import drafting
from campaigns.enums import CampaignStatus, EndReason, EnrollmentStatus
from campaigns.models import Campaign, CampaignLog, Enrollment, Step
from campaigns.step_rules import Wanted, checked
from campaigns.writing import following
from core import audit, tenancy
from core.actors import Actor

__all__ = ["MOST", "Wanted", "add", "all_steps", "change", "of", "remove", "reorder", "waiting"]

MOST = 50


def of(campaign: Campaign) -> list[Step]:
    """The steps in use in their order, with what they name; one statement."""
    rows = campaign.steps.filter(number__isnull=False).select_related("template", "assign_to", "tag")
    found = list(rows.order_by("number"))
    for step in found:
        step.campaign = campaign
    return found


def all_steps(campaign: Campaign) -> list[Step]:
    """All of its steps with what they name: those in use in their order, then those taken out; one statement."""
    found = list(campaign.steps.select_related("template", "assign_to", "tag"))
    for step in found:
        step.campaign = campaign
    return sorted(found, key=lambda step: (step.number is None, step.number or step.pk))


def add(campaign: Campaign, wanted: Wanted, *, at: int | None = None, by: Actor, now: datetime) -> Step:
    """A new step, last or at a place; those from there on move down. Raises ValidationError."""
    with _changing(campaign, by, now) as held:
        there = of(held)
        if len(there) >= MOST:
            raise ValidationError(_("Una campaña tiene hasta %(most)s pasos.") % {"most": MOST})
        place = min(max(1, at or len(there) + 1), len(there) + 1)
        values = checked(wanted, there[: place - 1])
        Step.objects.filter(campaign=held, number__gte=place).update(number=F("number") + 1)
        return Step.objects.create(campaign=held, number=place, **values)


def change(step: Step, wanted: Wanted, *, by: Actor, now: datetime) -> Step:
    """Another step in the same place; who waits for it waits as long as before. Raises ValidationError."""
    with _changing(step.campaign, by, now) as held:
        there = of(held)
        current = next((each for each in there if each.pk == step.pk), None)
        if current is None:
            raise Step.DoesNotExist
        values = checked(wanted, [each for each in there if (each.number or 0) < (current.number or 0)])
        for name, value in values.items():
            setattr(current, name, value)
        current.save()
        return current


def remove(step: Step, *, by: Actor, now: datetime) -> int:
    """Take a step out; returns how many leads stood at it and went on to the next."""
    with _changing(step.campaign, by, now) as held:
        there = of(held)
        current = next((each for each in there if each.pk == step.pk), None)
        if current is None:
            raise Step.DoesNotExist
        moved = _send_on(current, following(there, current), now)
        if CampaignLog.objects.filter(step=current).exists() or Enrollment.objects.filter(next_step=current).exists():
            current.number, current.retired_at = None, now
            current.save(update_fields=["number", "retired_at"])
        else:
            current.delete()
        later = [each for each in there if (each.number or 0) > (step.number or 0) and each.pk != current.pk]
        _number([each for each in there if each.pk != current.pk])
        _forget_replies(later, str(step.public_id))
    return moved


def reorder(campaign: Campaign, order: Sequence[UUID], *, by: Actor, now: datetime) -> list[Step]:
    """Put the steps in this order, which names each of them once. Raises ValidationError."""
    with _changing(campaign, by, now) as held:
        there = {step.public_id: step for step in of(held)}
        if sorted(there) != sorted(order):
            raise ValidationError({"order": [_("La lista no nombra cada paso una vez.")]})
        wanted = [there[key] for key in order]
        for place, step in enumerate(wanted):
            before = {str(each.public_id) for each in wanted[:place]}
            if any(each.get("step", "") not in {"", *before} for each in step.conditions):
                raise ValidationError(
                    {"order": [_("El paso %(n)s mira un paso que vendría después.") % {"n": place + 1}]}
                )
        _number(wanted)
        return wanted


def waiting(campaign: Campaign, at: int) -> tuple[int, int]:
    """Of the leads under way, how many would get a step put in at this place, and how many are past it."""
    rows = Enrollment.objects.filter(campaign=campaign, status=EnrollmentStatus.ACTIVE)
    total = rows.count()
    reach = rows.filter(next_step__number__lt=at).count()
    return reach, total - reach


@contextmanager
def _changing(campaign: Campaign, by: Actor, now: datetime) -> Iterator[Campaign]:
    """The campaign held, counted as changed when the block ends well; refused for one that is over."""
    with audit.by(by), transaction.atomic():
        held = drafting.hold(campaign)
        if held.status == CampaignStatus.COMPLETED:
            raise ValidationError(_("Esta campaña terminó: duplícala para usarla otra vez."))
        yield held
        drafting.touch(held, now=now)
        held.save(update_fields=["updated_at", "version"])


def _number(wanted: Sequence[Step]) -> None:
    """Number the steps from 1 on, in this order; the constraint is looked at when the transaction ends."""
    for place, step in enumerate(wanted, start=1):
        step.number = place
    Step.objects.bulk_update(wanted, ["number"])


def _send_on(step: Step, onwards: Step | None, now: datetime) -> int:
    """Who stands at a step that is taken out goes on to the next, whose delay counts from the step before."""
    standing = Enrollment.objects.filter(next_step=step, status=EnrollmentStatus.ACTIVE)
    if onwards is None:
        done = {"status": EnrollmentStatus.FINISHED, "reason": EndReason.DONE, "next_run_at": None, "ended_at": now}
        return standing.update(**done, waiting_until=None)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE campaigns_enrollment SET next_step_id = %s, waiting_until = NULL, next_run_at = "
            "greatest(%s, coalesce(last_run_at, enrolled_at) + make_interval(mins => %s)) "
            "WHERE broker_id = %s AND next_step_id = %s AND status = 'active'",
            [onwards.pk, now, onwards.delay_minutes, tenancy.current(), step.pk],
        )
        return int(cursor.rowcount)


def _forget_replies(later: Sequence[Step], gone: str) -> None:
    """Replies counted from a step that is gone count from the beginning."""
    for step in later:
        kept = [{k: v for k, v in each.items() if (k, v) != ("step", gone)} for each in step.conditions]
        if kept != step.conditions:
            step.conditions = kept
            step.save(update_fields=["conditions"])
