"""Memory that nothing holds any more, given back to the computer."""

import ctypes
import gc


def give_back() -> None:
    """Return freed memory to the system, as far as its C library can: a whole model would stay here otherwise."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
