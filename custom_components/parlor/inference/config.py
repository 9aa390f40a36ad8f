"""How a model server is reached and asked, and how long it may take."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import CONF_API_KEY, CONF_HEADERS, CONF_MODEL, CONF_URL, CONF_VERIFY_SSL

from ..const import (
    CONF_CONNECT_LIMIT,
    CONF_FIRST_LIMIT,
    CONF_KEEP_ALIVE,
    CONF_LIMITS,
    CONF_NUM_BATCH,
    CONF_NUM_CTX,
    CONF_THINK,
    CONF_TOTAL_LIMIT,
    CONF_TUNING,
)
from ..network import NOTHING_MORE, Allowed, allowed_in
from .chunks import JsonObject

DEFAULT_NUM_CTX = 8192
KEEP_FOREVER = -1
# How long an AI task's own model stays in memory after a task, in seconds: as long as Ollama keeps one unasked.
TASK_KEEP_ALIVE = 300

# Whatever of these differs between two requests makes the server load the model again, for seconds.
_RELOADING_OPTIONS = frozenset(
    {"num_ctx", "num_batch", "num_gpu", "main_gpu", "use_mmap", "num_thread", "draft_num_predict"}
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How long each part of a request may take, in seconds.

    `connect` covers finding and reaching the server; `lookup` a question without a model (version, list, details);
    `first_chunk` the time until a loaded model says something while another server could be asked, `first_chunk_last`
    the same while it is being loaded or no other server is left; `next_chunk` each pause after that; `total` the whole
    reply; `load` loading a model, or having it read a prompt, while nobody waits; `download` each pause of a download.

    A server that has been silent for `silence` is asked whether it is still there, and must say so within `alive`:
    one that hangs, sleeps or was unplugged is given up then, and not after the time that a slow model may take.

    `quiet`: how long no turn may have asked anything before background work begins on a server; `load` limits that wait
    as well.

    `retry_first` is the pause before a failed server is tried again, which doubles up to `retry_most`; `check` the
    pause between two looks at a server that is well.
    """

    connect: float = 2.0
    lookup: float = 5.0
    first_chunk: float = 20.0
    first_chunk_last: float = 60.0
    next_chunk: float = 30.0
    total: float = 180.0
    load: float = 600.0
    download: float = 300.0
    silence: float = 3.0
    alive: float = 2.0
    quiet: float = 3.0
    retry_first: float = 2.0
    retry_most: float = 60.0
    check: float = 60.0


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Tuning:
    """How a model is run that an agent or an AI task has instead of a server's own.

    None leaves it to the server's settings. `warm`: somebody speaks to it, so it is kept in memory as the server's own.
    """

    num_ctx: int | None = None
    keep_alive: int | None = None
    think: bool | None = None
    warm: bool = False


def tunings_of(agents: Iterable[ConfigSubentry], tasks: Iterable[ConfigSubentry] = ()) -> dict[str, Tuning]:
    """Return how the own models of agents and AI tasks are run, by name.

    Every request to one model has to be alike, or the server loads it again: so the first agent that has it decides,
    then the first task. A task's model leaves the memory soon, unless its settings say otherwise.
    """
    tunings: dict[str, Tuning] = {}
    for agent in agents:
        if model := agent.data.get(CONF_MODEL):
            tunings.setdefault(model, replace(_tuning(agent), warm=True))
    for task in tasks:
        if model := task.data.get(CONF_MODEL):
            tuning = _tuning(task)
            keep_alive = TASK_KEEP_ALIVE if tuning.keep_alive is None else tuning.keep_alive
            tunings.setdefault(model, replace(tuning, keep_alive=keep_alive))
    return tunings


def _tuning(subentry: ConfigSubentry) -> Tuning:
    wanted = subentry.data.get(CONF_TUNING) or {}
    context, keep_alive = wanted.get(CONF_NUM_CTX), wanted.get(CONF_KEEP_ALIVE)
    return Tuning(
        num_ctx=int(context) if context else None,
        keep_alive=None if keep_alive is None else int(keep_alive),
        think=wanted.get(CONF_THINK),
    )


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """One model server as the user set it up.

    `id` names it in states and logs; `num_ctx` and `num_batch` are in tokens (None: the server's own); `keep_alive` is
    in seconds, negative for ever. `headers` go along with every request; `allowed` is what the user allows besides the
    addresses of a home; the limits are in seconds (None: the usual ones); `tunings` are for other models than `model`.
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
    headers: Mapping[str, str] = field(default_factory=dict)
    allowed: Allowed = NOTHING_MORE
    connect_limit: float | None = None
    first_limit: float | None = None
    total_limit: float | None = None
    tunings: Mapping[str, Tuning] = field(default_factory=dict)

    @classmethod
    def from_subentry(cls, subentry: ConfigSubentry, tunings: Mapping[str, Tuning] | None = None) -> Self:
        """Return the server that a model_server subentry describes."""
        return cls.from_data(subentry.subentry_id, subentry.data, tunings)

    @classmethod
    def from_data(cls, server_id: str, data: Mapping[str, Any], tunings: Mapping[str, Tuning] | None = None) -> Self:
        """Return the server that the data of a model_server subentry describe."""
        limits = data.get(CONF_LIMITS) or {}
        return cls(
            id=server_id,
            url=data[CONF_URL],
            api_key=data.get(CONF_API_KEY) or None,
            verify_ssl=data.get(CONF_VERIFY_SSL, True),
            model=data[CONF_MODEL],
            num_ctx=int(data.get(CONF_NUM_CTX) or DEFAULT_NUM_CTX),
            num_batch=int(batch) if (batch := data.get(CONF_NUM_BATCH)) else None,
            keep_alive=int(data.get(CONF_KEEP_ALIVE, KEEP_FOREVER)),
            think=data.get(CONF_THINK, False),
            headers=dict(data.get(CONF_HEADERS) or {}),
            allowed=allowed_in(data),
            connect_limit=limits.get(CONF_CONNECT_LIMIT),
            first_limit=limits.get(CONF_FIRST_LIMIT),
            total_limit=limits.get(CONF_TOTAL_LIMIT),
            tunings=tunings or {},
        )

    def of_model(self, model: str | None) -> Self:
        """Return this server as another model is run there; None, and its own model, change nothing."""
        if model is None or model == self.model:
            return self
        tuning = self.tunings.get(model, Tuning())
        return replace(
            self,
            model=model,
            num_ctx=tuning.num_ctx or self.num_ctx,
            keep_alive=self.keep_alive if tuning.keep_alive is None else tuning.keep_alive,
            think=self.think if tuning.think is None else tuning.think,
        )

    @property
    def warm(self) -> list[Self]:
        """Return this server as each model is run that is kept in memory, its own first."""
        return [
            self,
            *(self.of_model(model) for model, tuning in self.tunings.items() if tuning.warm and model != self.model),
        ]

    def limits(self, usual: Limits) -> Limits:
        """Return the limits of this server: the user's, and the usual ones for what is left open."""
        return replace(
            usual,
            connect=self.connect_limit or usual.connect,
            first_chunk=self.first_limit or usual.first_chunk,
            first_chunk_last=max(self.first_limit or 0, usual.first_chunk_last),
            total=self.total_limit or usual.total,
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
    config = config.of_model(model)
    sampling = {name: value for name, value in (options or {}).items() if name not in _RELOADING_OPTIONS}
    batch = {} if config.num_batch is None else {"num_batch": config.num_batch}
    request: JsonObject = {
        "model": config.model,
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
