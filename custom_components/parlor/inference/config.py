"""How a model server is reached and asked, and how long it may take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import CONF_API_KEY, CONF_MODEL, CONF_URL, CONF_VERIFY_SSL

from ..const import CONF_KEEP_ALIVE, CONF_NUM_BATCH, CONF_NUM_CTX, CONF_THINK
from .chunks import JsonObject

DEFAULT_NUM_CTX = 8192
KEEP_FOREVER = -1

# Whatever of these differs between two requests makes the server load the model again, for seconds.
_RELOADING_OPTIONS = frozenset(
    {"num_ctx", "num_batch", "num_gpu", "main_gpu", "use_mmap", "num_thread", "draft_num_predict"}
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long each part of a request may take, in seconds.

    `connect` covers finding and reaching the server; `lookup` a question without a model (version, list, details);
    `first_chunk` the time until a model says something, loading included; `next_chunk` each pause after that; `total`
    the whole reply; `load` loading a model while nobody waits. `retry_first` is the pause before a failed server is
    tried again, which doubles up to `retry_most`; `check` the pause between two looks at a server that is well.
    """

    connect: float = 2.0
    lookup: float = 10.0
    first_chunk: float = 60.0
    next_chunk: float = 30.0
    total: float = 300.0
    load: float = 600.0
    retry_first: float = 2.0
    retry_most: float = 60.0
    check: float = 60.0


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """One model server as the user set it up.

    `id` names it in states and logs; `num_ctx` and `num_batch` are in tokens (None: the server's own); `keep_alive` is
    in seconds, negative for ever.
    """

    id: str
    url: str
    api_key: str | None
    verify_ssl: bool
    model: str
    num_ctx: int = DEFAULT_NUM_CTX
    num_batch: int | None = None
    keep_alive: int = KEEP_FOREVER
    think: bool = False

    @classmethod
    def from_subentry(cls, subentry: ConfigSubentry) -> Self:
        """Return the server that a model_server subentry describes."""
        data = subentry.data
        return cls(
            id=subentry.subentry_id,
            url=data[CONF_URL],
            api_key=data.get(CONF_API_KEY) or None,
            verify_ssl=data.get(CONF_VERIFY_SSL, True),
            model=data[CONF_MODEL],
            num_ctx=int(data.get(CONF_NUM_CTX) or DEFAULT_NUM_CTX),
            num_batch=int(batch) if (batch := data.get(CONF_NUM_BATCH)) else None,
            keep_alive=int(data.get(CONF_KEEP_ALIVE, KEEP_FOREVER)),
            think=data.get(CONF_THINK, False),
        )


def chat_request(
    config: ServerConfig,
    messages: Sequence[Mapping[str, Any]],
    tools: Sequence[Mapping[str, Any]] = (),
    *,
    model: str | None = None,
    options: Mapping[str, Any] | None = None,
    response_format: JsonObject | str | None = None,
) -> JsonObject:
    """Return the body of a request to /api/chat.

    What makes a server load a model again always comes from `config`, whatever `options` say. Without messages the
    request only loads the model.
    """
    sampling = {name: value for name, value in (options or {}).items() if name not in _RELOADING_OPTIONS}
    batch = {} if config.num_batch is None else {"num_batch": config.num_batch}
    request: JsonObject = {
        "model": model or config.model,
        "messages": list(messages),
        "stream": True,
        "think": config.think,
        "keep_alive": config.keep_alive,
        "options": {**sampling, "num_ctx": config.num_ctx, **batch},
    }
    if tools:
        request["tools"] = list(tools)
    if response_format is not None:
        request["format"] = response_format
    return request
