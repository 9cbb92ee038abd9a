from django.utils import timezone

from core import tenancy
from core.actors import Actor
from crm import consent
from crm.enums import Channel, ConsentBasis, ConsentPurpose, ConsentSource, ConsentState
from messaging import suppressions, unsubscribing
from messaging.enums import SuppressionSource
from messaging.suppressions import Listing


def test_shots(browser, live, enter, alice, broker, make_lead):
    by, now = Actor.of(alice), timezone.now()
    lead = make_lead(email="ana@example.com", phone_raw="+56998248519")
    with tenancy.use(broker.pk):
        registry = Listing(SuppressionSource.REGISTRY, "No Molestar")
        suppressions.take_in(
            b"998248519\n987654321\nana@example.com\n",
            registry,
            country="CL",
            by=by,
            now=now - __import__("datetime").timedelta(days=3),
        )
        suppressions.add("+56 9 7777 1234", Listing(note="Lo pidió en la feria"), country="CL", by=by, now=now)
        consent.record(
            lead,
            ConsentState.GRANTED,
            consent.Ground(
                ConsentBasis.REQUEST,
                ConsentSource.FORM,
                "Acepto que me contacten",
                {"form_name": "Formulario web", "checkbox": True, "ip": "200.1.2.3"},
            ),
            by=by,
            at=now,
            purposes=tuple(ConsentPurpose),
        )
        consent.record(
            lead,
            ConsentState.REVOKED,
            consent.Ground(ConsentBasis.NONE, ConsentSource.CHAT, "", {"said": "no me manden más correos"}),
            by=by,
            at=now,
            channel=Channel.EMAIL,
        )
        link = unsubscribing.link(lead, Channel.EMAIL).split("/u/")[1]
    for name, size in (("1440", {"width": 1440, "height": 1000}), ("390", {"width": 390, "height": 844})):
        for scheme in ("light", "dark"):
            context = browser.new_context(
                viewport=size, color_scheme=scheme, locale="es-CL", timezone_id="America/Santiago"
            )
            page = context.new_page()
            enter(page, alice)
            for what, path in (
                ("limits", "/settings/sending/"),
                ("list", "/settings/suppressions/"),
                ("register", "/settings/suppressions/register/"),
                ("lead", f"/leads/{lead.public_id}/"),
                ("unsub", f"/u/{link}"),
            ):
                if scheme == "dark" and what in ("register", "unsub"):
                    continue
                page.goto(live + path)
                page.wait_for_timeout(300)
                page.screenshot(path=f"/tmp/gate/{what}_{name}_{scheme}.png", full_page=True)
                if what == "lead":
                    page.get_by_role("link", name="Registrar consentimiento").click()
                    page.get_by_role("dialog").wait_for()
                    page.screenshot(path=f"/tmp/gate/dialog_{name}_{scheme}.png")
            context.close()
