"""A mail server (aiosmtpd) that knows how mail goes wrong."""

import asyncio
import ssl
import warnings
from email import message_from_bytes, policy

from aiosmtpd.smtp import SMTP, AuthResult

from tests.servers import base
from tests.servers.base import Looped

KINDS = ("accept_close", "accept_hang", "no_503", "429", "close", "slow")
"""What HTTP calls 503 and 429 is 451 and 421 here; after either nothing was taken."""
MAGIC = {
    "bounce": "550 5.1.1 No such user here",
    "full": "552 5.2.2 Mailbox full",
    "spam": "554 5.7.1 Message rejected as spam",
    "greylist": "451 4.7.1 Try again later",
    "refused": "550 Requested action not taken",
}
USER, PASSWORD = "ventas@andes.cl", "una-clave-de-correo"


class SmtpServer(Looped):
    """`messages` are the parsed mails; `tls` a server context turns on STARTTLS, `login` asks for a password."""

    def __init__(self, *, tls=None, implicit=False, login=False, kinds=KINDS, **common):
        super().__init__(kinds=kinds, **common)
        self.tls, self.implicit, self.login, self.messages, self.server = tls, implicit, login, [], None

    async def open(self):
        context: ssl.SSLContext | None = self.tls if self.implicit else None
        self.server = await asyncio.get_running_loop().create_server(self._protocol, self.host, self.port, ssl=context)
        self.port = self.server.sockets[0].getsockname()[1]

    async def close(self):
        self.server.close()

    def _protocol(self):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a password without TLS is no good idea
            return SMTP(
                self,
                hostname="correo.prueba",
                enable_SMTPUTF8=False,
                tls_context=None if self.implicit else self.tls,
                authenticator=self._authenticate,
                auth_required=self.login,
                auth_require_tls=False,
                loop=asyncio.get_running_loop(),
            )

    def _authenticate(self, _server, _session, _envelope, _mechanism, said):
        right = (said.login, said.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=False)

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        local = address.partition("@")[0]
        if local in MAGIC:
            return MAGIC[local]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, _session, envelope):
        fault = self.plan.next()
        refusals = {"no_503": "451 4.3.0 Try again", "429": "421 4.3.2 Closing"}
        if fault in refusals:
            return refusals[fault]
        if fault == "close":
            server.transport.abort()
            return "250 never read"
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.messages.append(mail)
        self.oracle.write(ref=mail["Message-ID"], to=envelope.rcpt_tos[0], body=mail["Subject"], key="", fault=fault)
        if fault == "accept_hang":
            await asyncio.sleep(self.hang)
        if fault in {"accept_close", "accept_hang"}:
            server.transport.abort()
        if fault == "slow":
            await asyncio.sleep(0.3)
        return "250 OK" if fault != "accept_garbage" else "xyz"


def main():
    parser = base.arguments(__doc__)
    parser.set_defaults(kinds=",".join(KINDS))
    base.serve(SmtpServer(**base.common(parser.parse_args())))


if __name__ == "__main__":
    main()
