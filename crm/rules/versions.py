"""The versions of a brokerage's rules: the one in force, and how the next one is added."""

import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from django.db import IntegrityError, connection, transaction

from accounts.enums import Currency
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
    return _read(version)


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


# Asked by whatever scores, advances or shows a deadline: written out, since building it costs more than its answer.
_READ = """
SELECT broker.currency, broker.rotting_days, stored.version, stored.document
FROM accounts_broker AS broker
LEFT JOIN LATERAL (
    SELECT version, document FROM crm_ruleset
    WHERE broker_id = broker.id AND (%(version)s::integer IS NULL OR version = %(version)s)
    ORDER BY version DESC LIMIT 1
) AS stored ON TRUE
WHERE broker.id = %(broker)s
"""


def _newest() -> Rules:
    return _read(None)


def _read(version: int | None) -> Rules:
    """The rules of a version, or the newest; the defaults where none is stored."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"version": version, "broker": tenancy.current()})
        currency, rotting_days, stored, document = cursor.fetchone()
    defaults = defaults_of(currency, rotting_days=rotting_days)
    return defaults.changed(json.loads(document), version=stored) if stored else defaults
