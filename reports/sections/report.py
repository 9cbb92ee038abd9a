"""What a section is made from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from accounts.models import Broker, User
from crm.enums import Stage
from crm.models import LeadQuerySet
from reports import pipeline_now
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
    inactive_days: int

    @property
    def frame(self) -> Frame:
        """The same for the lists behind the numbers."""
        return Frame(self.leads, self.period, self.now, self.inactive_days)

    @property
    def chances(self) -> Mapping[Stage, int]:
        """Percent of a sale by stage."""
        return pipeline_now.CHANCES

    @cached_property
    def people(self) -> list[User]:
        """Whose figures the reader may compare: an admin's whole team, also who left; an agent's own."""
        team = User.objects.of(self.broker).only("public_id", "name", "email", "is_active", "broker_id")
        if not self.reader.is_admin:
            team = team.filter(pk=self.reader.pk)
        return list(team.order_by("name", "email"))
