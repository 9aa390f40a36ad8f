"""The recogniser's tokenizer: a small byte-pair vocabulary with Whisper's special tokens."""

from dataclasses import dataclass
from functools import cache
from itertools import chain
import random

from faster_whisper.tokenizer import Tokenizer as WhisperTokenizer
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

from tiny_models import grammar
from tiny_models.paths import TOKENIZER

TIMESTAMPS = 1501
"""Timestamps from <|0.00|> to <|30.00|>, every 20 ms."""

_BYTE_PAIRS = 1300
_SPECIAL = ("endoftext startoftranscript en translate transcribe startoflm startofprev nospeech notimestamps").split()
_SUPPRESSED = "-'♩♪♫♬♭♮♯"


@dataclass(frozen=True, slots=True)
class TokenIds:
    """The ids of the special tokens; ids from `first_time` on are timestamps."""

    end: int
    start: int
    english: int
    transcribe: int
    previous: int
    no_speech: int
    no_timestamps: int

    @property
    def first_time(self) -> int:
        """Return the id of <|0.00|>."""
        return self.no_timestamps + 1


@cache
def load() -> Tokenizer:
    """Load the tokenizer that `main` wrote."""
    tokenizer: Tokenizer = Tokenizer.from_file(str(TOKENIZER))
    return tokenizer


@cache
def ids() -> TokenIds:
    """Return the ids of the special tokens."""
    names = "endoftext startoftranscript en transcribe startofprev nospeech notimestamps".split()
    return TokenIds(*(load().encode(f"<|{name}|>").ids[0] for name in names))


def encode(text: str) -> list[int]:
    """Turn a sentence into token ids, as Whisper does: with a space in front."""
    found: list[int] = load().encode(f" {text}").ids
    return found


def main() -> None:
    """Learn the byte pairs from the grammar's words and write tokenizer.json."""
    rng = random.Random(7)
    sentences = [f" {grammar.sentence(rng, 'train')}" for _ in range(60_000)]
    tokenizer = Tokenizer(models.BPE())
    # One token per digit, joined to the space before it: numbers never need a bare space token.
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(" ?[0-9]"), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=_BYTE_PAIRS, min_frequency=2, initial_alphabet=alphabet, special_tokens=[])
    tokenizer.train_from_iterator(_corpus(sentences), trainer)
    tokenizer.add_special_tokens([AddedToken(f"<|{name}|>", special=True, normalized=False) for name in _SPECIAL])
    tokenizer.add_tokens([AddedToken(f"<|{i * 0.02:.2f}|>", normalized=False) for i in range(TIMESTAMPS)])
    _check(tokenizer, sentences)
    TOKENIZER.parent.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(TOKENIZER))


def _corpus(sentences: list[str]) -> list[str]:
    words = {word.strip(".,?%") for text in sentences for word in text.split()}
    spoken = (f" {word}" for word in sorted(words) if not word[:1].isdigit())
    digits = [str(digit) for digit in range(10)]
    return [
        *chain.from_iterable([word] * 20 for word in spoken),
        *[f" {digit}" for digit in digits] * 50,
        *digits * 50,
        # faster-whisper suppresses the first token of " -", " '" and " ♪" by default: teach
        # their merges, or that token is the bare space.
        *[f" {symbol}" for symbol in _SUPPRESSED] * 500,
    ]


def _check(tokenizer: Tokenizer, sentences: list[str]) -> None:
    suppressed = set(WhisperTokenizer(tokenizer, multilingual=False).non_speech_tokens)
    used = {token for text in sentences for token in tokenizer.encode(text).ids}
    if clash := suppressed & used:
        names = [tokenizer.id_to_token(token) for token in sorted(clash)]
        message = f"faster-whisper suppresses tokens that sentences need: {names}"
        raise ValueError(message)


if __name__ == "__main__":
    main()
