"""All model servers of a home, in the user's order."""

from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
import logging
from typing import Any

from homeassistant.core import HomeAssistant, callback

from ..network import Traffic
from .chunks import ChatChunk, JsonObject
from .config import DEFAULT_LIMITS, DEFAULT_NUM_CTX, Limits, ServerConfig, chat_request
from .errors import CloudRefused, InferenceError, ModelMissing, ServerUnreachable, StreamBroken
from .server import Server, ServerState

_LOGGER = logging.getLogger(__name__)

# The least that makes a server read a prompt: 0 means no limit.
_PREFILL_OPTIONS = {"num_predict": 1}


class ModelServers:
    """Ask the first model server that answers.

    A server that failed is left out until it is well again, unless none is well: then each is tried.
    """

    def __init__(
        self, hass: HomeAssistant, configs: Sequence[ServerConfig], *, limits: Limits = DEFAULT_LIMITS
    ) -> None:
        """Open nothing yet. Raises ServerUnreachable if an address can not be read."""
        self._listeners: list[Callable[[], None]] = []
        self._servers = [Server(hass, config, limits, self._changed) for config in configs]

    @property
    def available(self) -> bool:
        """Return whether any server can be used, as far as is known."""
        return any(server.available for server in self._servers)

    @property
    def last_error(self) -> InferenceError | None:
        """Return why no server can be used, as the first one says; None while one can."""
        if self.available:
            return None
        return next((server.last_error for server in self._servers), None)

    @property
    def states(self) -> Sequence[ServerState]:
        """Return what is known of each server, in order."""
        return [server.state for server in self._servers]

    @property
    def context_length(self) -> int:
        """Return the tokens that prompt and reply may have together on the server that comes first now."""
        return next((server.context_length for server in self._candidates()), DEFAULT_NUM_CTX)

    @property
    def model(self) -> str:
        """Return the model of the server that comes first now; empty without a server."""
        return next((server.config.model for server in self._candidates()), "")

    @property
    def url(self) -> str:
        """Return the address of the server that comes first now; empty without a server."""
        return next((server.config.url for server in self._candidates()), "")

    def context_length_of(self, model: str | None) -> int:
        """Return what `context_length` is for another model there; None is the server's own."""
        if model is None:
            return self.context_length
        return next((server.context_length_of(model) for server in self._candidates()), DEFAULT_NUM_CTX)

    @property
    def traffic(self) -> Mapping[str, Mapping[str, Traffic]]:
        """Return the bytes sent and received, by server id and the address connected to."""
        return {server.config.id: server.client.traffic for server in self._servers}

    async def start(self) -> None:
        """Load the models in the background, so that the first turn does not wait for it, and watch the servers."""
        for server in self._servers:
            server.start()

    async def stop(self) -> None:
        """End everything that runs and close every connection."""
        for server in self._servers:
            await server.stop()

    @callback
    def add_listener(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call `listener` whenever `available`, `last_error` or `states` may differ; return what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def chat(
        self,
        messages: Sequence[Mapping[str, Any]],
        tools: Sequence[Mapping[str, Any]] = (),
        *,
        model: str | None = None,
        options: Mapping[str, Any] | None = None,
        response_format: JsonObject | str | None = None,
        forget: Callable[[], bool] | None = None,
        background: bool = False,
    ) -> AsyncGenerator[ChatChunk]:
        """Yield the reply of the first server that gives one; the last chunk has `done`.

        `model` replaces the servers' own; where the servers that have it fail, those that have it not use their own.
        `options` are for sampling only. A server that fails before its first chunk hands over to the next. One that
        fails later does so only if `forget` returns True: then what was yielded so far has had no consequences and is
        forgotten, and the reply begins anew. Otherwise StreamBroken (or CloudRefused) is raised, because what was
        yielded may have been acted upon. If no server is left, raises what the first one raised.

        `background` is for what nobody is waiting to hear: such a request waits until turns leave a server alone, is
        ended by any that comes and begun again later, and yields nothing before its reply is complete. ServerBusy is
        raised by a server where there is no end of turns.

        Close the generator (`contextlib.aclosing`) when leaving early: that is what stops the server.
        """
        errors: list[InferenceError] = []
        tries = deque((server, model) for server in self._candidates())
        while tries:
            server, wanted = tries.popleft()
            if wanted != model and all(isinstance(error, ModelMissing) for error in errors):
                # No server is down, but the name is one that none of them knows.
                break
            request = chat_request(
                server.config, messages, tools, model=wanted, options=options, response_format=response_format
            )
            started = False
            try:
                reply = server.background(request) if background else server.chat(request, last=not tries)
                async with aclosing(reply) as chunks:
                    async for chunk in chunks:
                        started = True
                        yield chunk
            except InferenceError as err:
                # Before the first chunk nothing has happened yet, so the next server may try.
                if started and not (forget is not None and forget()):
                    raise _broken(err) from err
                errors.append(_broken(err) if started else err)
                if wanted is not None and isinstance(err, ModelMissing):
                    tries.append((server, None))
            else:
                return
        raise errors[0] if errors else ServerUnreachable(error="no model server is set up")

    async def prefill(
        self,
        messages: Sequence[Mapping[str, Any]],
        tools: Sequence[Mapping[str, Any]] = (),
        *,
        model: str | None = None,
    ) -> None:
        """Have the server that comes first read a prompt, so that the turn that begins with it is answered sooner.

        Waits while a turn runs there, and returns early when one comes. Raises InferenceError as `chat` does.
        """
        for server in self._candidates()[:1]:
            request = chat_request(server.config, messages, tools, model=model, options=_PREFILL_OPTIONS)
            await server.prefill(request)

    def _candidates(self) -> Sequence[Server]:
        return [server for server in self._servers if server.available] or self._servers

    def _changed(self) -> None:
        for listener in list(self._listeners):
            try:
                listener()
            except Exception:
                # Nothing is expected here, but whoever listens must not end a turn or the watch over a server.
                _LOGGER.exception("A listener to model servers failed")


def _broken(err: InferenceError) -> InferenceError:
    """Return what a failure in the middle of a reply is, whatever caused it."""
    return CloudRefused(**err.placeholders) if isinstance(err, CloudRefused) else StreamBroken(**err.placeholders)
