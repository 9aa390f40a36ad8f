"""What every part of the stand-in writes on the wire: JSON the way Ollama spells it, times and errors."""

from datetime import UTC, datetime
import json
import time
from typing import Any

from aiohttp import web

type JsonObject = dict[str, Any]

NDJSON = "application/x-ndjson"


class ApiError(Exception):
    """An answer of Ollama's other than success: an HTTP status and the text of its ``error`` member."""

    def __init__(self, status: int, error: str, **more: str) -> None:
        """Keep the status, the text and further members of the body."""
        super().__init__(error)
        self.status = status
        self.body: JsonObject = {"error": error, **more}


def dumps(value: object) -> str:
    """Return compact JSON with the keys in the order given."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def json_response(value: object, status: int = 200) -> web.Response:
    """Return a JSON response with Ollama's content type."""
    return web.Response(
        body=dumps(value).encode(), status=status, headers={"Content-Type": "application/json; charset=utf-8"}
    )


def timestamp() -> str:
    """Return the present time as RFC 3339 with nanoseconds, in UTC."""
    seconds, nanoseconds = divmod(time.time_ns(), 1_000_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{nanoseconds:09d}Z"


def parse_body(raw: bytes) -> JsonObject:
    """Return the request's JSON object; raises ApiError 400 for none, for bad JSON and for another type."""
    if not raw.strip():
        raise ApiError(400, "missing request body")
    try:
        body = json.loads(raw)
    except ValueError as error:
        # Anything may be posted; UnicodeDecodeError and JSONDecodeError are both ValueErrors.
        raise ApiError(400, f"invalid character in request body: {error}") from None
    if not isinstance(body, dict):
        raise ApiError(400, f"json: cannot unmarshal {_go_kind(body)} into Go value of type api.Request")
    return body


def expect(body: JsonObject, key: str, kind: type, go_type: str) -> None:
    """Raise ApiError 400 in the words of Go's decoder unless body[key] is absent, null or of that kind."""
    value = body.get(key)
    if value is not None and not isinstance(value, kind):
        raise ApiError(
            400, f"json: cannot unmarshal {_go_kind(value)} into Go struct field Request.{key} of type {go_type}"
        )


def _go_kind(value: object) -> str:
    """Return what Go's decoder calls the JSON type of a value."""
    match value:
        case bool():
            return "bool"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"
