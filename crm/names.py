"""Whether what stands in the name is one: systems fill it with "User" or with the phone."""

import re
import unicodedata

_NOT_NAMES = frozenset(
    """user usuario usuaria client cliente clienta lead prospecto contacto contact customer visitante visitor guest
    invitado invitada anonimo anonima anonymous desconocido desconocida unknown test prueba nombre name apellido
    sin nombre no name sr sra srta senor senora don dona persona interesado interesada na none null undefined whatsapp
    telegram facebook instagram web nuevo nueva""".split()  # noqa: SIM905 -- one name a line would fill the screen
)
_WORD = re.compile(r"[^\W\d_]+")


def real_name(text: str) -> bool:
    """Whether a text is a person's name: it has a word of two letters or more that no system fills in.

    Not names: "", "User", "Cliente 42", "+56 9 9824 8519", "ana@correo.cl", "🙂".
    """
    if "@" in text or "://" in text:
        return False
    words = [word for word in _WORD.findall(_folded(text)) if len(word) > 1]
    digits = sum(map(str.isdigit, text))
    return any(word not in _NOT_NAMES for word in words) and digits <= sum(map(len, words))


def _folded(text: str) -> str:
    if text.isascii():
        return text.casefold()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in plain if not unicodedata.combining(each))
