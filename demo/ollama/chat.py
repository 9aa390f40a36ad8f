"""POST /api/chat and /api/generate."""

from base64 import b64decode

from aiohttp import web

from .completion import Completion, Task, check_body
from .wire import ApiError, JsonObject, expect, parse_body


class Chat:
    """The two endpoints that complete a prompt."""

    def __init__(self, completion: Completion) -> None:
        """Keep what makes the answers."""
        self._completion = completion

    async def chat(self, request: web.Request) -> web.StreamResponse:
        """Answer POST /api/chat."""
        body = parse_body(await request.read())
        check_body(body)
        expect(body, "messages", list, "[]api.Message")
        expect(body, "tools", list, "api.Tools")
        for message in body.get("messages") or ():
            if not isinstance(message, dict):
                raise ApiError(400, "json: cannot unmarshal value into Go struct field ChatRequest.messages")
            expect(message, "role", str, "string")
            expect(message, "content", str, "string")
            _check_pictures(message)
        task = Task({"messages": [], **body}, body.get("messages") or (), body.get("tools") or (), _chat_shape)
        return await self._completion.answer(request, task)

    async def generate(self, request: web.Request) -> web.StreamResponse:
        """Answer POST /api/generate."""
        body = parse_body(await request.read())
        check_body(body)
        expect(body, "prompt", str, "string")
        expect(body, "system", str, "string")
        messages: list[JsonObject] = []
        if body.get("prompt"):
            system = body.get("system")
            messages = [{"role": "system", "content": system}] if system else []
            messages.append({"role": "user", "content": body["prompt"]})
        return await self._completion.answer(request, Task(body, messages, (), _generate_shape))


def _check_pictures(message: JsonObject) -> None:
    """Raise ApiError for images that are no text in base64."""
    expect(message, "images", list, "[]api.ImageData")
    for picture in message.get("images") or ():
        try:
            b64decode(picture, validate=True)
        except (TypeError, ValueError) as error:  # something else than text, and text of another kind
            raise ApiError(400, "illegal base64 data at input byte 0") from error


def _chat_shape(message: JsonObject) -> JsonObject:
    return {"message": {"role": "assistant", **message}}


def _generate_shape(message: JsonObject) -> JsonObject:
    return {"response": message.get("content", "")} | (
        {"thinking": message["thinking"]} if "thinking" in message else {}
    )
