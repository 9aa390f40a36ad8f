"""Whisper models of the true shapes with random weights, for what a decode costs.

Every layer computes what a trained one computes; only its part in the result is made small. The result is written into
the decoder's embeddings, each token of which asks for the next: whatever is said, each model hears one sentence of a
command's length, so that both servers decode the same number of tokens.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
import json
from pathlib import Path
from typing import Final

from ctranslate2.specs.whisper_spec import WhisperSpec
import numpy as np
import numpy.typing as npt
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from custom_components.parlor.speech.languages import WHISPER_LANGUAGES

# The second "the" is in two pieces, as each token is followed by one other.
_COMMAND: Final = ("ĠTurn", "Ġoff", "Ġthe", "Ġkitchen", "Ġlights")
_SECOND: Final = ("Ġand", "Ġset", "Ġt", "he", "Ġthermostat", "Ġto", "Ġ20", "Ġdegrees", ".")
SENTENCE: Final = _COMMAND + _SECOND

_ORDINARY: Final = 50_256
_POSITIONS: Final = 1500
_TEXT_POSITIONS: Final = 448
_LOUD: Final = 4.0
_QUIET: Final = 0.001


@dataclass(frozen=True, slots=True)
class Shape:
    """A size of the Whisper family."""

    name: str
    layers: int
    width: int
    heads: int


SHAPES: Final = (Shape("tiny", 4, 384, 6), Shape("base", 6, 512, 8), Shape("small", 12, 768, 12))

type _Array = npt.NDArray[np.float32]


def make_model(folder: Path, shape: Shape) -> Path:
    """Write a model of 8 bits into a folder of its shape's name, unless it is there, and return that. Blocks."""
    path = folder / shape.name
    if (path / "model.bin").is_file():
        return path
    path.mkdir(parents=True, exist_ok=True)
    tokens = _vocabulary()
    spec = _Random(shape).spec(tokens)
    spec.register_vocabulary(tokens)
    spec.validate()
    spec.optimize(quantization="int8")
    _tokenizer(tokens).save(str(path / "tokenizer.json"))
    (path / "preprocessor_config.json").write_text(json.dumps({"feature_size": 80}), "utf-8")
    spec.save(str(path))
    return path


class _Random:
    """Fills a model with weights that are the same every time."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._random = np.random.default_rng(7)

    def spec(self, tokens: Sequence[str]) -> WhisperSpec:
        shape, width = self._shape, self._shape.width
        spec = WhisperSpec(shape.layers, shape.heads, shape.layers, shape.heads)
        encoder, decoder = spec.encoder, spec.decoder
        for conv, channels in ((encoder.conv1, 80), (encoder.conv2, width)):
            conv.weight, conv.bias = self._weights(width, channels, 3), np.zeros(width, np.float32)
        encoder.position_encodings.encodings = self._weights(_POSITIONS, width)
        projection = self._random.standard_normal((len(tokens), width)).astype(np.float32)
        projection /= np.linalg.norm(projection, axis=1, keepdims=True)
        decoder.projection.weight = projection
        decoder.embeddings.weight = projection[_next(tokens)] * np.float32(_LOUD)
        decoder.position_encodings.encodings = self._weights(_TEXT_POSITIONS, width) * np.float32(_QUIET)
        for part in (encoder, decoder):
            self._norm(part.layer_norm)
            for layer in part.layer:
                self._layer(layer)
        return spec

    def _layer(self, layer: object) -> None:
        width = self._shape.width
        attentions = {"self_attention": (3 * width, width), "attention": (width, 2 * width, width)}
        for name, sizes in attentions.items():
            if (attention := getattr(layer, name, None)) is None:
                continue
            self._norm(attention.layer_norm)
            for linear, size in zip(attention.linear, sizes, strict=True):
                self._linear(linear, size, width)
        ffn = layer.ffn  # type: ignore[attr-defined] # ctranslate2 has no types
        self._norm(ffn.layer_norm)
        self._linear(ffn.linear_0, 4 * width, width)
        self._linear(ffn.linear_1, width, 4 * width)

    def _linear(self, linear: object, size: int, inputs: int) -> None:
        # What goes back into the stream is the quiet part: linears as wide as the model.
        scale = _QUIET if size == self._shape.width else 1.0
        linear.weight = self._weights(size, inputs) * np.float32(scale)  # type: ignore[attr-defined]
        linear.bias = np.zeros(size, np.float32)  # type: ignore[attr-defined]

    def _norm(self, norm: object) -> None:
        norm.gamma = np.ones(self._shape.width, np.float32)  # type: ignore[attr-defined]
        norm.beta = np.zeros(self._shape.width, np.float32)  # type: ignore[attr-defined]

    def _weights(self, *size: int) -> _Array:
        fan_in = int(np.prod(size[1:]))
        weights: _Array = (self._random.standard_normal(size) / np.sqrt(fan_in)).astype(np.float32)
        return weights


def _next(tokens: Sequence[str]) -> npt.NDArray[np.int64]:
    """Return which token each one asks for: the sentence begins after <|notimestamps|> or the first timestamp."""
    ids = {token: number for number, token in enumerate(tokens)}
    following = np.full(len(tokens), ids["<|endoftext|>"])
    following[ids["<|startoftranscript|>"]] = ids["<|en|>"]
    following[ids["<|notimestamps|>"] :] = ids[SENTENCE[0]]
    for token, after in pairwise(SENTENCE):
        following[ids[token]] = ids[after]
    return following


def _vocabulary() -> list[str]:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = [*alphabet, *(token for token in SENTENCE if len(token) > 1)]
    filler = [f"unused{number}" for number in range(_ORDINARY - len(words))]
    languages = [f"<|{code}|>" for code in WHISPER_LANGUAGES if code != "yue"]  # which only the latest models know
    specials = ["<|endoftext|>", "<|startoftranscript|>", *languages]
    tasks = ["translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps"]
    times = [f"<|{number * 0.02:.2f}|>" for number in range(1501)]
    # An empty word is by what CTranslate2 knows a multilingual vocabulary.
    return [*words, *filler, "", *specials, *(f"<|{task}|>" for task in tasks), *times]


def _tokenizer(tokens: Sequence[str]) -> Tokenizer:
    ordinary = {token: number for number, token in enumerate(tokens[: _ORDINARY + 1])}
    tokenizer = Tokenizer(models.BPE(ordinary, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in tokens[_ORDINARY + 1 :]])
    return tokenizer
