"""The number fields that forms have in common."""

from typing import Any, Final

from homeassistant.helpers.selector import NumberSelector, NumberSelectorConfig, NumberSelectorMode
import probatio

_SMALLEST_CONTEXT: Final = 2048
_LARGEST_CONTEXT: Final = 1_048_576
_LARGEST_BATCH: Final = 16_384
_FOREVER: Final = -1
_YEAR: Final = 365 * 24 * 60 * 60


def whole_number(least: int, most: int, unit: str | None = None) -> probatio.All[Any]:
    """Return a validator of a whole number within bounds, shown as a box."""
    config = NumberSelectorConfig(min=least, max=most, step=1, mode=NumberSelectorMode.BOX)
    if unit:
        config["unit_of_measurement"] = unit
    return probatio.All(NumberSelector(config), probatio.Coerce(int))


CONTEXT: Final = whole_number(_SMALLEST_CONTEXT, _LARGEST_CONTEXT)
BATCH: Final = whole_number(1, _LARGEST_BATCH)
KEEP_ALIVE: Final = whole_number(_FOREVER, _YEAR, "s")
