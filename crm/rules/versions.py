"""The versions of a brokerage's rules: the one in force, and how the next one is added."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, QuerySet, Subquery

from accounts.enums import Currency
from accounts.models import Broker
from core import audit, tenancy
from core.actors import Actor
from crm.models import RuleSet
from crm.rules.groups import Criteria, Financial
from crm.rules.shape import Rules

MINIMUM_WAGE = {
    Currency.CLP: 500_000,
    Currency.UF: 13,
    Currency.USD: 500,
    Currency.MXN: 8_000,
    Currency.ARS: 320_000,
    Currency.COP: 1_400_000,
    Currency.PEN: 1_100,
    Currency.BRL: 1_500,
    Currency.UYU: 23_000,
}
"""What the defaults measure money by: about a monthly minimum wage of 2025, which Chile's figures are multiples of."""


class Conflict(Exception):
    """Somebody added a version meanwhile; `current` is the one now in force."""

    def __init__(self, current: int) -> None:
        super().__init__(current)
        self.current = current


def defaults_of(currency: str, *, rotting_days: int = 7) -> Rules:
    """The rules of a brokerage that never changed any: version 0."""
    wage = Decimal(MINIMUM_WAGE[Currency(currency)])
    return Rules(
        rotting_default=rotting_days,
        criteria=Criteria(income_least=wage, income_good=wage * 2, debt_most=wage),
        financial=Financial(bound_1=wage, bound_2=wage * 2, bound_3=wage * 4, bound_4=wage * 8),
    )


def in_force() -> Rules:
    """The rules of the brokerage in force, read once an open block. A stored document that is unreadable raises Bad."""
    return tenancy.once(_newest)


def version_of(version: int) -> Rules:
    """The rules as they were in a version; raises RuleSet.DoesNotExist."""
    if version and not RuleSet.objects.filter(version=version).exists():
        raise RuleSet.DoesNotExist
    return _read(RuleSet.objects.filter(version=version))


def save_version(rules: Rules, *, note: str, by: Actor, now: datetime) -> Rules:
    """Add the next version, made from `rules.version`; raises Conflict when that is no longer the newest."""
    with audit.by(by, reason=note):
        newest = RuleSet.objects.order_by("-version").values_list("version", flat=True).first() or 0
        if newest != rules.version:
            raise Conflict(newest)
        try:
            with transaction.atomic():
                RuleSet.objects.create(
                    version=newest + 1, document=rules.document(), note=note.strip(), created_at=now, **by.columns()
                )
                audit.note("rules.saved", by=by, now=now, reason=note.strip(), data={"version": newest + 1})
        except IntegrityError as error:
            if "crm_ruleset_version" not in str(error):
                raise
            raise Conflict(newest + 1) from error
        tenancy.forget()
    return replace(rules, version=newest + 1)


def _newest() -> Rules:
    return _read(RuleSet.objects.order_by("-version"))


def _read(versions: QuerySet[RuleSet]) -> Rules:
    newest = versions.filter(broker_id=OuterRef("pk"))
    row = (
        Broker.objects.filter(pk=tenancy.current())
        .annotate(version=Subquery(newest.values("version")[:1]), document=Subquery(newest.values("document")[:1]))
        .values_list("currency", "rotting_days", "version", "document")
        .get()
    )
    currency, rotting_days, version, document = row
    defaults = defaults_of(currency, rotting_days=rotting_days)
    return defaults.changed(document, version=version) if version else defaults
