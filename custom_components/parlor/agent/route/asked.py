"""Answer what is asked beyond on and off: from states, from services that only read, from the recorder."""

from homeassistant.core import Context, HomeAssistant

from ..replies import phrases_for
from .answers import Teller, as_sentences, templates
from .inquiries import Inquiry
from .patterns import Patterns
from .records import RecordTeller
from .telling import StateTeller


async def async_answer(
    hass: HomeAssistant, context: Context, inquiry: Inquiry, patterns: Patterns | None, language: str
) -> str | None:
    """Return the answer in one or two sentences; None if it cannot be told without a model."""
    phrases = phrases_for(language)
    if phrases is None or patterns is None:
        return None
    file = templates(language)
    if "told" not in file:
        # A language whose answers go no further than on and off.
        return None
    teller = Teller(hass, phrases, file)
    records = RecordTeller(hass, context, teller, phrases, file)
    if inquiry.asks in records.tellers:
        return as_sentences(await records.async_tell(inquiry))
    states = StateTeller(hass, teller, phrases, file)
    if inquiry.asks == "condition":
        return as_sentences(states.condition(inquiry, patterns.file["conditions"][inquiry.said["condition"]]))
    return as_sentences(states.tell(inquiry))
