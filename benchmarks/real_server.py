"""A model on somebody's Ollama server: looked at and tried before anything is measured."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
import json
import logging
from math import ceil
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.runner import create_event_loop

from custom_components.parlor.flow.client import async_client_of
from custom_components.parlor.flow.trial import Trial, async_try_model
from custom_components.parlor.inference import InferenceError, ModelMissing, OllamaClient, ServerConfig
from custom_components.parlor.inference.config import chat_request
from custom_components.parlor.inference.look import ServerLook, look_at
from custom_components.parlor.inference.models import CAPABILITY_TOOLS, ModelDetails, full_name
from tests.parlor_entry import model_server

from .houses import house
from .places import PROJECT
from .profiles import Profile, plan
from .results import Options
from .spoken_turns import TURN_SECONDS

_WORDS = PROJECT / "custom_components" / "parlor" / "translations" / "en.json"
_AS_DEMO = 31
"""As many entities as the demo house exposes."""
_THEIR_PROMPT, _READ_LATER, _WRITTEN = 4400, 250, 60
"""Tokens: Home Assistant's prompt for such a house, and what a warm turn reads and writes."""
_HOUSE_SECONDS, _SPOKEN_SECONDS = 25, 6
"""Home Assistant's start, and what a turn takes beside the model: speech, voice and a pause."""
_SHORT_ANSWER = 48
_THOUGHTS = "<think"


class UnusableServerError(Exception):
    """Nothing can be measured with this server; the text says why, and what helps."""


@dataclass(frozen=True, slots=True)
class RealServer:
    """What was found: `about` describes it without its address, `warnings` say what will spoil the figures.

    Tokens are read and written at `read` and `write` in a second, None where the server does not say; `prompt` is
    Parlor's for a house like the demo's, in tokens, and `first` how long a warm answer takes to begin, in seconds.
    """

    about: str
    warnings: Sequence[str]
    read: float | None
    write: float | None
    prompt: int
    first: float

    def seconds(self, profile: Profile, kinds: int) -> float:
        """Return about how long so many kinds of sentences take, in as many rounds as the profile says."""
        turns = 2 * (kinds * profile.warm + 1)
        return _HOUSE_SECONDS + self._cold() + turns * (_SPOKEN_SECONDS + self._warm())

    @property
    def too_slow(self) -> bool:
        """Whether a turn may last longer than it is waited for."""
        return max(self._cold(), self._warm()) > TURN_SECONDS / 2

    def _cold(self) -> float:
        return (_THEIR_PROMPT + self.prompt) / self.read if self.read else 0

    def _warm(self) -> float:
        reading = _READ_LATER / self.read if self.read else self.first
        return reading + (_WRITTEN / self.write if self.write else 0)


def announced(options: Options) -> str | None:
    """Print what a server and its model are like and how long they will take, and return the former in words.

    None, and printed why, if nothing can be measured with them.
    """
    print(f"• trying {options.model} ...", flush=True)
    # Home Assistant logs what is told here in words of its own.
    logging.disable(logging.CRITICAL)
    try:
        with asyncio.Runner(loop_factory=create_event_loop) as runner:
            server = runner.run(async_look(str(options.url), str(options.model)))
    except UnusableServerError as error:
        # It says what is wrong with the server or its model.
        print(f"✗ {error}")
        return None
    [profile], kinds = plan(options)
    about = f"{server.about}, which reads {_tokens(server.read)} and writes {_tokens(server.write)} tokens a second"
    print(f"• {about}")
    for warning in server.warnings:
        print(f"! {warning}")
    if server.too_slow:
        print(f"! it is so slow that a turn may take longer than {TURN_SECONDS} s, and counts as not done then")
    print(f"• measuring takes {_minutes(server.seconds(profile, len(kinds)))}; afterwards the model stays loaded, as")
    print(f"  both agents ask for where they are set up: ollama stop {options.model} unloads it", flush=True)
    return "; ".join((about, *server.warnings))


async def async_look(url: str, model: str) -> RealServer:
    """Look at a server and try its model with the prompt of a house like the demo's.

    Raises UnusableServerError if it cannot be reached, is none of this home or lacks the model, or if that calls no
    tools.
    """
    data = model_server(url, model=model)["data"]
    async with house(_AS_DEMO) as (hass, _home):
        try:
            async with async_client_of(hass, data) as client:
                details, look = await _async_details(client, model), await look_at(client)
            trial = await async_try_model(hass, data, lambda _share: None)
            thinks = await _async_thinks(hass, data)
        except InferenceError as error:
            # Each way in which a server or a model can fail is told in the words of the set-up.
            raise UnusableServerError(_words(error)) from error
    return RealServer(
        _about(details, look),
        tuple(_warnings(model, trial, thinks=thinks)),
        trial.read_rate,
        trial.write_rate,
        trial.tokens,
        trial.first_seconds,
    )


async def _async_details(client: OllamaClient, model: str) -> ModelDetails:
    """Return what the server says of the model. Raises UnusableServerError and InferenceError."""
    try:
        details = await client.show_home(model)
    except ModelMissing as error:
        others = [one.name for one in await client.models() if one.calls_tools and not one.remote]
        there = f" It has {', '.join(others)}." if others else ""
        raise UnusableServerError(f"{_words(error)}{there} To download it: ollama pull {model}") from error
    if details.capabilities and CAPABILITY_TOOLS not in details.capabilities:
        raise UnusableServerError(f"The model {model} can not call tools, so neither agent could switch anything.")
    return details


async def _async_thinks(hass: HomeAssistant, data: Mapping[str, Any]) -> bool:
    """Return whether the model thinks aloud although it is told not to."""
    config = ServerConfig.from_data("", data)
    message = {"role": "user", "content": "Good morning."}
    request = chat_request(config, [message], options={"num_predict": _SHORT_ANSWER})
    async with async_client_of(hass, data) as client, aclosing(client.chat(request, last=True)) as chunks:
        said = [chunk async for chunk in chunks]
    return any(chunk.thinking for chunk in said) or _THOUGHTS in "".join(chunk.content for chunk in said)


def _about(details: ModelDetails, look: ServerLook) -> str:
    loaded = (look.loaded or {}).get(full_name(details.name))
    told = [part for part in (details.parameter_size, details.quantization) if part]
    if details.context_length:
        told.append(f"made for {details.context_length:,} tokens")
    if loaded is not None:
        told.append(f"{loaded.gpu_share:.0%} of it on a graphics card")
    version = f" {look.version}" if look.version else ""
    return f"`{details.name}`{f' ({", ".join(told)})' if told else ''} on Ollama{version}"


def _warnings(model: str, trial: Trial, *, thinks: bool) -> Iterator[str]:
    if not trial.calls_tool:
        yield f"{model} did not call a tool when it was told to switch a light: turns that need it will not be done"
    if thinks:
        yield f"{model} thinks although it is told not to, and every answer waits for that"
    if trial.needed > trial.context:
        yield f"the house needs a context of {trial.needed:,} tokens, and {model} has {trial.context:,}"


def _words(error: InferenceError) -> str:
    """Return an error as the set-up says it, in English."""
    message = json.loads(_WORDS.read_text("utf-8"))["exceptions"][error.key]["message"]
    return str(message).format(**error.placeholders)


def _minutes(seconds: float) -> str:
    """Return a time to come in words: "about 3 minutes"."""
    minutes = ceil(seconds / 60)
    return "about a minute" if minutes == 1 else f"about {minutes} minutes"


def _tokens(rate: float | None) -> str:
    return "an unknown number of" if rate is None else f"{rate:,.0f}"
