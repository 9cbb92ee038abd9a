"""The first screen a customer sees, and the pages around it, in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.conftest import PASSWORD


def test_signing_in_and_out(page, live, login, alice):
    login(page, alice, PASSWORD)
    page.wait_for_url("**/board/")
    page.get_by_role("button", name="Menú de").click()
    page.get_by_role("menuitem", name="Salir").click()
    page.wait_for_url("**/accounts/login/")
    page.goto(f"{live}/team/")
    assert "/accounts/login/" in page.url


def test_a_wrong_password_is_told_and_the_address_kept(page, live, alice):
    page.goto(f"{live}/accounts/login/")
    page.get_by_label("Correo").fill(alice.email)
    page.get_by_label("Contraseña").fill("otra-clave-larga")
    page.get_by_role("button", name="Entrar", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("El correo o la contraseña no son correctos.")
    expect(page.get_by_label("Correo")).to_have_value(alice.email)


def test_the_page_asked_for_comes_after_the_login(page, live, alice):
    page.goto(f"{live}/team/")
    page.get_by_label("Correo").fill(alice.email)
    page.get_by_label("Contraseña").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{live}/team/")


def test_the_login_page_speaks_the_chosen_language(page, live):
    page.goto(f"{live}/accounts/login/")
    for name, lang in (("English", "en"), ("Português", "pt"), ("Español", "es")):
        page.get_by_role("button", name=name).click()
        page.wait_for_selector(f"html[lang={lang}]")


@pytest.fixture
def fine(page, both_themes):
    """`fine()`: the page fits a phone and a desk, and axe finds nothing on either."""

    def look():
        for width in (390, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            both_themes(page)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (page.url, width)
        page.set_viewport_size({"width": 390, "height": 900})  # what comes next is opened on a phone

    return look


def test_pages_without_a_session_are_accessible(page, live, fine):
    for path in ("login/", "password/reset/", "signup/", "inactive/", "password/reset/done/"):
        page.goto(f"{live}/accounts/{path}")
        fine()


def test_theme_and_language_follow_the_profile(page, enter, alice):
    enter(page, alice, "/profile/")
    page.get_by_label("Oscuro").check()
    page.get_by_label("Idioma").select_option("en")
    page.locator(".c-formfoot .btn-primary").click()
    page.wait_for_selector("html[lang=en][data-theme=dark][data-bs-theme=dark]")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(14, 20, 19)"


def test_own_account_and_team_are_accessible(page, enter, live, fine, alice, bob):
    enter(page, alice, "/healthz")
    for path in (
        "/team/", "/settings/", "/profile/", "/profile/tokens/", "/accounts/2fa/", "/accounts/sessions/",
        "/accounts/password/change/", "/accounts/reauthenticate/",
    ):  # fmt: skip
        page.goto(live + path)
        fine()


def test_inviting_shows_a_link_that_lets_a_guest_in(page, browser, live, enter, alice, settings):
    settings.PUBLIC_URL = live
    enter(page, alice, "/team/")
    page.get_by_role("textbox", name="Correo").fill("dora@andes.cl")
    page.get_by_role("button", name="Invitar").click()
    link = page.get_by_label("Enlace de invitación").input_value()
    guest = browser.new_context().new_page()
    guest.goto(link)
    guest.get_by_label("Tu nombre").fill("Dora Muñoz")
    guest.get_by_label("Contraseña").fill("una-frase-bien-larga")
    guest.get_by_role("button", name="Entrar").click()
    guest.wait_for_url("**/board/")
    guest.context.close()


def test_the_authenticator_app_is_set_up_and_asked_for(page, live, login, alice):
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    def code(secret):
        return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))

    login(page, alice, PASSWORD)
    page.goto(f"{live}/accounts/2fa/totp/activate/")
    page.get_by_label("Contraseña").fill(PASSWORD)
    page.get_by_role("button", name="Confirmar").click()
    secret = page.locator("code").inner_text()
    page.locator("input[name=code]").fill(code(secret))
    page.get_by_role("button", name="Activar").click()
    page.wait_for_url("**/2fa/**")
    page.context.clear_cookies()
    page.goto(f"{live}/accounts/login/")
    page.get_by_label("Correo").fill(alice.email)
    page.get_by_label("Contraseña").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Segundo paso").wait_for()


@pytest.fixture
def admin_pages(live, enter, make_user, make_lead, broker):
    """`admin_pages(page)`: the page stands on one admin page after the other."""

    def walk(page):
        lead = make_lead(tags=["VIP"])
        root = make_user("root@corredor.cl", None, name="Raíz", is_staff=True, theme="light")
        enter(page, root, "/admin/crm/lead/")
        page.get_by_role("button", name="Andes Propiedades").click()
        page.locator(".c-adminbroker strong", has_text="Andes Propiedades").wait_for()
        for path in (
            "", "crm/lead/", f"crm/lead/{lead.pk}/change/", f"crm/lead/{lead.pk}/history/", "crm/tag/add/", "accounts/user/",
            "accounts/invitation/add/", "django_celery_beat/periodictask/", "django_celery_beat/periodictask/add/",
            "django_celery_beat/crontabschedule/add/", "brokerage/",
        ):  # fmt: skip
            page.goto(f"{live}/admin/{path}")
            yield path

    return walk


def test_the_admin_keeps_the_content_security_policy_and_is_accessible(page, admin_pages, both_themes, page_errors):
    for path in admin_pages(page):
        for width in (390, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.locator("#content, #main").first.is_visible(), path
        assert not page_errors.unexpected(), path
        both_themes(page)
        # axe copies sheets that another one imports (Django's forms.css) into a <style> of its own, which the policy forbids
        page_errors.forget("inline style|style-src-elem inline")


def test_tags_are_picked_in_the_admin_without_breaking_the_policy(page, enter, live, make_user, make_lead, broker):
    lead = make_lead()
    make_lead(name="Otra", tags=["Inversión"])
    staff = make_user("ada@andes.cl", broker, name="Ada", role="admin", is_staff=True)
    enter(page, staff, f"/admin/crm/lead/{lead.pk}/change/")
    page.locator("#lead_tags-group .add-row a").click()
    page.locator(".select2-selection").first.click()
    page.locator(".select2-results__option", has_text="Inversión").click()
    page.get_by_role("button", name="Guardar", exact=True).click()
    page.locator(".messagelist .success").wait_for()
