"""The model asked for words, without tools and without keeping a voice turn waiting."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from typing import Any, Final

from ..inference import ModelServers, ServerTooSlow
from ..inference.thinking import VisibleText
from ..inference.tokens import estimate_tokens

# How long one answer may take, in seconds: somebody waits for the briefing, even if nobody waits for each word.
_LIMIT: Final = 120
# Estimates of tokens are not exact; this part of the context is kept free.
_MARGIN: Final = 0.85
_REPLY: Final = 1024
_REPLY_PART: Final = 4


class Author:
    """One model, asked for text; `model` None is the servers' own. `served` is who has answered last."""

    def __init__(self, servers: ModelServers, model: str | None) -> None:
        """Ask nothing yet."""
        self._servers = servers
        self._model = model
        self.served: str = model or servers.model

    @property
    def context(self) -> int:
        """Return how many tokens a request and its answer may be together."""
        return self._servers.context_length_of(self._model)

    @property
    def reply_tokens(self) -> int:
        """Return how many tokens an answer may be."""
        return min(_REPLY, self.context // _REPLY_PART)

    def room(self, *texts: str) -> int:
        """Return how many tokens of material fit into a request beside these texts and the answer."""
        used = sum(map(estimate_tokens, texts)) + self.reply_tokens
        return max(int((self.context - used) * _MARGIN), 0)

    async def async_ask(self, system: str, user: str, images: Sequence[str] = ()) -> str:
        """Return what the model answers, without its thinking; `images` are JPEGs in base64.

        Raises InferenceError where no server answers, and ServerTooSlow where none does in time.
        """
        words: dict[str, Any] = {"role": "user", "content": user}
        if images:
            words["images"] = list(images)
        messages: list[Mapping[str, Any]] = [{"role": "system", "content": system}, words]
        options = {"num_predict": self.reply_tokens, "temperature": 0.2}
        reply = self._servers.chat(messages, model=self._model, options=options, background=True)
        text = VisibleText()
        try:
            async with asyncio.timeout(_LIMIT), aclosing(reply) as chunks:
                async for chunk in chunks:
                    text.add(chunk.content)
                    if chunk.served is not None:
                        self.served = chunk.served.model
        except TimeoutError as err:
            # The model writes, but without an end, or turns leave it no time.
            raise ServerTooSlow(url=self._servers.url, model=self.served) from err
        return text.finish()
