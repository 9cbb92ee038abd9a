"""Encryption of single values at rest: AES-256-GCM under a key ring, bound to the row they belong to.

A sealed value is ``b"<key id>:" + nonce + ciphertext``. The associated data names brokerage, table, column and row, so
a value copied to another row or brokerage does not open. Rotation: a new key first in FIELD_KEYS, old ones after it.
"""

import base64
import os
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE_BYTES = 12


class Unreadable(ValueError):
    """A sealed value that does not open: wrong row, unknown key or damaged bytes."""


@cache
def _ring() -> dict[str, AESGCM]:
    """Key id → cipher, in the order of FIELD_KEYS (`k2:<base64>,k1:<base64>`); the first one seals."""
    pairs = (entry.split(":", 1) for entry in settings.FIELD_KEYS)
    return {key_id: AESGCM(base64.urlsafe_b64decode(key)) for key_id, key in pairs}


def seal(plain: bytes, *, bound_to: str) -> bytes:
    """Encrypt under the newest key, bound to a row (`"broker|table|column|row"`)."""
    key_id, cipher = next(iter(_ring().items()))
    nonce = os.urandom(_NONCE_BYTES)
    return key_id.encode() + b":" + nonce + cipher.encrypt(nonce, plain, bound_to.encode())


def unseal(sealed: bytes, *, bound_to: str) -> bytes:
    """Decrypt; raises Unreadable when the value belongs elsewhere or its key is gone."""
    key_id, _, rest = bytes(sealed).partition(b":")
    cipher = _ring().get(key_id.decode("ascii", "replace"))
    if cipher is None:
        msg = f"No key {key_id!r} in FIELD_KEYS."
        raise Unreadable(msg)
    try:
        return cipher.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], bound_to.encode())
    except InvalidTag as error:
        msg = "The sealed value does not belong to this row."
        raise Unreadable(msg) from error
