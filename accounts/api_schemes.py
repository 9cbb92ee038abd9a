"""The two ways to sign a call, for the OpenAPI document; importing this module registers them."""

from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from accounts.api_authentication import SessionAuthentication, TokenAuthentication


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # registers itself by subclassing
    """The token in the OpenAPI document."""

    target_class = TokenAuthentication
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """RFC 6750."""
        return {"type": "http", "scheme": "bearer", "description": "An API token, made under Profile → API."}


class SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call] # as above
    """The session in the OpenAPI document."""

    target_class = SessionAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """The cookie's name depends on HTTPS."""
        return {"type": "apiKey", "in": "cookie", "name": settings.SESSION_COOKIE_NAME}
