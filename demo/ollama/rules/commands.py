"""Commands: clauses turned into calls of the tools that were offered."""

from collections.abc import Mapping, Sequence
from typing import Any

from demo.ollama.reply import Call, Reply

from .clauses import Clause, clauses_of
from .find import Finder, Named, merge_kinds
from .house import Moment
from .states import brightness_of, setpoint_of
from .values import Values
from .vocabulary import CLIMATE_WORDS, KIND_NOUNS, PRONOUNS, WHITES, words as word_set
from .words import spoken_list, spoken_name, stem

type Tools = Mapping[str, Mapping[str, Any]]

NO_TOOL = "I have no tool for that."
_DELAYS = word_set("second seconds minute minutes hour hours tomorrow")
_STEP_PERCENT = 20
_STEP_DEGREES = 1
_COVER_VERBS = {"open": "open", "close": "close", "stop": "stop", "raise": "open", "lower": "close"}


class Commander:
    """Makes calls out of commands."""

    def __init__(self, finder: Finder, moment: Moment, tools: Tools, recalled: Named | None) -> None:
        """tools: name to properties. recalled: what "it" means at the start."""
        self._finder = finder
        self._moment = moment
        self._tools = tools
        self._recalled = recalled

    def respond(self, words: Sequence[str]) -> Reply | None:
        """Return calls for a command, a question back where it is not clear, None where it is no command."""
        if set(words) & _DELAYS:
            return None
        calls: list[Call] = []
        clauses = clauses_of(words, self._finder)
        for clause in clauses:
            named = merge_kinds(self._named(clause))
            for one in named:
                if one.choice:
                    return Reply(content=which(one))
            if not named or any(not one.targets for one in named):
                return None
            self._recalled = named[-1]
            for call in self._calls(clause, named):
                if call not in calls:
                    calls.append(call)
        if not clauses:
            return None
        # A part of what was asked would pass for the whole.
        able = all(call.name in self._tools for call in calls)
        return Reply(tool_calls=tuple(calls)) if able else Reply(content=NO_TOOL)

    def _named(self, clause: Clause) -> list[Named]:
        """Return what a clause's phrases name."""
        named = []
        for phrase in clause.phrases or [[]]:
            climate = clause.values.temperature is not None or clause.values.mode is not None
            climate = climate or clause.verb in ("raise", "lower")
            words = [word for word in phrase if word not in CLIMATE_WORDS] if climate else phrase
            found = self._finder.find(words)
            if clause.verb in ("lock", "unlock") and (locks := self._finder.find_locks(words)).entities:
                found = locks
            about_climate = len(words) < len(phrase) or clause.values.degrees is not None
            if found.unknown and any(KIND_NOUNS.get(stem(word)) == "climate" for word in words):
                # One thermostat often serves the whole house.
                found, about_climate = Named(), True
            if found.unknown and not found.targets and set(words) & PRONOUNS and self._recalled and not about_climate:
                found = self._recalled
            elif about_climate and (found.places or not found.targets) and not found.choice:
                found = self._climate(found)
            named.append(found)
        return named

    def _climate(self, found: Named) -> Named:
        """Return the thermostat of the places named, or the only one there is."""
        climates = tuple(entity for entity in found.entities if entity.domain == "climate")
        climates = climates or tuple(e for e in self._finder.house.entities if e.domain == "climate")
        if len(climates) == 1:
            return Named((self._finder.house.label(climates[0]),), None, climates)
        return Named(choice=climates, noun="thermostat") if climates else Named(("thermostat",), unknown=True)

    def _calls(self, clause: Clause, named: Sequence[Named]) -> list[Call]:
        """Return the calls for one clause, one for each kind of thing; switching is one call for all kinds."""
        groups: dict[tuple[str, str | None], list[Named]] = {}
        for one in named:
            domain = _domain(one, clause.values)
            switched = clause.verb in ("on", "off") and not clause.values
            groups.setdefault(("" if switched else domain, one.kind), []).append(one)
        return [
            self._call(clause, domain, kind, [target for one in group for target in one.targets], group)
            for (domain, kind), group in groups.items()
        ]

    def _call(self, clause: Clause, domain: str, kind: str | None, targets: list[str], group: Sequence[Named]) -> Call:
        """Return the call for things of one domain."""
        verb, values = clause.verb, clause.values
        call: Call | None = None
        if values.mode == "off" or verb == "off":
            call = self._made("turn_off", targets=targets, kind=kind)
        elif domain == "climate":
            call = self._climate_call(clause, targets, group)
        elif domain == "cover":
            call = self._cover_call(clause, kind, targets)
        elif domain == "fan" and values.share is not None:
            call = self._fan_call(kind, targets, values.share)
        elif verb in ("lock", "unlock"):
            call = self._made("lock", targets=targets, kind=kind, action=verb)
        elif verb in ("open", "close"):
            call = self._made("set_cover", targets=targets, kind=kind, action=verb)
        elif values or verb in ("dim", "brighten", "raise", "lower"):
            call = self._light_call(clause, targets, group)
        return call or self._made("turn_off" if verb == "stop" else "turn_on", targets=targets, kind=kind)

    def _climate_call(self, clause: Clause, targets: list[str], group: Sequence[Named]) -> Call | None:
        """Return a call of set_climate, if there is anything to set."""
        temperature, mode = clause.values.temperature, clause.values.mode
        if clause.verb in ("raise", "lower") and (clause.values.relative or (temperature is None and mode is None)):
            step = _STEP_DEGREES if temperature is None else temperature
            temperature = self._setpoint(group) + (step if clause.verb == "raise" else -step)
        if temperature is None and mode is None:
            return None
        return self._made("set_climate", targets=targets, temperature=_tidy(temperature), mode=mode)

    def _cover_call(self, clause: Clause, kind: str | None, targets: list[str]) -> Call | None:
        """Return a call of set_cover, if there is anything to move."""
        position = clause.values.share
        action = _COVER_VERBS.get(clause.verb) if position is None else None
        if position is None and action is None:
            return None
        return self._made("set_cover", targets=targets, kind=kind, action=action, position=_tidy(position))

    def _light_call(self, clause: Clause, targets: list[str], group: Sequence[Named]) -> Call:
        """Return a call of set_light."""
        values = clause.values
        percent = values.share
        if not values or (values.relative and percent is not None):
            step = _STEP_PERCENT if percent is None else percent
            step = step if clause.verb in ("brighten", "raise") else -step
            percent = min(100, max(1, self._brightness(group) + step))
        tool = "set_light" if "set_light" in self._tools else "turn_on"
        field = "color_temp" if "color_temp" in self._tools.get(tool, {}) else "color"
        white: object = values.white
        if values.kelvin is not None:
            number = self._takes(tool, field, "number", "integer")
            white = _tidy(values.kelvin) if number else f"{_tidy(values.kelvin)} K"
        elif values.white is not None and not self._takes(tool, field, "string"):
            white = WHITES[values.white]
        color: object = values.color
        if field == "color":
            color, white = color or white, None
        return self._made(tool, targets=targets, brightness=_tidy(percent), color=color, color_temp=white)

    def _fan_call(self, kind: str | None, targets: list[str], percent: float) -> Call:
        """Return a call that sets a fan's speed, by whatever name the offered tool has for it."""
        for tool in ("set_fan", "turn_on"):
            for name in ("speed", "percentage", "percent"):
                if name in self._tools.get(tool, {}):
                    return self._made(tool, targets=targets, kind=kind, **{name: _tidy(percent)})
        return self._made("set_fan", targets=targets)

    def _made(self, tool: str, *, targets: Sequence[str], kind: str | None = None, **arguments: object) -> Call:
        """Return a call with the arguments that have a value and that the offered tool knows."""
        known = self._tools.get(tool, {})
        named = self._finder.with_kind(targets, kind) if kind and "kind" not in known else list(targets)
        given = {"targets": named, "kind": kind, **arguments}
        return Call(tool, {name: value for name, value in given.items() if value is not None and name in known})

    def _takes(self, tool: str, name: str, *types: str) -> bool:
        """Tell whether an argument of a tool may be of one of these JSON types; if the schema is silent, it may."""
        schema = str(self._tools.get(tool, {}).get(name, {}))
        return "type" not in schema or any(f"'{kind}'" in schema for kind in types)

    def _brightness(self, group: Sequence[Named]) -> float:
        """Return how bright the first of the lights is that is on, in percent; 50 if that is not known."""
        for one in group:
            for entity in one.entities:
                percent = brightness_of(self._moment.states.get(self._finder.house.label(entity), ""))
                if percent is not None:
                    return percent
        return 50

    def _setpoint(self, group: Sequence[Named]) -> float:
        """Return what the first of the thermostats is set to; 20 degrees if that is not known."""
        for one in group:
            for entity in one.entities:
                degrees = setpoint_of(self._moment.states.get(self._finder.house.label(entity), ""))
                if degrees is not None:
                    return degrees
        return 20


def which(named: Named) -> str:
    """Return the question which of several is meant."""
    twins = len({entity.short_name for entity in named.choice}) == 1
    names = [
        f"the one in {spoken_name(entity.area or 'no area')}" if twins else spoken_name(entity.short_name)
        for entity in named.choice
    ]
    return f"Which {named.noun.lower()} do you mean, {spoken_list(names, 'or')}?"


def _domain(named: Named, values: Values) -> str:
    """Return the domain that a command is about."""
    if named.kind:
        return named.kind
    domains = {entity.domain for entity in named.entities}
    if named.places and domains:
        return "climate" if values.degrees is not None else "light"
    return next(iter(domains)) if len(domains) == 1 else named.entities[0].domain if named.entities else ""


def _tidy(number: float | None) -> float | int | None:
    """Return a whole number as such."""
    return int(number) if number is not None and number == int(number) else number
