"""A brokerage's templates are made, changed, put away and copied here. What a version said never changes.

create → revise (a new version when the text is another) → archive ⇄ restore
                 duplicate                                 remove (only what was never used)
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core import audit
from core.actors import Actor
from crm import custom_fields
from crm.enums import ConsentPurpose
from templates_app import variables
from templates_app.checking import Text, check
from templates_app.enums import Approval, TemplateChannel
from templates_app.models import Template, TemplateVersion
from templates_app.variables import Variable

LONGEST_NAME = 120
_SHOWN_NOTE = 300


class Taken(Exception):
    """The brokerage has a template in use of this name, channel and language."""


class InUse(Exception):
    """Something was sent, or will be, with it: it can be archived, not deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a template is for. Its channel and language are settled once, because versions rest on them."""

    name: str
    channel: TemplateChannel
    purpose: ConsentPurpose = ConsentPurpose.MARKETING
    agent_type: str = ""
    language: str = "es"


@dataclass(frozen=True, slots=True)
class Review:
    """Where Meta's review stands, and what it answered."""

    approval: Approval = Approval.NOT_SENT
    note: str = ""


def known_variables() -> tuple[Variable, ...]:
    """What the brokerage's texts may use; one statement."""
    return variables.known(custom_fields.definitions())


def current(template: Template) -> TemplateVersion:
    """The version in use, which knows its template."""
    version = TemplateVersion.objects.get(template=template, number=template.version)
    version.template = template
    return version


def in_use(*, channel: str = "", agent_type: str = "", language: str = "") -> models.QuerySet[Template]:
    """The templates that are not archived, narrowed by what is given."""
    wanted = {"channel": channel, "agent_type": agent_type, "language": language}
    narrowed = {name: value for name, value in wanted.items() if value}
    return Template.objects.filter(archived_at=None, **narrowed).order_by("name", "id")


def with_texts(templates: Iterable[Template]) -> list[tuple[Template, TemplateVersion]]:
    """Templates with their versions in use: one statement however many they are."""
    found = list(templates)
    wanted = Q(pk__in=[])
    for template in found:
        wanted |= Q(template=template, number=template.version)
    versions = {version.template_id: version for version in TemplateVersion.objects.filter(wanted)}
    return [(template, versions[template.pk]) for template in found]


def create(
    kind: Kind, text: Text, *, by: Actor, now: datetime, review: Review | None = None, starter: str = ""
) -> Template:
    """A new template with its first version. Raises ValidationError by field, and Taken."""
    told = text.tidied(kind.channel)
    check(told, channel=kind.channel, known=known_variables())
    with audit.by(by), _one_per_name(), transaction.atomic():
        template = Template.objects.create(
            name=_named(kind.name),
            channel=kind.channel,
            purpose=kind.purpose,
            agent_type=kind.agent_type,
            language=kind.language,
            starter=starter,
            created_at=now,
            updated_at=now,
            **by.columns(),
        )
        _add(template, told, review or Review(), by=by, now=now)
    return template


def revise(
    template: Template,
    text: Text,
    *,
    by: Actor,
    now: datetime,
    changes: Mapping[str, Any] | None = None,
    review: Review | None = None,
) -> Template:
    """Change a template: another text is a new version, the same text with another review is told in place.

    `changes` may name `name`, `purpose` and `agent_type`. Raises ValidationError by field, and Taken.
    """
    told, known = text.tidied(template.channel), known_variables()
    with audit.by(by), _one_per_name(), transaction.atomic():
        held = Template.objects.select_for_update(of=("self",)).get(pk=template.pk)
        stands = current(held)
        is_new = told != Text.of(stands).tidied(held.channel)
        for name, value in (changes or {}).items():
            setattr(held, name, _named(value) if name == "name" else value)
        if is_new:  # a text that stands is not judged by fields that were archived since
            check(told, channel=held.channel, known=known)
            held.version += 1
            _add(held, told, review or _kept_review(stands, told), by=by, now=now)
        elif review is not None:
            _tell(stands, review)
        held.updated_at = now
        held.save(update_fields=["name", "purpose", "agent_type", "version", "updated_at"])
    return held


def archive(template: Template, *, by: Actor, now: datetime) -> None:
    """Put a template away: nothing new is sent with it, and its name is free again. A repeat changes nothing."""
    with audit.by(by):
        Template.objects.filter(pk=template.pk, archived_at=None).update(archived_at=now, updated_at=now)


def restore(template: Template, *, by: Actor, now: datetime) -> None:
    """Bring one back. Raises Taken when its name was given away."""
    with audit.by(by), _one_per_name(), transaction.atomic():
        Template.objects.filter(pk=template.pk).update(archived_at=None, updated_at=now)


def remove(template: Template, *, by: Actor) -> None:
    """Delete what was never used. Raises InUse: messages and campaigns point at versions and protect them."""
    try:
        with audit.by(by), transaction.atomic():
            held = Template.objects.select_for_update(of=("self",)).get(pk=template.pk)
            held.delete()
    except (models.ProtectedError, IntegrityError) as error:
        raise InUse from error


def duplicate(template: Template, *, by: Actor, now: datetime) -> Template:
    """A copy to change, under a name nobody has; what Meta approved is not the copy's."""
    text = Text.of(current(template))
    copy = Text(text.body, text.subject, text.html, text.fallbacks)
    kind = Kind(
        name=_free_name(template),
        channel=TemplateChannel(template.channel),
        purpose=ConsentPurpose(template.purpose),
        agent_type=template.agent_type,
        language=template.language,
    )
    return create(kind, copy, by=by, now=now)


def _add(template: Template, text: Text, review: Review, *, by: Actor, now: datetime) -> TemplateVersion:
    return TemplateVersion.objects.create(
        template=template,
        number=template.version,
        body=text.body,
        subject=text.subject,
        html=text.html,
        fallbacks=dict(text.fallbacks),
        content_sid=text.content_sid,
        category=text.category,
        approval=review.approval if text.content_sid else Approval.NOT_SENT,
        approval_note=review.note[:_SHOWN_NOTE],
        created_at=now,
        **by.columns(),
    )


def _tell(version: TemplateVersion, review: Review) -> None:
    """What the provider says about a text is no part of the text."""
    if version.content_sid:
        version.approval, version.approval_note = review.approval, review.note[:_SHOWN_NOTE]
        version.save(update_fields=["approval", "approval_note"])


def _kept_review(stands: TemplateVersion, told: Text) -> Review:
    """Meta approved words: other words, or another Content SID, were not reviewed."""
    same = stands.body == told.body and stands.content_sid == told.content_sid
    return Review(Approval(stands.approval), stands.approval_note) if same else Review()


def _named(name: str) -> str:
    return " ".join(name.split())[:LONGEST_NAME]


def _free_name(template: Template) -> str:
    base = template.name[: LONGEST_NAME - 16]
    offered = [_("%(name)s (copia)") % {"name": base}]
    offered += [_("%(name)s (copia %(n)s)") % {"name": base, "n": n} for n in range(2, 1000)]
    beside = in_use(channel=template.channel, language=template.language)
    taken = set(beside.filter(name__startswith=base).values_list("name", flat=True))
    return next(name for name in offered if name not in taken)


@contextmanager
def _one_per_name() -> Iterator[None]:
    """Turn the constraint's refusal into Taken."""
    try:
        yield
    except IntegrityError as error:
        if "templates_template_name" in str(error):
            raise Taken from error
        raise
