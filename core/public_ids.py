"""Public ids: UUID version 7, so that they sort by time and index well (RFC 9562 §5.7)."""

import secrets
import time
import uuid

_TIMESTAMP_SHIFT = 80
_VERSION_7 = 0x7 << 76
_VARIANT = 0b10 << 62
_LOWEST_62 = (1 << 62) - 1


def uuid7() -> uuid.UUID:
    """A new UUIDv7: 48 bits of Unix milliseconds, 74 random bits."""
    milliseconds = time.time_ns() // 1_000_000
    random = secrets.randbits(74)
    random_a, random_b = random >> 62 << 64, random & _LOWEST_62
    return uuid.UUID(int=milliseconds << _TIMESTAMP_SHIFT | _VERSION_7 | random_a | _VARIANT | random_b)
