"""The options of a request: their types, which of them make a model reload, and how long it stays loaded."""

from dataclasses import dataclass
import math
import re

from .wire import ApiError, JsonObject

DEFAULT_KEEP_ALIVE = 300.0
DEFAULT_NUM_BATCH = 512

_INTEGERS = frozenset(
    {"num_keep", "seed", "num_predict", "top_k", "repeat_last_n", "num_ctx", "num_batch", "num_gpu"}
    | {"main_gpu", "num_thread", "draft_num_predict"}
)
_FLOATS = frozenset(
    {"top_p", "min_p", "typical_p", "temperature", "repeat_penalty", "presence_penalty", "frequency_penalty"}
)
_BOOLEANS = frozenset({"use_mmap"})
_RELOADING = ("num_ctx", "num_batch", "num_gpu", "main_gpu", "use_mmap", "num_thread", "draft_num_predict")
_DURATION = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)")
_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a request asks of the runner.

    limit: most tokens of the reply, None for no limit. reload_key: a runner with another one is loaded anew.
    keep_alive: seconds the model stays loaded afterwards; math.inf for ever, 0 not at all.
    """

    num_ctx: int
    num_batch: int
    limit: int | None
    shift: bool
    truncate: bool
    keep_alive: float
    reload_key: tuple[object, ...]


def settings_of(body: JsonObject, *, default_num_ctx: int, context_length: int, can_shift: bool) -> Settings:
    """Read a request's options; raises ApiError 500 for one of a wrong type and 400 for a bad keep_alive."""
    options = body.get("options") or {}
    _check_types(options)
    num_ctx = min(int(options.get("num_ctx") or default_num_ctx), context_length)
    shift = can_shift and body.get("shift") is not False
    num_predict = int(options.get("num_predict") or 0)
    reloading = {**options, "num_ctx": num_ctx, "num_batch": options.get("num_batch", DEFAULT_NUM_BATCH)}
    return Settings(
        num_ctx=num_ctx,
        num_batch=int(reloading["num_batch"]),
        # 0 is dropped on its way to the runner and -1 is bounded by the context, which no reply here reaches.
        limit=num_predict if num_predict > 0 else None,
        shift=shift,
        truncate=body.get("truncate") is not False,
        keep_alive=keep_alive_of(body),
        reload_key=(shift, *(reloading.get(name) for name in _RELOADING)),
    )


def keep_alive_of(body: JsonObject) -> float:
    """Return keep_alive in seconds, math.inf for a negative one; raises ApiError 400 for what Go cannot parse."""
    value = body.get("keep_alive")
    if value is None:
        return DEFAULT_KEEP_ALIVE
    if isinstance(value, str):
        seconds = _duration(value)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        seconds = float(value)
    else:
        raise ApiError(400, "json: cannot unmarshal value into Go struct field Request.keep_alive")
    return seconds if seconds >= 0 else math.inf


def _duration(text: str) -> float:
    """Parse a Go duration such as "1h30m"."""
    sign = -1.0 if text.startswith("-") else 1.0
    unsigned = text.lstrip("+-")
    parts = _DURATION.findall(unsigned)
    if unsigned == "0":
        return 0.0
    if "".join(number + unit for number, unit in parts) != unsigned or not parts:
        problem = "missing unit in" if re.fullmatch(r"[\d.]+", unsigned) else "invalid"
        raise ApiError(400, f'time: {problem} duration "{text}"')
    return sign * sum(float(number) * _UNITS[unit] for number, unit in parts)


def _check_types(options: object) -> None:
    """Raise ApiError as Ollama does for an option of a wrong type; unknown ones pass."""
    if not isinstance(options, dict):
        raise ApiError(400, "json: cannot unmarshal value into Go struct field Request.options of type map[string]any")
    for name, value in options.items():
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if name in _INTEGERS and not number:
            raise ApiError(500, f'option "{name}" must be of type integer')
        if name in _FLOATS and not number:
            raise ApiError(500, f'option "{name}" must be of type float32')
        if name in _BOOLEANS and not isinstance(value, bool):
            raise ApiError(500, f'option "{name}" must be of type boolean')
        if name == "stop" and not isinstance(value, list):
            raise ApiError(500, f'option "{name}" must be of type array')
