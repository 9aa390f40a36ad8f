"""A summary of the home: facts collected, written by the model, checked, and told from templates if need be."""

from time import monotonic

from homeassistant.core import HomeAssistant

from ..data import ParlorConfigEntry
from ..inference import InferenceError
from .asking import Author
from .collect import async_collect
from .request import Summary, SummaryRequest
from .sheet import FactSheet
from .tell import spoken_sheet
from .vision import describer
from .write import Written, async_write


async def async_summarize(
    hass: HomeAssistant, entry: ParlorConfigEntry, request: SummaryRequest, *, model: str | None = None
) -> Summary:
    """Return a summary in which every sentence is borne out; there is always one, with or without a model.

    `model` replaces the servers' own. Raises what `async_collect` raises: a period that ends before it begins, a
    section that does not exist, a user who does not.
    """
    started = monotonic()
    data = entry.runtime_data
    author = Author(data.servers, model)
    describe = describer(hass, author, request.language) if data.servers.available else None
    sheet = await async_collect(hass, data.home, request, describe=describe)
    written = await _async_written(hass, author, sheet, request)
    text = written.text
    return Summary(
        text=text if text is not None else spoken_sheet(sheet, request.length, request.audience),
        sheet=sheet,
        unverified=written.unverified,
        left_out=(*_left_out(sheet), *written.left_out),
        model=author.served if text is not None else None,
        duration=monotonic() - started,
    )


async def _async_written(hass: HomeAssistant, author: Author, sheet: FactSheet, request: SummaryRequest) -> Written:
    if not sheet.facts or not author.served:
        return Written(None, (), ())
    try:
        return await async_write(hass, author, sheet, request)
    except InferenceError:
        # No server answers, or not in time: a briefing comes all the same.
        return Written(None, (), ())


def _left_out(sheet: FactSheet) -> tuple[str, ...]:
    """Return what the sheet says is missing, each once."""
    return tuple(dict.fromkeys((*sheet.left_out, *(one for section in sheet.sections for one in section.left_out))))
