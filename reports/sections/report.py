"""What a section is made from."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from accounts.models import Broker, User
from crm import rules
from crm.models import LeadQuerySet
from crm.rules import Rules
from reports.behind import Frame
from reports.links import Links
from reports.periods import Period


@dataclass(frozen=True)
class Report:
    """The leads a reader sees and has filtered, the range, the hour, and how the page's numbers link."""

    leads: LeadQuerySet
    period: Period
    now: datetime
    links: Links
    reader: User
    broker: Broker
    asked_days: int | None = None

    @property
    def frame(self) -> Frame:
        """The same for the lists behind the numbers."""
        return Frame(self.leads, self.period, self.now, self.inactive_days)

    @cached_property
    def rules(self) -> Rules:
        """What the brokerage decides by."""
        return rules.in_force()

    @property
    def inactive_days(self) -> int:
        """Days without contact from which a lead counts as left alone: asked for, else the brokerage's."""
        return self.asked_days or self.rules.advance.inactivity_days

    @cached_property
    def people(self) -> list[User]:
        """Whose figures the reader may compare: an admin's whole team, also who left; an agent's own."""
        team = User.objects.of(self.broker).only("public_id", "name", "email", "is_active", "broker_id")
        if not self.reader.is_admin:
            team = team.filter(pk=self.reader.pk)
        return list(team.order_by("name", "email"))
