"""Where a webhook may go: what people type, what names mean, and what they mean a moment later."""

import pytest

from core import destinations
from integrations import wire
from integrations.enums import Failure
from tests.integrations.receiver import Receiver

HOSTILE = {
    "scheme": [
        "http://example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "javascript:alert(1)",
        "//example.com/",
        "example.com/hook",
        "HTTPS//example.com",
    ],
    "host": [
        "https:///etc/passwd",
        "https://",
        "https://127.1/",
        "https://127.0.1/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.1/",
        "https://127.0.0.1./",
        "https://example.com./",
        "https://-example.com/",
        "https://exa_mple..com/",
        "https://%6cocalhost/",
    ],
    "userinfo": [
        "https://user@example.com/",
        "https://user:secret@example.com/",
        "https://example.com@127.0.0.1/",
        "https://@example.com/",
    ],
    "shape": [
        "https://example.com\\@127.0.0.1/",
        "https://example.com/#@127.0.0.1",
        "https://exa mple.com/",
        "https://example.com/\r\nHost: inside",
        "https://example.com/\x00",
        "https://example.com/\xf1",
        "https://\u24d4xample.com/",
        "https://\uff11\uff12\uff17.\uff10.\uff10.\uff11/",
        "https://example\u3002com/",
        "https://example.com:99999/",
        "https://example.com:-1/",
        "https://example.com:4a3/",
        "https://[::1/",
    ],
    "port": [
        "https://example.com:22/",
        "https://example.com:6379/",
        "https://example.com:0/",
        "https://example.com:80/",
    ],
    "private": [
        "https://127.0.0.1/",
        "https://127.0.0.1:443/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0/",
        "https://0.0.0.0/",
        "https://10.0.0.1/",
        "https://172.16.0.1/",
        "https://192.168.1.1/",
        "https://100.64.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://168.63.129.16/",
        "https://192.0.0.192/",
        "https://192.0.2.1/",
        "https://198.18.0.1/",
        "https://198.51.100.1/",
        "https://192.88.99.1/",
        "https://224.0.0.1/",
        "https://240.0.0.1/",
        "https://255.255.255.255/",
        "https://[::1]/",
        "https://[::]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:a00:1]/",
        "https://[::127.0.0.1]/",
        "https://[fe80::1]/",
        "https://[fe80::1%25eth0]/",
        "https://[fc00::1]/",
        "https://[fd00:ec2::254]/",
        "https://[ff02::1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[64:ff9b:1::1]/",
        "https://[2002:7f00:1::]/",
        "https://[2001:0:7f00:1::]/",
        "https://[2001:db8::1]/",
        "https://[100::1]/",
        "https://localhost/",
        "https://LOCALHOST/",
        "https://app.localhost/",
        "https://printer.local/",
        "https://metadata.google.internal/",
        "https://db/",
    ],
}


TABLE = [(url, code) for code, urls in HOSTILE.items() for url in urls]


@pytest.fixture(autouse=True)
def _as_in_production(settings):
    settings.WEBHOOKS_ANYWHERE = False


@pytest.mark.parametrize(("url", "code"), TABLE)
def test_hostile_addresses_are_refused(url, code):
    with pytest.raises(destinations.Unsuitable) as refused:
        destinations.parse(url)
    assert refused.value.code == code


def test_there_are_sixty_of_them():
    assert len(TABLE) >= 60


@pytest.mark.parametrize(
    ("url", "host", "port", "target", "header"),
    [
        ("https://example.com", "example.com", 443, "/", "example.com"),
        ("https://EXAMPLE.com/a?b=c&d=%20", "example.com", 443, "/a?b=c&d=%20", "example.com"),
        ("https://hooks.example.co.uk:8443/x", "hooks.example.co.uk", 8443, "/x", "hooks.example.co.uk:8443"),
        ("https://xn--exmple-cua.com/", "xn--exmple-cua.com", 443, "/", "xn--exmple-cua.com"),
        ("https://93.184.216.34/", "93.184.216.34", 443, "/", "93.184.216.34"),
        ("https://[2606:2800:220:1::]/", "2606:2800:220:1::", 443, "/", "[2606:2800:220:1::]"),
    ],
)
def test_public_addresses_are_taken_apart(url, host, port, target, header):
    found = destinations.parse(url)
    assert (found.host, found.port, found.target, found.host_header) == (host, port, target, header)


@pytest.mark.parametrize(
    "found",
    [
        ["127.0.0.1"],
        ["93.184.216.34", "10.0.0.1"],
        ["::ffff:169.254.169.254"],
        ["fe80::1%eth0"],
        ["64:ff9b::a00:1"],
        ["nonsense"],
    ],
)
def test_a_name_that_means_anything_private_is_not_called(found):
    answer = wire.post("https://example.com/", b"{}", {}, resolver=lambda host, port: found)
    assert (answer.failure, answer.status) == (Failure.FORBIDDEN, None)


def test_a_name_that_changes_its_meaning_is_asked_once(monkeypatch):
    """DNS rebinding: public when it is checked, private a moment later. What was checked is what is called."""
    inside, asked, called = Receiver(), [], []

    def rebinding(host, port):
        asked.append(host)
        return ["93.184.216.34"] if len(asked) == 1 else ["127.0.0.1"]

    def no_network(address, timeout):
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(wire.socket, "create_connection", no_network)
    monkeypatch.setattr(destinations, "PORTS", {"https": {inside.port}})
    answer = wire.post(f"https://example.com:{inside.port}/", b"{}", {}, resolver=rebinding)
    inside.stop()
    assert (answer.failure, inside.seen, asked) == (Failure.REFUSED, [], ["example.com"])
    assert called == [("93.184.216.34", inside.port)]


def test_a_name_nobody_knows_is_told_so():
    def unknown(host, port):
        raise destinations.socket.gaierror(-2, "Name or service not known")

    assert wire.post("https://example.com/", b"", {}, resolver=unknown).failure == Failure.NAME


def test_a_resolver_that_hangs_is_not_waited_for(impatient):
    import time

    answer = wire.post("https://example.com/", b"", {}, resolver=lambda host, port: time.sleep(2) or [])
    assert (answer.failure, answer.ms < 1500) == (Failure.TIMEOUT, True)
