"""The event that is fired at the end of every turn, for automations and dashboards."""

from dataclasses import asdict
from typing import Any, Final

from homeassistant.const import ATTR_DEVICE_ID, ATTR_ENTITY_ID

from .agent.record import TurnEvent
from .figures import cached_tokens, milliseconds, read_tokens, written_tokens

EVENT_TURN: Final = "parlor_turn"


def turn_event_data(entity_id: str, turn: TurnEvent, *, with_words: bool) -> dict[str, Any]:
    """Return the data of the event for a turn of a conversation entity; times are in milliseconds.

    `docs/monitoring.md` describes the fields. The words, those of the arguments of calls included, are only in it where
    they are asked for.
    """
    record, exchange = turn.record, turn.exchange
    passes = [one.served for one in record.passes if one.served]
    data: dict[str, Any] = {
        ATTR_ENTITY_ID: entity_id,
        "conversation_id": exchange.conversation_id,
        ATTR_DEVICE_ID: exchange.device_id,
        "satellite_id": exchange.satellite_id,
        "language": exchange.language,
        "route": record.route,
        "ending": record.ending,
        "error": record.error,
        "fallback": record.fallback,
        "tools": list(record.tools),
        "changed": sorted(
            {one.entity_id for call in turn.calls for one in call.changes if one.before != one.after},
        ),
        "duration": milliseconds(record.seconds),
        "stages": {stage: milliseconds(seconds) for stage, seconds in asdict(record.stages).items()},
        "passes": len(record.passes),
        "tokens_read": read_tokens(record),
        "tokens_cached": cached_tokens(record),
        "tokens_written": written_tokens(record),
        "model": passes[-1].model if passes else None,
        "digest": passes[-1].digest or None if passes else None,
    }
    return data | {"words": exchange.words, "reply": exchange.reply} if with_words else data
