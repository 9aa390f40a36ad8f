"""A small request of this home, to see what a model makes of it before it is used."""

from collections.abc import Sequence
from dataclasses import dataclass

from homeassistant.core import HomeAssistant

from ..home import Detail, Home, HomeEntity, write_catalogue
from ..inference import JsonObject
from ..inference.tokens import estimate_json, estimate_tokens
from .budget import Budget
from .instructions import Instructions
from .prefix import fit_prefix
from .tools import TOOLS, schemas_for

_COMMANDS = frozenset({"turn_on", "turn_off"})
# What the commands mean where a home shows nothing that can be switched, yet.
_LAMP = "Lamp"
_EMPTY_HOUSE = f"House:\nNo area:\n  light\n   {_LAMP}"


@dataclass(frozen=True, slots=True)
class Sample:
    """A command that a model must call a tool for; nothing is ever carried out of what it answers.

    `tokens` is about what system message and tools take, `needed` the context that this home needs in all.
    """

    system: str
    tools: tuple[JsonObject, ...]
    name: str
    tokens: int
    needed: int

    def messages(self, *, on: bool) -> list[JsonObject]:
        """Return the messages that ask to turn something on or off."""
        words = f"Turn {'on' if on else 'off'} the {self.name}"
        return [{"role": "system", "content": self.system}, {"role": "user", "content": words}]

    @property
    def tool_names(self) -> tuple[str, ...]:
        """Return the names of the tools."""
        return tuple(tool["function"]["name"] for tool in self.tools)


async def async_sample(hass: HomeAssistant, home: Home, context_length: int) -> Sample:
    """Return a sample with the catalogue of a home, the short one where a context of so many tokens is too small."""
    instructions = Instructions(hass, None)
    await instructions.async_start()
    tools = schemas_for(home)
    lamp = _switchable(list(home.entities.values()))
    budget = Budget.of(context_length)
    if lamp is None:
        there = {tool["function"]["name"] for tool in tools}
        tools += tuple(tool.schema(frozenset()) for tool in TOOLS if tool.name in _COMMANDS - there)
        system = f"{instructions.text}\n\n{_EMPTY_HOUSE}"
        tokens = estimate_json(tools) + estimate_tokens(system)
    else:
        # As a turn tells it: the tail of a prompt that is too long is what a server keeps of it.
        told = fit_prefix(home, instructions.text, tools, budget, Detail.NAMES)
        least = f"{instructions.text}\n\n{write_catalogue(home.entities.values(), max(Detail))}"
        system = told.prefix.system if told.prefix else least
        tokens = told.tokens or (told.prefix.tokens if told.prefix else 0)
    instructions.async_stop()
    return Sample(
        system=system,
        tools=tools,
        name=lamp.name if lamp else _LAMP,
        tokens=tokens,
        needed=tokens + context_length - budget.prefix,
    )


def _switchable(entities: Sequence[HomeEntity]) -> HomeEntity | None:
    """Return what everybody would turn on: a light, or else a switch."""
    for domain in ("light", "switch"):
        for entity in entities:
            if entity.domain == domain:
                return entity
    return None
