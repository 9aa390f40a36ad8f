"""One run of a model: wait for it, compute the prompt, speak the reply at the model's speed."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
import time

from .cache import Slot
from .models import Model
from .prompt import Prompt, tokenize
from .reply import Plan, Reply
from .scheduler import Scheduler
from .settings import Settings
from .wire import JsonObject

type Brain = Callable[[Sequence[JsonObject], Sequence[JsonObject]], Reply]

# What is reported where no speed is set: a rate no machine reaches, so that figures are there but nothing waits.
_NOMINAL_RATE = 1_000_000.0
_SECOND = 1_000_000_000


@dataclass(slots=True)
class Speed:
    """Tokens per second; 0 takes no time."""

    prefill: float = 0
    decode: float = 0


@dataclass(slots=True)
class Evaluation:
    """How a prompt was read: its tokens in all, those that had to be computed, and those of the finished reply."""

    model: str
    prompt_tokens: int
    computed_tokens: int
    reply_tokens: int = 0


class Run:
    """A prompt in its slot: computed already, its reply still to come."""

    def __init__(self, slot: Slot, evaluation: Evaluation, speed: Speed, load_seconds: float, started: float) -> None:
        """Keep what the figures at the end are made of."""
        self._slot = slot
        self._evaluation = evaluation
        self._speed = speed
        self._load_seconds = load_seconds
        self._started = started
        self._due = 0.0

    async def spend(self, tokens: int) -> None:
        """Take the time that a model of this speed needs for so many tokens of its reply."""
        self._due = await _wait_until(self._due or time.monotonic(), tokens, self._speed.decode)

    def finish(self, plan: Plan) -> JsonObject:
        """Leave the reply in the cache, and return the figures of the last chunk; zero values are left out."""
        self._slot.tokens = self._slot.tokens + tokenize(plan.text())
        self._evaluation.reply_tokens = plan.tokens
        prefill = self._evaluation.computed_tokens / (self._speed.prefill or _NOMINAL_RATE)
        decode = plan.tokens / (self._speed.decode or _NOMINAL_RATE)
        total = max(time.monotonic() - self._started, self._load_seconds + prefill + decode)
        figures = {
            "total_duration": int(total * _SECOND),
            "load_duration": int(self._load_seconds * _SECOND),
            "prompt_eval_count": self._evaluation.prompt_tokens,
            "prompt_eval_duration": int(prefill * _SECOND),
            "eval_count": plan.tokens,
            "eval_duration": int(decode * _SECOND),
        }
        return {name: value for name, value in figures.items() if value}


class Engine:
    """Runs the models of a stand-in."""

    def __init__(self, scheduler: Scheduler, speed: Speed) -> None:
        """Start with nothing evaluated."""
        self.scheduler = scheduler
        self.speed = speed
        self.evaluations: list[Evaluation] = []

    @asynccontextmanager
    async def run(self, model: Model, prompt: Prompt, settings: Settings) -> AsyncGenerator[Run]:
        """Wait for the model, then compute what its cache does not hold of the prompt.

        Leaving early (a closed connection) keeps the part that was computed. Raises ApiError 503 as the scheduler does.
        """
        started = time.monotonic()
        async with self.scheduler.use(model, settings) as (runner, load_seconds):
            slot, kept = runner.cache.take(prompt.tokens)
            try:
                evaluation = Evaluation(model.name, len(prompt.tokens), len(prompt.tokens) - kept)
                self.evaluations.append(evaluation)
                await self._compute(slot, prompt.tokens, kept, settings.num_batch)
                yield Run(slot, evaluation, self.speed, load_seconds, started)
            finally:
                runner.cache.give_back(slot)
                if settings.keep_alive == 0:
                    self.scheduler.unload(model)

    async def _compute(self, slot: Slot, tokens: list[str], kept: int, num_batch: int) -> None:
        """Fill the slot batch by batch."""
        due = time.monotonic()
        for start in range(kept, len(tokens), num_batch):
            batch = tokens[start : start + num_batch]
            due = await _wait_until(due, len(batch), self.speed.prefill)
            slot.tokens = tokens[: start + len(batch)]


async def _wait_until(due: float, tokens: int, rate: float) -> float:
    """Wait for so many tokens more than what was due; returns the new due time. Times are of time.monotonic()."""
    if rate:
        due += tokens / rate
    await asyncio.sleep(max(0.0, due - time.monotonic()) if rate else 0)
    return due
