"""How sure a recogniser is of how a text ends, from the probabilities of all that it could have written there."""

from collections.abc import Sequence
from dataclasses import dataclass

from ctranslate2 import Device, StorageView
from faster_whisper.tokenizer import Tokenizer
import numpy as np
import numpy.typing as npt

from .endpoint import STOPS

_LAST_WORDS = 4
"""Tokens before the end in which an invented ending shows: a word or two."""


@dataclass(frozen=True, slots=True)
class Ending:
    """`words` is the lowest log probability of the last words, and of there being no more of them.

    Of words that were not spoken, but would go on well with those that were, there are always several to choose from.
    `closed` is the share of a full stop (or the like) in the probability that there are no more: a sentence that was
    heard as a whole has one.
    """

    words: float
    closed: float


def ending_of(tokens: Sequence[int], logits: Sequence[StorageView], tokenizer: Tokenizer) -> Ending:
    """Return how sure the end of a text is; `logits` has those of the whole vocabulary for each token and the end."""
    stops = _stops(tokenizer)
    end = len(tokens) - 1 if tokens and tokens[-1] in stops else len(tokens)
    lowest = 0.0
    for token, view in list(zip(tokens[:end], logits, strict=False))[-_LAST_WORDS:]:
        lowest = min(lowest, float(_log_probabilities(view)[token]))
    if end >= len(logits):
        return Ending(lowest, 0.0)
    there = np.exp(_log_probabilities(logits[end]))
    closing, silent = float(there[list(stops)].sum()), float(there[tokenizer.eot])
    return Ending(min(lowest, float(np.log(closing + silent))), closing / (closing + silent))


def _log_probabilities(view: StorageView) -> npt.NDArray[np.float32]:
    values = np.asarray(view.to_device(Device.cpu)).astype(np.float32).reshape(-1)
    values -= values.max()
    found: npt.NDArray[np.float32] = values - np.log(np.exp(values).sum())
    return found


def _stops(tokenizer: Tokenizer) -> frozenset[int]:
    """Return the tokens that end a sentence."""
    spelled = [tokenizer.tokenizer.encode(stop, add_special_tokens=False).ids for stop in STOPS]
    return frozenset(tokens[0] for tokens in spelled if len(tokens) == 1)
