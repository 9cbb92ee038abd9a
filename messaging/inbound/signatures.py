"""Whether a request is from Twilio: its signature, computed as its SDK's RequestValidator does.

The signed text is the address Twilio called, then each form field's name and value, names and values sorted, each
pair once. A body that is no form is signed by its hash in the address. Twilio is not sure whether it signs the port,
so both ways count.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import ParseResult, parse_qs, urlparse

Fields = Sequence[tuple[str, str]]
_HASHES: dict[str, Callable[..., Any]] = {"HMAC_SHA1": hashlib.sha1, "HMAC_SHA256": hashlib.sha256}
_PORTS = {"https": 443}


class Keys(NamedTuple):
    """With what a request may be signed; more than one secret while an account changes its token."""

    algorithm: str
    secrets: Sequence[str]


def keys(credentials: Mapping[str, str], header: str) -> Keys:
    """The keys for a request by what X-Twilio-Webhooks-Signature-Settings says; without it, the auth token and SHA-1.

    A shared key counts only when it is the one the account names.
    """
    said: dict[str, str] = {}
    for name, _, value in (part.partition("=") for part in header.split(",")):
        said.setdefault(name.strip(), value.strip())
    algorithm = said.get("algorithm", "").upper() or "HMAC_SHA1"
    if named := said.get("key", ""):
        pinned = credentials.get("shared_key_id", "")
        usable = bool(pinned) and is_same(named, pinned)
        return Keys(algorithm, [credentials.get("shared_key", "")] if usable else [])
    return Keys(algorithm, [credentials.get("auth_token", ""), credentials.get("previous_auth_token", "")])


def is_twilios(url: str, signature: str, known: Keys, *, fields: Fields = (), body: bytes | None = None) -> bool:
    """Whether a request to `url` carries the signature of one of the secrets; `body` is given when it is no form."""
    digest = _HASHES.get(known.algorithm)
    try:
        parts = urlparse(url)
        shapes = (_without_port(parts), _with_port(parts))
    except ValueError:  # a port that is none
        return False
    if digest is None or (body is not None and not _has_hash_of(body, parts)):
        return False
    told = _told(fields) if body is None else ""
    right = False
    for secret in filter(None, known.secrets):
        for shape in shapes:
            mac = hmac.new(secret.encode(), (shape + told).encode("utf-8", "surrogatepass"), digest)
            right |= is_same(base64.b64encode(mac.digest()).decode(), signature)
    return right


def is_same(one: str, other: str) -> bool:
    """Compare secrets in a time that tells nothing."""
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def _told(fields: Iterable[tuple[str, str]]) -> str:
    return "".join(name + value for name, value in sorted(set(fields)))


def _has_hash_of(body: bytes, parts: ParseResult) -> bool:
    named = parse_qs(parts.query).get("bodySHA256", [""])
    return is_same(hashlib.sha256(body).hexdigest(), named[0])


def _without_port(parts: ParseResult) -> str:
    return parts._replace(netloc=parts.netloc.split(":")[0]).geturl() if parts.port else parts.geturl()


def _with_port(parts: ParseResult) -> str:
    if parts.port:
        return parts.geturl()
    return parts._replace(netloc=f"{parts.netloc}:{_PORTS.get(parts.scheme, 80)}").geturl()
