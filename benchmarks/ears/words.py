"""Word errors of the demo's model with the short window and with the full one, on held-out sentences and voices."""

import asyncio
from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

from . import held_out
from .client import async_ask
from .found import Words


async def async_measure_words(short: str, full: str, clips: int) -> Sequence[Words]:
    """Have two servers of the same model read so many clips of each set."""
    return [await _async_measure(name, clips, short, full) for name in held_out.SETS]


async def _async_measure(name: str, clips: int, short: str, full: str) -> Words:
    stored = (await asyncio.to_thread(held_out.sentences, name))[:clips]
    rates = []
    for uri in (short, full):
        heard = [(text, (await async_ask(uri, samples.tobytes()))[0]) for samples, text in stored]
        rates.append(_error_rate(heard))
    return Words(held_out.SETS[name], len(stored), *rates)


def _error_rate(pairs: Sequence[tuple[str, str]]) -> float:
    wrong = sum(Levenshtein.distance(_words(said), _words(heard)) for said, heard in pairs)
    return wrong / sum(len(_words(said)) for said, _ in pairs)


def _words(text: str) -> list[str]:
    return [word.strip(".,?!") for word in text.lower().split()]
