"""The heap: what is loaded at the start stays, and is not searched for garbage again and again."""

import gc

_USUAL = gc.get_threshold()


def hold() -> None:
    """Look for no garbage while the apps are loaded: there is none, and looking is a quarter of the time to start."""
    if not gc.get_freeze_count():  # else they are loaded already
        gc.set_threshold(0)


def release() -> None:
    """They are loaded (core.apps)."""
    gc.freeze()
    gc.set_threshold(*_USUAL)


def settle() -> None:
    """Leave what was loaded at the start out of every later search for garbage.

    Django and our modules are hundreds of thousands of objects that stay; walking through them again and again was a
    fifth of what sending a message cost.
    """
    gc.collect()
    gc.freeze()
