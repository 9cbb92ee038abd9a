"""Whose each route is, which object its parameters name, and how its owner reaches it (the positive control).

A route that fits no line fails the suite; so does a parameter without a kind.
"""

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.architecture.probe.routes import OWN, PLATFORM, PUBLIC, TENANT, matching


def _sheet():
    return SimpleUploadedFile("leads.csv", b"Nombre,Telefono\nAna,987654322\n", content_type="text/csv")


def rules_typed(_world):
    """The rules' form as the page shows it."""
    from crm.rules import Rules

    numbers = {path: value for path, value in Rules().document().items() if value is not None and value is not False}
    return {"version": "0", **{path: str(value).replace(".", ",") for path, value in numbers.items()}}


CLASSES = {
    "account_*": PUBLIC,
    "mfa_*": OWN,
    "mfa_login_webauthn": PUBLIC,
    "usersessions_*": OWN,
    "admin:*": PLATFORM,
    "api-*": TENANT,
    "api-docs": PUBLIC,
    "api-schema": PUBLIC,
    "crm:*": TENANT,
    "crm:public-*": PUBLIC,
    "crm:embed-script": PUBLIC,
    "crm:pause": OWN,
    "crm:notice-*": OWN,
    "crm:notice-open": TENANT,
    "api-work:notifications": OWN,
    "api-work:notices-read": OWN,
    "templates:*": TENANT,
    "campaigns:*": TENANT,
    "appointments:*": TENANT,
    "messaging:*": TENANT,
    "messaging:unsubscribe": PUBLIC,
    "inbox:*": TENANT,
    "inbox:badge": OWN,
    "pipeline:*": TENANT,
    "reports:*": TENANT,
    "audit:*": TENANT,
    "core:tray": OWN,
    "integrations:*": TENANT,
    "invites:*": TENANT,
    "webhooks:*": PUBLIC,
    "channels:*": TENANT,
    "api-channels:*": TENANT,
    "core:live": PUBLIC,  # under WSGI a stub; the stream of config.asgi is probed in tests/live
    "accounts:*": OWN,
    "accounts:brokerage": TENANT,
    "accounts:team": TENANT,
    "accounts:invite": TENANT,
    "accounts:invitation_*": TENANT,
    "accounts:member_change": TENANT,
    "accounts:token_revoke": TENANT,
    "accounts:invitation": PUBLIC,
    "accounts:accounts/*": PUBLIC,
    "home": TENANT,
    "components": OWN,
    "csp-report": PUBLIC,
    "healthz": PUBLIC,
    "readyz": PUBLIC,
    "set_language": PUBLIC,
}
PARAMS = {
    "crm:lead*.public_id": ("lead", "uuid"),
    "crm:import-*.public_id": ("import", "uuid"),
    "crm:import-mapping.public_id": ("draft_import", "uuid"),
    "crm:import-preview.public_id": ("draft_import", "uuid"),
    "crm:import-reread.public_id": ("draft_import", "uuid"),
    "crm:import-discard.public_id": ("draft_import", "uuid"),
    "crm:import-resume.public_id": ("failed_import", "uuid"),
    "crm:export-*.public_id": ("export", "uuid"),
    "crm:bin-*.public_id": ("binned", "uuid"),
    "crm:personal-*.public_id": ("lead", "uuid"),
    "crm:personal-file.public_id": ("personal_file", "uuid"),
    "crm:lead-merge.other_id": ("free", "uuid"),
    "crm:action-*.public_id": ("action", "uuid"),
    "crm:field-*.public_id": ("custom_field", "uuid"),
    "crm:form-*.public_id": ("capture_form", "uuid"),
    "crm:public-*.token": ("nada", "text"),
    "crm:view-edit.public_id": ("view", "uuid"),
    "crm:view-delete.public_id": ("view", "uuid"),
    "crm:view-*.page": ("board", "text"),
    "api-crm:view.public_id": ("view", "uuid"),
    "api-crm:action-undo.public_id": ("action", "uuid"),
    "api-work:interactions.public_id": ("lead", "uuid"),
    "api-work:task*.public_id": ("task", "uuid"),
    "api-work:notice-read.public_id": ("notification", "uuid"),
    "api-appointments:*.public_id": ("appointment", "uuid"),
    "crm:task-*.public_id": ("task", "uuid"),
    "crm:notice-*.public_id": ("notification", "uuid"),
    "templates:*.public_id": ("template", "uuid"),
    "campaigns:*.public_id": ("campaign", "uuid"),
    "campaigns:activate.public_id": ("draft_campaign", "uuid"),
    "campaigns:delete.public_id": ("draft_campaign", "uuid"),
    "campaigns:archive.public_id": ("draft_campaign", "uuid"),
    "campaigns:resume.public_id": ("paused_campaign", "uuid"),
    "campaigns:step*.step_id": ("step", "uuid"),
    "campaigns:lead-*.public_id": ("lead", "uuid"),
    "campaigns:take-out.public_id": ("enrollment", "uuid"),
    "campaigns:message.public_id": ("message", "uuid"),
    "campaigns:trace.log_id": ("campaign_log", "uuid"),
    "campaigns:simulation.job_id": ("simulation", "uuid"),
    "api-simulation:*.public_id": ("campaign", "uuid"),
    "templates:*.channel": ("whatsapp", "text"),
    "api-templates:*.public_id": ("template", "uuid"),
    "api-templates:*.agent_type": ("agendador", "text"),
    "appointments:lead-visits.public_id": ("lead", "uuid"),
    "appointments:visit-new.public_id": ("lead", "uuid"),
    "appointments:visit-*.public_id": ("appointment", "uuid"),
    "inbox:*.public_id": ("lead", "uuid"),
    "inbox:resend.public_id": ("unconfirmed", "uuid"),
    "inbox:assume-sent.public_id": ("unconfirmed", "uuid"),
    "inbox:give-up.public_id": ("unconfirmed", "uuid"),
    "api-inbox:*.public_id": ("conversation", "uuid"),
    "api-campaigns:*.public_id": ("campaign", "uuid"),
    "api-campaigns:activate.public_id": ("draft_campaign", "uuid"),
    "api-campaigns:archive.public_id": ("draft_campaign", "uuid"),
    "api-campaigns:resume.public_id": ("paused_campaign", "uuid"),
    "api-campaigns:*.step_id": ("step", "uuid"),
    "api-campaigns:*.log_id": ("campaign_log", "uuid"),
    "api-campaigns:*.lead_id": ("lead", "uuid"),
    "audit:lead.public_id": ("lead", "uuid"),
    "crm:*.section": ("contact", "text"),
    "crm:*.kind": ("phone", "text"),
    "messaging:suppression-*.public_id": ("suppression", "uuid"),
    "messaging:template-test.public_id": ("template", "uuid"),
    "api-trials:*.public_id": ("template", "uuid"),
    "messaging:unsubscribe.token": ("nada", "text"),
    "pipeline:*.public_id": ("lead", "uuid"),
    "pipeline:undo.transition_id": ("transition", "uuid"),
    "pipeline:rules-restore.version": ("0", "text"),
    "api-crm:*.public_id": ("lead", "uuid"),
    "api-crm:lead-restore.public_id": ("binned", "uuid"),
    "api-pipeline:*.public_id": ("lead", "uuid"),
    "api-pipeline:*.stage": ("entrada", "text"),
    "reports:*.section": ("team", "text"),
    "reports:*.key": ("team", "text"),
    "channels:*.public_id": ("account", "uuid"),
    "channels:account-edit.public_id": ("real_account", "uuid"),
    "channels:account-new.provider": ("smtp", "text"),
    "api-channels:*.public_id": ("account", "uuid"),
    "integrations:webhook*.public_id": ("endpoint", "uuid"),
    "integrations:delivery*.public_id": ("delivery", "uuid"),
    "integrations:*.to": ("off", "text"),
    "api-sending:*.public_id": ("suppression", "uuid"),
    "api-integrations:*.public_id": ("endpoint", "uuid"),
    "api-integrations:*.delivery_id": ("delivery", "uuid"),
    "api-job.public_id": ("job", "uuid"),
    "api-crm:*.job_id": ("job", "uuid"),
    "accounts:invitation_*.public_id": ("invitation", "uuid"),
    "accounts:member_change.public_id": ("user", "uuid"),
    "accounts:member_change.action": ("deactivate", "text"),
    "accounts:token_revoke.public_id": ("token", "uuid"),
    "accounts:session_end.session_id": ("user", "id"),
    "accounts:invitation.secret": ("nada", "text"),
    "invites:*.public_id": ("lead", "uuid"),
    "webhooks:*.token": ("nada", "text"),
    "webhooks:*.esp": ("postmark", "text"),
    "accounts:*._rest": ("nada", "text"),
    "account_*.key": ("nada", "text"),
    "account_*.uidb36": ("1", "text"),
    "mfa_*.pk": ("user", "id"),
    "admin:*.url": ("nada", "text"),
    "admin:*.app_label": ("crm", "text"),
    "admin:*.content_type_id": ("user", "id"),
    "admin:*.object_id": ("of the page's model", "row"),
}
CONTROLS = {
    "campaigns:take-out": ("POST", {}),
    "campaigns:lead-enroll": ("POST", lambda world: {"campaign": str(world.objects["campaign"].public_id)}),
    "campaigns:enroll-many": (
        "POST",
        lambda world: {
            "campaign": str(world.objects["campaign"].public_id),
            "ids": str(world.objects["lead"].public_id),
        },
    ),
    "channels:account-test": ("POST", {}),
    "channels:account-pause": ("POST", {}),
    "channels:account-resume": ("POST", {}),
    "channels:account-prefer": ("POST", {}),
    "channels:account-on": ("POST", {}),
    "channels:account-off": ("POST", {}),
    "api-channels:account-test": ("POST", {}),
    "integrations:webhook-test": ("POST", {}),
    "integrations:webhook-delete": ("POST", {}),
    "integrations:webhook-rotate": ("POST", {}),
    "integrations:webhook-switch": ("POST", {}),
    "integrations:delivery-retry": ("POST", {}),
    "api-integrations:webhook-secret": ("POST", {}),
    "api-integrations:webhook-test": ("POST", {}),
    "api-integrations:delivery-retry": ("POST", {}),
    "audit:export": ("POST", {}),
    "messaging:limits-resume": ("POST", {}),
    "messaging:suppression-lift": ("POST", {}),
    "api-pipeline:move-stage": ("POST", {"new_stage": "agendado"}),
    "api-crm:lead-opt-out": ("POST", {}),
    "api-crm:lead-restore": ("POST", {}),
    "api-crm:lead-merge": ("POST", lambda world: {"other": str(world.objects["free"].public_id)}),
    "api-crm:lead-assign": ("POST", {"assigned_to": None}),
    "api-crm:lead-notes": ("POST", {"body": "hola"}),
    "api-crm:lead-import": ("POST", lambda world: {"consent_basis": "request", "file": _sheet()}),
    "pipeline:cards": ("GET", lambda world: {"in": "perfilamiento", "after": f"zz~{world.objects['lead'].public_id}"}),
    "api-pipeline:auto-advance": ("POST", {}),
    "api-crm:lead-recalculate": ("POST", {}),
    "pipeline:lead-advance": ("POST", {}),
    "pipeline:undo": ("POST", {}),
    "invites:telegram-invite": ("POST", {}),
    "pipeline:bulk": (
        "POST",
        lambda world: {"kind": "tag", "ids": str(world.objects["lead"].public_id), "add": "feria"},
    ),
    "pipeline:rules-preview": ("POST", rules_typed),
    "pipeline:rules-restore": ("POST", {}),
    "pipeline:move": ("POST", {"stage": "agendado", "version": "2"}),
    "reports:leads": ("GET", {"of": "new"}),
    "accounts:invite": ("POST", {"email": "nueva@andes.example", "role": "agent"}),
    "accounts:invitation_*": ("POST", {}),
    "accounts:member_change": ("POST", {}),
    "accounts:token_revoke": ("POST", {}),
    "crm:action-undo": ("POST", {}),
    "crm:bin-restore": ("POST", {}),
    "crm:distribute": ("POST", {}),
    "crm:personal-export": ("POST", {}),
    "crm:lead-delete": ("POST", {}),
    "crm:form-preview": ("POST", {"title": "hola"}),
    "crm:field-move": ("POST", {"to": "up"}),
    "crm:field-archive": ("POST", {}),
    "crm:field-restore": ("POST", {}),
    "crm:merge-pair": (
        "GET",
        lambda world: {"lead": [world.objects["lead"].public_id, world.objects["free"].public_id]},
    ),
    "crm:view-open": ("POST", {}),
    "crm:view-restore": ("POST", {"name": "Otra"}),
    "crm:view-delete": ("POST", {}),
    "api-pipeline:bulk": ("POST", {"filter": "q=nadie", "action": "tag", "add": ["feria"]}),
    "api-crm:action-undo": ("POST", {}),
    "crm:lead-note": ("POST", {"body": "hola"}),
    "crm:task-finish": ("POST", {}),
    "crm:task-reopen": ("POST", {}),
    "crm:task-delete": ("POST", {}),
    "crm:notice-open": ("POST", {}),
    "crm:notice-read-all": ("POST", {}),
    "appointments:visit-confirm": ("POST", {}),
    "appointments:visit-complete": ("POST", {}),
    "appointments:visit-no-show": ("POST", {}),
    "inbox:send": ("POST", {"channel": "whatsapp", "key": "01890000-0000-7000-8000-000000000001", "body": "hola"}),
    "inbox:note": ("POST", {"body": "hola"}),
    "inbox:take": ("POST", {}),
    "inbox:release": ("POST", {}),
    "inbox:resolve": ("POST", {}),
    "inbox:reopen": ("POST", {}),
    "inbox:snooze": ("POST", {"until": "week"}),
    "inbox:read": ("POST", {}),
    "inbox:phone-write": (
        "POST",
        {"channel": "whatsapp", "key": "01890000-0000-7000-8000-000000000002", "body": "hola"},
    ),
    "inbox:resend": ("POST", {}),
    "inbox:assume-sent": ("POST", {}),
    "inbox:give-up": ("POST", {}),
    "api-inbox:send": ("POST", {"channel": "whatsapp", "body": "hola"}),
    "api-inbox:take": ("POST", {}),
    "api-inbox:release": ("POST", {}),
    "api-campaigns:activate": ("POST", {}),
    "api-campaigns:archive": ("POST", {}),
    "api-campaigns:resume": ("POST", {}),
    "api-campaigns:pause": ("POST", {}),
    "api-campaigns:complete": ("POST", {}),
    "api-campaigns:duplicate": ("POST", {}),
    "api-campaigns:steps": ("POST", {"action": "notify_agent", "note": "hola"}),
    "api-campaigns:steps-reorder": (
        "POST",
        lambda world: {"order": [str(world.objects[name].public_id) for name in ("later_step", "step")]},
    ),
    "api-campaigns:apply": ("POST", {"audience": True}),
    "api-campaigns:apply-to-lead": ("POST", {}),
    "campaigns:step-preview": ("POST", {"action": "send_message"}),
    "campaigns:step-move": ("POST", {"to": "down"}),
    "campaigns:audience-count": ("POST", {"stage": "entrada"}),
    "campaigns:pause": ("POST", {}),
    "campaigns:duplicate": ("POST", {}),
    "campaigns:archive": ("POST", {}),
    "campaigns:restore": ("POST", {}),
    "templates:preview": ("POST", {"body": "Hola {{ first_name }}"}),
    "templates:starters": ("POST", {}),
    "templates:archive": ("POST", {}),
    "templates:restore": ("POST", {}),
    "templates:duplicate": ("POST", {}),
    "templates:delete": ("POST", {}),
    "api-templates:archive": ("POST", {}),
    "api-simulation:simulate": ("POST", {}),
    "api-trials:test": ("POST", lambda world: {"lead_id": str(world.objects["lead"].public_id)}),
    "api-templates:preview": ("POST", {}),
    "api-work:task-finish": ("POST", {}),
    "api-work:task-reopen": ("POST", {}),
    "api-work:notices-read": ("POST", {}),
    "api-work:notice-read": ("POST", {}),
    "api-appointments:confirm": ("POST", {}),
    "api-appointments:cancel": ("POST", {}),
    "api-appointments:complete": ("POST", {}),
    "api-appointments:no-show": ("POST", {}),
    "crm:lead-hint": ("POST", {"phone_raw": "987654321"}),
    "crm:lead-export": ("POST", {"format": "csv"}),
    "crm:import-reread": ("POST", {"encoding": "utf-8", "delimiter": ",", "has_header": "True"}),
    "crm:import-discard": ("POST", {}),
    "crm:import-resume": ("POST", {}),
}


PRIVATE = {
    *("lead", "task", "appointment", "notification", "conversation", "unconfirmed", "campaign_log", "enrollment"),
    "message",
}


def of(route):
    """The route's class; fails when nobody classified it."""
    found = matching(CLASSES, route.name)
    assert found, f"{route.name} ({route.pattern}) is not classified: add it to tests/architecture/probe/classes.py"
    return found


def kind_of(route, param):
    """The kind of object a parameter names; fails when nobody said."""
    found = matching(PARAMS, f"{route.name}.{param}")
    assert found, f"{route.name} takes {param!r}: say in tests/architecture/probe/classes.py what it names"
    return found


def values(world, route):
    """The parameters' values for an object of Andes."""
    return {param: _name_of(world, route, kind_of(route, param)) for param in route.params}


def nobodys(world, route):
    """The same values, but the objects' names name nothing."""
    named = {param: NOTHING.get(kind_of(route, param)[1]) for param in route.params}
    return {param: named[param] or value for param, value in values(world, route).items()}


def concerns(attempt):
    """Whether an identity is a stranger to a route.

    A colleague is one to the leads of others, and what belongs to them, only; a token that may read is one to whatever writes.
    """
    if attempt.identity == "token:reader":
        return attempt.method in {"POST", "PUT", "PATCH", "DELETE"}
    if attempt.identity != "session:colleague":
        return True
    return any(matching(PARAMS, f"{attempt.route.name}.{param}")[0] in PRIVATE for param in attempt.route.params)


def control(route, world):
    """How the owner reaches a route: GET unless CONTROLS says a method and a body."""
    method, body = matching(CONTROLS, route.name) or ("GET", {})
    return method, body(world) if callable(body) else body


NOTHING = {"uuid": "01890000-0000-7000-8000-000000000000", "id": 987654321, "row": 987654321}


def _name_of(world, route, kind):
    what, how = kind
    if how == "row":
        return world.row_of(*route.pattern.split("/")[1:3])
    if how == "uuid":
        return world.objects[what].public_id
    return world.objects[what].pk if how == "id" else what
