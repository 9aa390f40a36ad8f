"""The voices of a server side by side: all that were found can be asked for, the few used last are in memory."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
import logging
from pathlib import Path
import time

from .errors import SpeechError
from .memory import give_back
from .piper_voice import Voice
from .requests import Manner, VoiceRequest
from .voice_card import VoiceCard, read_card

_LOGGER = logging.getLogger(__name__)


class Voices:
    """Choose and speak. `say`, `wake` and `rest` belong to one thread; the rest is fixed."""

    def __init__(self, found: Mapping[str, Path | SpeechError], load: Callable[[Path], Voice], most: int) -> None:
        """Load the first voice that can be had, the default; others when they are asked for, `most` at once.

        `found` has the model of each voice by its name, or why it cannot be had: those, and what describes no voice,
        are `missing`. Raises the first one's SpeechError where no voice can be had.
        """
        self._load = load
        self._most = max(1, most)
        self._loaded: OrderedDict[VoiceCard, Voice] = OrderedDict()
        self._used: dict[VoiceCard, float] = {}
        cards: list[VoiceCard] = []
        failed: dict[str, SpeechError] = {}
        for name, model in found.items():
            try:
                cards.append(self._checked(model, first=not cards))
            except SpeechError as err:
                # One voice that cannot be had must not silence the others.
                failed[name] = err
                if len(found) > 1:
                    _LOGGER.error("No voice %s: %s", name, err.message)  # noqa: TRY400 - the message says it all
        if not cards:
            raise next(iter(failed.values()))
        self.cards = tuple(cards)
        self.missing = tuple(failed)

    def choose(self, request: VoiceRequest) -> VoiceCard:
        """Return the voice of that name, else one of the language, else one of its family; else the default."""
        by_name = next((card for card in self.cards if card.name == request.name), None)
        if by_name is not None:
            return by_name
        # Of a voice that is gone, the name still tells the language.
        wished = _tag(request.language or (request.name or "").partition("-")[0])
        exact = [card for card in self.cards if _tag(card.language) == wished]
        near = [card for card in self.cards if _family(card.language) == _family(wished)]
        return (*exact, *near, self.cards[0])[0]

    def say(self, card: VoiceCard, text: str, manner: Manner) -> bytes:
        """Return text as PCM of a voice, which is loaded if need be. Raises SpeechError."""
        return self._voice(card).say(text, manner)

    def wake(self, card: VoiceCard) -> None:
        """Load a voice if need be. Raises SpeechError."""
        self._voice(card)

    def rest(self, seconds: float) -> bool:
        """Put each voice out of memory that was not used in the last seconds; return whether all are out."""
        tired = [card for card in self._loaded if time.monotonic() - self._used[card] >= seconds]
        for card in tired:
            del self._loaded[card]
            _LOGGER.info("Voice %s rests", card.name)
        if tired:
            give_back()
        return not self._loaded

    def _checked(self, model: Path | SpeechError, *, first: bool) -> VoiceCard:
        if isinstance(model, SpeechError):
            raise model
        card = read_card(model)
        if first:
            self._voice(card)
        return card

    def _voice(self, card: VoiceCard) -> Voice:
        voice = self._loaded.get(card)
        if voice is None:
            while len(self._loaded) >= self._most:
                gone, _ = self._loaded.popitem(last=False)
                _LOGGER.info("Voice %s makes room", gone.name)
            voice = self._load(card.model)
            self._loaded[card] = voice
            _LOGGER.info("Voice %s loaded", card.name)
        self._loaded.move_to_end(card)
        self._used[card] = time.monotonic()
        return voice


def _tag(language: str) -> str:
    return language.replace("-", "_").lower()


def _family(language: str) -> str:
    return _tag(language).partition("_")[0]
