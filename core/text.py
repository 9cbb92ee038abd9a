"""Folding of text for comparing: no accents, no case, single spaces."""

import unicodedata


def fold(text: str) -> str:
    """The text without accents and case, with single spaces: "  Ñuñoa  Centro" becomes "nunoa centro"."""
    decomposed = unicodedata.normalize("NFKD", text)
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).lower().split())
