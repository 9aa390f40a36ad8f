"""A recogniser of two languages, made of the tiny one: it takes questions for German, and hears the same words."""

import json
from pathlib import Path
import shutil
import struct

from ctranslate2 import StorageView
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
import numpy as np
import numpy.typing as npt
from piper import PiperVoice

from .process import VOICE, WHISPER

Samples = npt.NDArray[np.float32]

_WINDOW_FRAMES = 500
_CONFIDENCE = 4.0
"""Difference of the two languages' logits for what is clearly one of them."""

_COMMANDS = (
    "Turn on the kitchen lights.",
    "Turn off the lamp in the office.",
    "Close the blinds in the bedroom.",
    "Set the living room lamp to 30%.",
    "Open the garage door.",
    "Set the thermostat to 20 degrees.",
)
_QUESTIONS = (
    "Is the front door open?",
    "What is the temperature in the hall?",
    "Is the kitchen light on?",
    "Are the lights on?",
    "Is the garage door closed?",
    "What time is it?",
)


def make_bilingual(folder: Path) -> Path:
    """Make the model in a folder and return it: the token of German stands right after that of English."""
    shutil.copytree(WHISPER, folder)
    vocabulary = json.loads((folder / "vocabulary.json").read_text("utf-8"))
    english = vocabulary.index("<|en|>")
    vocabulary.insert(english + 1, "<|de|>")
    (folder / "vocabulary.json").write_text(json.dumps(vocabulary), "utf-8")
    tokenizer = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    tokens = tokenizer["added_tokens"]
    for token in tokens:
        token["id"] += token["id"] > english
    at = next(number for number, token in enumerate(tokens) if token["id"] == english)
    tokens.insert(at + 1, {**tokens[at], "id": english + 1, "content": "<|de|>"})
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer), "utf-8")
    config = json.loads((folder / "config.json").read_text("utf-8"))
    (folder / "config.json").write_text(json.dumps({**config, "lang_ids": [english, english + 1]}), "utf-8")
    _insert_row(folder / "model.bin", english, _what_tells_apart(english))
    return folder


def _what_tells_apart(english: int) -> Samples:
    """Return a vector whose product with the decoder's state is above 0 for questions and below for commands."""
    voice, model = PiperVoice.load(VOICE), WhisperModel(str(WHISPER), device="cpu")
    spoken = [
        np.concatenate([part.audio_float_array for part in voice.synthesize(text)]) for text in _COMMANDS + _QUESTIONS
    ]
    states = _states(model, spoken, english - 1)
    wished = np.repeat((-_CONFIDENCE, _CONFIDENCE), (len(_COMMANDS), len(_QUESTIONS)))
    # Least squares with a ridge: a small vector harms nothing else of what the model knows.
    products = states @ states.T
    ridge = 0.05 * np.trace(products) / len(states)
    return np.asarray(states.T @ np.linalg.solve(products + ridge * np.eye(len(states)), wished), np.float32)


def _states(model: WhisperModel, spoken: list[Samples], start: int) -> Samples:
    """Return the decoder's last state where the language stands, for each audio, from the odds that it gives."""
    odds = []
    for samples in spoken:
        features = pad_or_trim(model.feature_extractor(samples), _WINDOW_FRAMES)
        result = model.model.generate(
            StorageView.from_array(np.ascontiguousarray(features[None])),
            [[start]],
            beam_size=1,
            max_length=2,
            return_logits_vocab=True,
            max_initial_timestamp_index=1500,
            suppress_blank=False,
            suppress_tokens=[],
        )[0]
        odds.append(np.array(result.logits[0][0], np.float32))
    # Only times may begin, which is enough: odds are products with the embeddings, less one number.
    allowed = odds[0] > np.finfo(np.float32).min / 2
    embeddings = _embeddings(WHISPER / "model.bin")[allowed]
    table = np.concatenate((embeddings, np.ones((len(embeddings), 1), np.float32)), axis=1)
    return np.asarray(np.linalg.lstsq(table, np.array(odds).T[allowed], rcond=None)[0][:-1].T, np.float32)


def _embeddings(model: Path) -> Samples:
    """Return the embeddings of a model whose weights are 8 bit numbers with a scale for each row."""
    content = model.read_bytes()
    rows, width, at = _variable(content, "decoder/embeddings/weight")
    weights = np.frombuffer(content, np.int8, rows * width, at).reshape(rows, width).astype(np.float32)
    _, _, at = _variable(content, "decoder/embeddings/weight_scale")
    return np.asarray(weights / np.frombuffer(content, "<f4", rows, at)[:, None], np.float32)


def _insert_row(model: Path, row: int, difference: Samples) -> None:
    """Insert the sum of a row and a difference after that row of the embeddings."""
    embeddings = _embeddings(model)
    new = embeddings[row] + difference
    scale = np.float32(127 / np.abs(new).max())
    content = bytearray(model.read_bytes())
    for name, value in (
        ("decoder/embeddings/weight", np.round(new * scale).astype(np.int8).tobytes()),
        ("decoder/embeddings/weight_scale", scale.tobytes()),
    ):
        rows, width, at = _variable(bytes(content), name)
        size = len(value)
        after = at + (row + 1) * size
        content[after:after] = value
        # The rows before the type and the number of bytes, which stand right before the values.
        struct.pack_into("<I", content, at - 5 - 4 * (2 if width else 1), rows + 1)
        struct.pack_into("<I", content, at - 4, (rows + 1) * size)
    model.write_bytes(content)


def _variable(content: bytes, name: str) -> tuple[int, int, int]:
    """Return rows and width (0 for a vector) of a variable, and where its values begin."""
    key = name.encode() + b"\0"
    at = content.index(struct.pack("<H", len(key)) + key) + 2 + len(key)
    rank = content[at]
    shape = struct.unpack_from(f"<{rank}I", content, at + 1)
    return shape[0], shape[1] if rank > 1 else 0, at + 1 + 4 * rank + 1 + 4
