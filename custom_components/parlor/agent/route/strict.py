"""What Home Assistant's own strict matcher makes of a sentence, in Parlor's terms. Nothing is run by recognising.

Never its fuzzy fallback, which guesses.
"""

from collections.abc import Collection, Mapping
import logging

from hassil.recognize import RecognizeResult
from homeassistant.components import conversation
from homeassistant.components.conversation import ChatLog, ConversationInput
from homeassistant.components.conversation.const import METADATA_CUSTOM_SENTENCE
from homeassistant.components.intent import async_device_supports_timers
from homeassistant.core import HomeAssistant
from homeassistant.helpers import intent

from ...inference import JsonObject
from ..index import Index
from ..words import Kind
from .clauses import Clause
from .patterns import Patterns
from .questions import Question, Questions

_LOGGER = logging.getLogger(__name__)
_BUILT_IN = "Hass"
# They read, or end the conversation, and there is no tool for them.
_HARMLESS = frozenset({"HassGetCurrentDate", "HassGetCurrentTime", "HassNevermind"})
_WEATHER = "HassGetWeather"
_TIMER_STATUS = "HassTimerStatus"
_TIMERS = frozenset(
    {
        "HassCancelAllTimers",
        "HassCancelTimer",
        "HassDecreaseTimer",
        "HassIncreaseTimer",
        "HassPauseTimer",
        "HassStartTimer",
        _TIMER_STATUS,
        "HassUnpauseTimer",
    }
)
_MOVES: Mapping[str, JsonObject] = {"HassTurnOn": {"action": "open"}, "HassTurnOff": {"action": "close"}}
_SWITCHES: Mapping[str, str] = {"HassTurnOn": "turn_on", "HassTurnOff": "turn_off"}
# What is not switched: to turn on a lock is to lock it, and a valve opens.
_TURNED: Mapping[tuple[str, str], tuple[str, JsonObject]] = {
    ("HassTurnOn", "lock"): ("lock", {"action": "lock"}),
    ("HassTurnOff", "lock"): ("lock", {"action": "unlock"}),
    ("HassTurnOn", "valve"): ("valve", {"action": "open"}),
    ("HassTurnOff", "valve"): ("valve", {"action": "close"}),
}
# Intents that are one call with nothing to fill in.
_PLAIN: Mapping[str, tuple[str, JsonObject]] = {
    "HassMediaPause": ("media", {"action": "pause"}),
    "HassMediaUnpause": ("media", {"action": "play"}),
    "HassMediaNext": ("media", {"action": "next"}),
    "HassMediaPrevious": ("media", {"action": "previous"}),
    "HassMediaPlayerMute": ("media", {"action": "mute"}),
    "HassMediaPlayerUnmute": ("media", {"action": "unmute"}),
    "HassVacuumStart": ("vacuum", {"action": "start"}),
    "HassVacuumReturnToBase": ("vacuum", {"action": "dock"}),
    "HassLawnMowerStartMowing": ("vacuum", {"action": "start"}),
    "HassLawnMowerDock": ("vacuum", {"action": "dock"}),
}
# The domain that is meant where such an intent names nothing.
_MEANT: Mapping[str, str] = {
    "HassClimateSetTemperature": "climate",
    "HassFan": "fan",
    "HassLawnMower": "lawn_mower",
    "HassMedia": "media_player",
    "HassSetVolume": "media_player",
    "HassVacuum": "vacuum",
}
_ASKS: Mapping[str, str] = {
    "one_yesno": "yes_no",
    "any": "any",
    "all": "all",
    "which": "which",
    "how_many": "count",
}
_STATES = frozenset({"on", "off", "open", "closed", "locked", "unlocked"})
_FIGURES = frozenset({"brightness", "position", "temperature", "percentage"})


async def async_recognise(
    hass: HomeAssistant, user_input: ConversationInput, chat_log: ChatLog
) -> RecognizeResult | None:
    """Return what Home Assistant recognises in a sentence, word for word; None if nothing."""
    found: list[RecognizeResult] = []

    def keep(result: RecognizeResult) -> bool:
        found.append(result)
        return True  # what is filtered out is not run

    try:
        await conversation.async_handle_intents(hass, user_input, chat_log, intent_filter=keep)
    except Exception:
        # Sentences of users and of other integrations run through it; what fails there must not cost the turn.
        _LOGGER.exception("Home Assistant's sentence matcher failed")
        return None
    return found[0] if found else None


async def async_hand_over(
    hass: HomeAssistant, user_input: ConversationInput, chat_log: ChatLog
) -> intent.IntentResponse | None:
    """Let Home Assistant handle a sentence that it has recognised; None where it fails before it has done anything."""
    length = len(chat_log.content)
    response = await conversation.async_handle_intents(hass, user_input, chat_log)
    if response is None:
        del chat_log.content[length:]
    return response


def is_own(
    result: RecognizeResult,
    hass: HomeAssistant,
    device_id: str | None,
    *,
    question: bool,
    weather: bool,
    not_called: Collection[str] = (),
) -> bool:
    """Return whether Home Assistant may handle this itself: the user's own intents, and a few without a tool.

    `weather`: the language has no answers of Parlor's own for it; `not_called`: words that no timer is called by.
    """
    name = result.intent.name
    if not name.startswith(_BUILT_IN):
        return bool((result.intent_metadata or {}).get(METADATA_CUSTOM_SENTENCE))
    if name in _TIMERS:
        is_command = not question or name == _TIMER_STATUS
        able = device_id is not None and async_device_supports_timers(hass, device_id)
        # Home Assistant takes any words for a name: "a timer called no", "called when I leave".
        name_words = result.entities["name"].text.casefold().split() if "name" in result.entities else ()
        is_named = not any(word in not_called for word in name_words)
        return able and is_command and is_named and "conversation_command" not in result.entities
    return name in _HARMLESS or (weather and name == _WEATHER and bool(hass.states.async_entity_ids_count("weather")))


def is_harmless(result: RecognizeResult) -> bool:
    """Return whether what Home Assistant handles itself changes nothing."""
    return result.intent.name in _HARMLESS


def only_tells(result: RecognizeResult) -> bool:
    """Return whether what Home Assistant handles itself only says something; the user's own intents may do anything."""
    return is_harmless(result) or result.intent.name in (_WEATHER, _TIMER_STATUS)


def as_clause(result: RecognizeResult, text: str, index: Index, patterns: Patterns | None) -> Clause | None:
    """Return a recognised command as a call of Parlor's tools; None where there is none for it."""
    slots = {name: entity.value for name, entity in result.entities.items()}
    if _FIGURES & set(slots) and patterns and patterns.relative.search(text):
        # Home Assistant takes "increase the brightness 20 percent" for a brightness of 20 percent.
        return None
    call = _call(result, slots)
    phrase = _phrase(result, slots, text, index)
    if call is None or not phrase:
        return None
    said = index.words.tokens(patterns.bare(text) if patterns else text)
    if said == index.words.tokens(phrase):
        # A name alone is not a command, whatever may be matched.
        return None
    return Clause((call,), phrase, text)


def as_question(result: RecognizeResult, text: str, index: Index, questions: Questions) -> Question | None:
    """Return a recognised question about states; None if it is none, or another one."""
    slots = {name: entity.value for name, entity in result.entities.items()}
    if result.intent.name == "HassClimateGetTemperature" and "name" not in slots:
        place = _place(slots, text, index)
        return questions.measured("temperature", str(place) if place else "here")
    asks = _ASKS.get(result.response or "")
    if result.intent.name != "HassGetState" or asks is None:
        return None
    domain = slots.get("domain") or (result.context or {}).get("domain")
    if domain not in ("light", "switch", "fan", "cover", "lock") or slots.get("state") not in _STATES:
        return None
    return questions.about(asks, _phrase(result, slots, text, index), str(slots["state"]))


def _call(result: RecognizeResult, slots: JsonObject) -> tuple[str, JsonObject] | None:  # noqa: PLR0911 # a table
    name = result.intent.name
    domain = slots.get("domain") or (result.context or {}).get("domain")
    if (name, domain) in _TURNED:
        return _TURNED[name, str(domain)]
    if name in _SWITCHES:
        return ("set_cover", _MOVES[name]) if domain == "cover" else (_SWITCHES[name], {})
    if name == "HassLightSet":
        given = {
            "brightness": slots.get("brightness"),
            "color": slots.get("color"),
            "color_temp": str(slots["temperature"]) if "temperature" in slots else None,
        }
        return "set_light", {key: value for key, value in given.items() if value is not None}
    if name == "HassClimateSetTemperature":
        return "set_climate", {"temperature": slots["temperature"]}
    if name == "HassSetPosition" and domain in ("cover", "valve"):
        return ("set_cover" if domain == "cover" else "valve"), {"position": slots["position"]}
    if name == "HassSetVolume" and "volume_level" in slots:
        return "media", {"volume": slots["volume_level"]}
    if name == "HassFanSetSpeed" and "percentage" in slots:
        return "set_fan", {"speed": slots["percentage"]}
    return _PLAIN.get(name)


def _phrase(result: RecognizeResult, slots: JsonObject, text: str, index: Index) -> str:
    """Return the target as a phrase of names, places and kinds."""
    place = _place(slots, text, index)
    if "name" in slots:
        return f"{place} / {slots['name']}" if place else str(slots["name"])
    meant = next((domain for start, domain in _MEANT.items() if result.intent.name.startswith(start)), None)
    domain = meant or slots.get("domain")
    kind = _kind(domain, slots.get("device_class"), index)
    if kind is None:
        return str(place or "")
    if domain == "climate" and place:
        return str(place)
    said = [word for word in index.words.kinds_in(index.words.tokens(text)) if word.kind.domains & kind.domains]
    many = kind.one if meant else kind.many
    is_all = not index.words.whole_words.isdisjoint(index.words.tokens(text))
    word = " ".join(said[0].tokens) if said and (said[0].plural or not is_all) else many
    if result.response == "light_all":
        return f"all {word}"
    return f"{place} {word}" if place else word


def _place(slots: JsonObject, text: str, index: Index) -> str | None:
    """Return the area or floor that was said; one that Home Assistant took from the speaker's place was not."""
    place = slots.get("area") or slots.get("floor")
    said = index.words.tokens(text)
    # In compounds such as "küchenlicht" the place is only a part of a word.
    is_said = place and all(any(token in word for word in said) for token in index.words.tokens(str(place)))
    return str(place) if is_said else None


def _kind(domain: object, device_class: object, index: Index) -> Kind | None:
    for kind in index.words.kinds.values():
        if domain in kind.domains and (
            device_class in kind.device_classes if device_class else not kind.device_classes
        ):
            return kind
    return None
