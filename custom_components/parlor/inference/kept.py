"""A model that a server is to keep in its memory."""

import logging
import math
from time import monotonic
from typing import Final, Literal

from .config import ServerConfig
from .look import ServerLook
from .models import full_name
from .warm import Warmth

type Memory = Literal["loaded", "unloaded", "contested"]

_LOGGER: Final = logging.getLogger(__name__)


class KeptModel:
    """What is known of a model's place in a server's memory, and whether it is to be loaded again."""

    def __init__(self, config: ServerConfig) -> None:
        """Take how the model is run; nothing is known of it yet."""
        self.config = config
        self._warmth = Warmth()
        self._used_at = -math.inf

    def is_named(self, model: str) -> bool:
        """Return whether this is the model of that name."""
        return full_name(model) == full_name(self.config.model)

    def is_installed(self, look: ServerLook) -> bool:
        """Return whether the server has said that it has the model."""
        return full_name(self.config.model) in (look.digests or {})

    def used(self) -> None:
        """Note that the model has been asked something, from when on it is kept for its time."""
        self._used_at = monotonic()

    def loaded(self) -> None:
        """Note that the model was loaded, or that it was tried."""
        self.used()
        self._warmth.loaded()

    def wants_load(self, look: ServerLook, context: int) -> bool:
        """Note what a look has found, and return whether the model is to be loaded now: gone before its time."""
        was_contested = self._warmth.contested
        keep_alive = math.inf if self.config.keep_alive < 0 else float(self.config.keep_alive)
        gone = self._in_memory(look, context) is False and monotonic() < self._used_at + keep_alive
        wants = self._warmth.wants_load(gone=gone)
        if self._warmth.contested and not was_contested:
            _LOGGER.warning(
                "Something else takes model %s out of the memory of %s again and again; it is loaded again after %g s",
                self.config.model,
                self.config.url,
                self._warmth.pause,
            )
        return wants

    def memory(self, look: ServerLook | None, context: int) -> Memory | None:
        """Return what there is to say about the model's place in the server's memory; None where that is not known."""
        if look is None or (in_memory := self._in_memory(look, context)) is None:
            return None
        if in_memory:
            return "loaded"
        return "contested" if self._warmth.contested else "unloaded"

    def _in_memory(self, look: ServerLook, context: int) -> bool | None:
        """Return whether the model was loaded at a look, with the context that turns ask for."""
        if look.loaded is None:
            return None
        found = look.loaded.get(full_name(self.config.model))
        # Servers that answer several requests at once may report the context of all of them together.
        return found is not None and (found.context_length or context) % context == 0
