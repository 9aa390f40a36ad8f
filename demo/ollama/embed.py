"""POST /api/embed and /api/embeddings: vectors of words by a hash, alike for texts that share words."""

from collections.abc import Sequence
from hashlib import sha256
import math
from typing import Any

from aiohttp import web

from .library import Library
from .models import EMBEDDING_LENGTH
from .prompt import tokenize
from .scheduler import Scheduler
from .wire import ApiError, JsonObject, json_response, parse_body


class Embed:
    """The two endpoints for embeddings."""

    def __init__(self, library: Library, scheduler: Scheduler) -> None:
        """Keep the models and their scheduler."""
        self._library = library
        self._scheduler = scheduler

    async def embed(self, request: web.Request) -> web.Response:
        """Answer POST /api/embed."""
        body = parse_body(await request.read())
        texts = body.get("input", [])
        texts = [texts] if isinstance(texts, str) else texts
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise ApiError(400, "invalid input type")
        vectors, tokens = await self._vectors(body, texts)
        answer: dict[str, Any] = {
            "model": body["model"],
            "embeddings": vectors,
            "total_duration": 1000 * max(1, tokens),
        }
        return json_response(answer | ({"prompt_eval_count": tokens} if tokens else {}))

    async def embeddings(self, request: web.Request) -> web.Response:
        """Answer POST /api/embeddings, the older form for one text."""
        body = parse_body(await request.read())
        text = body.get("prompt") or ""
        vectors, _ = await self._vectors(body, [text] if isinstance(text, str) and text else [])
        return json_response({"embedding": vectors[0] if vectors else []})

    async def _vectors(self, body: JsonObject, texts: Sequence[str]) -> tuple[list[list[float]], int]:
        """Return one unit vector a text and the tokens read; raises ApiError for what Ollama refuses."""
        name = body.get("model")
        if not isinstance(name, str) or not name:
            raise ApiError(400, "model is required")
        model = self._library.find(name)
        if "embedding" not in model.capabilities:
            raise ApiError(400, f'"{name}" does not support embeddings')
        settings = self._library.settings(body, model)
        counts = [len(tokenize(text)) for text in texts]
        if not settings.truncate and any(count > settings.num_ctx for count in counts):
            raise ApiError(400, "the input length exceeds the context length")
        async with self._scheduler.use(model, settings):
            return [_vector(text) for text in texts], sum(min(count, settings.num_ctx) for count in counts)


def _vector(text: str) -> list[float]:
    """Return the normalised sum of one hashed vector for each word."""
    total = [0.0] * EMBEDDING_LENGTH
    for word in text.casefold().split():
        for index, byte in enumerate(sha256(word.encode()).digest()[:EMBEDDING_LENGTH]):
            total[index] += byte / 255 - 0.5
    length = math.hypot(*total) or 1.0
    return [value / length for value in total]
