"""Scripts of ours that other sites load: by an address that stays, not by the hashed one of static files."""

from functools import cache
from pathlib import Path

from django.conf import settings


@cache
def script(name: str) -> str:
    """The text of a file of static/."""
    return (Path(settings.BASE_DIR) / "static" / name).read_text()
