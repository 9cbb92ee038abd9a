"""E-mail over real SMTP on loopback: what arrives, who is refused, and that nothing typed becomes a header."""

import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from core import wire
from messaging.channels.smtp import channel
from messaging.letters import Outcome
from tests.servers import smtp

LINK = "https://crm.example.com/baja/abc"


def with_(letter, **credentials):
    return replace(letter, credentials={**letter.credentials, **credentials})


def test_a_mail_arrives_whole(smtp_server, letter):
    one = with_(
        letter(
            "smtp", subject="Tu visita en Ñuñoa", html="<p>Hola, Ñuñoa.</p>", unsubscribe=LINK, reply_to="bob@andes.cl"
        ),
        from_name="Andes, Propiedades",
    )
    answer = channel.send(one)
    [mail] = smtp_server.messages
    assert answer.ref == mail["Message-ID"] == f"<{one.message}@andes.cl>"
    assert (mail["Subject"], mail["To"], mail["Reply-To"]) == (
        "Tu visita en Ñuñoa",
        "camila@example.com",
        "bob@andes.cl",
    )
    assert mail["From"] == '"Andes, Propiedades" <ventas@andes.cl>'
    assert mail["List-Unsubscribe"] == f"<{LINK}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.get_content_type() == "multipart/alternative"
    text, html = mail.iter_parts()
    assert (text.get_content().strip(), html.get_content().strip()) == ("Hola, Ñuñoa.", "<p>Hola, Ñuñoa.</p>")


def test_each_try_has_the_same_message_id(smtp_server, letter):
    one = letter("smtp")
    channel.send(one)
    channel.send(replace(one, attempt=one.message))
    first, second = smtp_server.messages
    assert first["Message-ID"] == second["Message-ID"]
    assert first["List-Unsubscribe"] is None


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x85", "\x00", "\x0b\n"])
def test_nothing_typed_becomes_a_header(smtp_server, letter, end):
    evil = f"Hola{end}Bcc: todos@example.com{end}{end}<script>"
    one = with_(letter("smtp", subject=evil, unsubscribe=f"{LINK}{end}X-Mal: 1"), from_name=evil)
    assert channel.send(one).outcome is Outcome.ACCEPTED
    [mail] = smtp_server.messages
    assert (mail["Bcc"], mail["X-Mal"]) == (None, None)
    assert smtp_server.accepted[0]["to"] == "camila@example.com"


@pytest.mark.parametrize(
    "to", ["a@b.cl, c@d.cl", "a@b.cl\r\nBcc: c@d.cl", "", "nadie", "ñandú@b.cl", "a b@c.cl", "<a@b.cl>"]
)
def test_what_is_no_address_is_not_tried(smtp_server, letter, to):
    answer = channel.send(letter("smtp", to=to))
    assert (answer.outcome, answer.code) == (Outcome.REJECTED, "bad_address")
    assert not smtp_server.accepted


def test_a_domain_of_other_letters_is_reached(smtp_server, letter):
    channel.send(letter("smtp", to="hola@ñuñoa.cl"))
    assert smtp_server.accepted[0]["to"] == "hola@xn--uoa-6mab.cl"


@pytest.mark.parametrize(
    ("to", "outcome", "code"),
    [
        ("bounce@example.com", Outcome.REJECTED, "550 5.1.1"),
        ("full@example.com", Outcome.REJECTED, "552 5.2.2"),
        ("spam@example.com", Outcome.REJECTED, "554 5.7.1"),
        ("refused@example.com", Outcome.REJECTED, "550"),
        ("greylist@example.com", Outcome.LATER, "451 4.7.1"),
    ],
)
def test_a_refused_recipient_is_told_with_the_code(smtp_server, letter, to, outcome, code):
    answer = channel.send(letter("smtp", to=to))
    assert (answer.outcome, answer.code) == (outcome, code)
    assert answer.wait is None  # one mailbox's affair, not the account's


def test_a_dot_and_a_long_line_arrive_as_written(smtp_server, letter):
    text = "\n".join([".", "..", ".final", "ñ" * 3000, "fin"])
    channel.send(letter("smtp", body=text))
    assert smtp_server.messages[0].get_content().replace("\r\n", "\n").rstrip("\n") == text


def test_a_wrong_password_is_told(letter):
    with smtp.SmtpServer(login=True) as server:
        one = with_(letter("smtp"), port=str(server.port), user=smtp.USER, password="otra")
        assert channel.send(one).code.startswith("535")
        assert channel.check(one.sender, with_(one, password="clavé").credentials).outcome is Outcome.REJECTED
        assert channel.send(with_(one, password=smtp.PASSWORD)).outcome is Outcome.ACCEPTED
        assert len(server.accepted) == 1


def test_what_is_for_development_stays_there(smtp_server, letter, settings):
    settings.WEBHOOKS_ANYWHERE = False
    answer = channel.send(letter("smtp"))
    assert (answer.outcome, answer.code) == (Outcome.NOT_SENT, "forbidden")
    public = with_(letter("smtp"), security="starttls", port="587")
    assert channel.send(public).code == "forbidden"  # 127.0.0.1 is nobody's mail server
    assert not smtp_server.accepted


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_is_checked(letter, monkeypatch, certificate, security):
    trusted, served = certificate
    with smtp.SmtpServer(tls=served, implicit=security == "tls") as server:
        one = with_(letter("smtp"), port=str(server.port), security=security)
        answer = channel.send(one)
        assert (answer.outcome, answer.code) == (Outcome.NOT_SENT, "tls")
        monkeypatch.setattr(wire, "tls", lambda: trusted)
        assert channel.send(one).outcome is Outcome.ACCEPTED
        assert len(server.accepted) == 1


def test_a_server_without_tls_is_not_trusted(smtp_server, letter):
    answer = channel.send(with_(letter("smtp"), security="starttls"))
    assert (answer.outcome, answer.code) == (Outcome.NOT_SENT, "tls")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A client that trusts one certificate, and a server that shows it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "prueba")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    pem = serialization.Encoding.PEM
    path.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()) + made.public_bytes(pem)
    )
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(path)
    return ssl.create_default_context(cafile=str(path)), served
