"""Trying a model on this home: whether it calls a tool, and how fast it is."""

from collections.abc import Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Final, Literal

from homeassistant.core import HomeAssistant

from ..agent.model_pass import ModelPass
from ..agent.record import PassRecord
from ..agent.sample import Sample, async_sample
from ..home import Home
from ..inference import ModelWithoutTools, OllamaClient, ServerConfig, Stats
from ..inference.config import chat_request
from .client import LIMITS, async_client_of

type Verdict = Literal["good", "small", "no_tools", "slow"]

# Sentences are spoken as fast as people speak them: what is written slower than this makes them wait within one.
_SLOW_RATE: Final = 6.0
# Longer than this, and people ask again.
_SLOW_START: Final = 3.0
_OPTIONS: Final = {"temperature": 0, "num_predict": 256}


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of a model's trial.

    `first_seconds`: from the request to the model's first word, its prompt read before; rates are in tokens a second,
    None where the server gives no figures; `tokens` is the size of this home's prompt as the model counts it, `needed`
    the context that the home needs, `context` what the model has.
    """

    calls_tool: bool
    first_seconds: float
    read_rate: float | None
    write_rate: float | None
    tokens: int
    needed: int
    context: int

    @property
    def verdict(self) -> Verdict:
        """Return the one thing that matters most."""
        if self.needed > self.context:
            return "small"
        if not self.calls_tool:
            return "no_tools"
        slow = self.first_seconds > _SLOW_START or (self.write_rate or _SLOW_RATE) < _SLOW_RATE
        return "slow" if slow else "good"


async def async_try_model(hass: HomeAssistant, server: Mapping[str, Any], progress: Callable[[float], None]) -> Trial:
    """Load the model of a server, described by a subentry's data, and have it answer twice: cold and warm.

    It gets the home's own prompt and a command, and nothing is done with its answer. `progress` is called with 0 to 1.
    Raises InferenceError for each way in which a server or model can fail.
    """
    config = ServerConfig.from_data("", server)
    async with async_client_of(hass, server) as client:
        known = (await client.show_home(config.model)).context_length
        context = min(config.num_ctx, known or config.num_ctx)
        sample = await async_sample(hass, Home(hass), context)
        progress(0.05)
        loading = client.chat(chat_request(config, []), first_chunk=LIMITS.load)
        async with aclosing(loading):
            async for _chunk in loading:
                pass
        progress(0.4)
        try:
            cold = await _async_ask(client, config, sample, on=True)
            with_tools = True
        except ModelWithoutTools:
            # It may still answer questions, and how fast is worth knowing.
            with_tools = False
            cold = await _async_ask(client, config, sample, on=True, with_tools=False)
        progress(0.8)
        warm = await _async_ask(client, config, sample, on=False, with_tools=with_tools)
        progress(1.0)
    return _trial(sample, context, cold, warm)


async def _async_ask(
    client: OllamaClient, config: ServerConfig, sample: Sample, *, on: bool, with_tools: bool = True
) -> PassRecord:
    """Return the figures of one answer."""
    answer = ModelPass(
        tools=sample.tool_names, hold=True, speakable=str, is_claim=lambda _sentence: False, drop_claims=True
    )
    tools = sample.tools if with_tools else ()
    request = chat_request(config, sample.messages(on=on), tools, options=_OPTIONS)
    async with aclosing(client.chat(request, last=True)) as chunks, aclosing(answer.sentences(chunks)) as sentences:
        async for _sentence in sentences:
            pass
    return answer.record


def _trial(sample: Sample, context: int, cold: PassRecord, warm: PassRecord) -> Trial:
    tokens = max(sample.tokens, *(record.stats.prompt_tokens for record in (cold, warm) if record.stats), 0)
    return Trial(
        calls_tool=bool(cold.calls and warm.calls),
        first_seconds=warm.seconds if warm.first_part is None else warm.first_part,
        read_rate=_rate(cold.stats, "prompt"),
        write_rate=_rate(warm.stats, "reply"),
        tokens=tokens,
        needed=sample.needed,
        context=context,
    )


def _rate(stats: Stats | None, part: Literal["prompt", "reply"]) -> float | None:
    if stats is None:
        return None
    tokens, seconds = {
        "prompt": (stats.prompt_tokens, stats.prompt_seconds),
        "reply": (stats.reply_tokens, stats.reply_seconds),
    }[part]
    return tokens / seconds if tokens and seconds else None
