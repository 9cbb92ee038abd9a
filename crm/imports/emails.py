"""E-mail cells."""

import re

from crm.imports.folding import clean, fold
from crm.imports.names import shown_text
from crm.imports.remarks import EMAIL_EXTRA, EMAIL_INVALID, Remark, remark

_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:[a-z0-9](?:[a-z0-9-]{{0,61}}[a-z0-9])?\.)+[a-z]{{2,24}}")
_NONE = re.compile(
    r"(?:no (?:tiene|posee|indica|informa|aplica|sabe|usa).*|sin .*|sem .*|no|nao tem|ningun[oa]|n/?[ad]|s/?[ioc]|x+|"
    r"[-–—.?_* ]+|0)"
)
LONGEST_EMAIL = 254
LONGEST_LOCAL = 64
_READ = 1_000


def read_email(cell: str) -> tuple[str, list[Remark]]:
    """The first valid address of a cell in lower case, and remarks. "no tiene" is silently nothing, "a@b" a warning."""
    text = clean(shown_text(cell)[0][:_READ])
    if not text or _NONE.fullmatch(fold(text)):
        return "", []
    pieces = [piece.strip("<>()[]\"'.") for piece in re.split(r"[\s,;/|<>]+", re.sub(r"\s*@\s*", "@", text)) if piece]
    candidates = [piece.removeprefix("mailto:").lower() for piece in pieces if "@" in piece]
    valid = [candidate for candidate in candidates if is_address(candidate)]
    broken = [remark(EMAIL_INVALID, candidate) for candidate in candidates if candidate not in valid]
    if not candidates:
        broken = [remark(EMAIL_INVALID, text)]
    extra = [remark(EMAIL_EXTRA, candidate) for candidate in dict.fromkeys(valid[1:]) if candidate != valid[0]]
    return (valid[0] if valid else ""), [*broken, *extra]


def is_address(text: str) -> bool:
    """Whether a mailbox could be there: one @, a domain with a point. Plain ASCII, as mail systems want it."""
    local = text.partition("@")[0]
    return len(text) <= LONGEST_EMAIL and len(local) <= LONGEST_LOCAL and _ADDRESS.fullmatch(text) is not None
