"""The heap of processes that live long."""

import gc


def settle() -> None:
    """Leave what was loaded at the start out of every later search for garbage.

    Django and our modules are hundreds of thousands of objects that stay; walking through them again and again was a
    fifth of what sending a message cost.
    """
    gc.collect()
    gc.freeze()
