"""What is true, told from the states of the house alone: which entities changed, and whether a sentence fits them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
import re
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, entity_registry as er

from .cases import Expected

type Looks = Mapping[str, Any]
type House = Mapping[str, Looks]

# What of an entity counts as a change; the rest (names, features, times) does not.
_ATTRIBUTES = (
    "brightness",
    "color_temp_kelvin",
    "current_position",
    "hs_color",
    "items",
    "percentage",
    "temperature",
)
_GROUPS: Mapping[str, tuple[str, frozenset[str]]] = {
    "light": ("light", frozenset()),
    "lamp": ("light", frozenset()),
    "blind": ("cover", frozenset({"blind"})),
    "curtain": ("cover", frozenset({"curtain"})),
    "cover": ("cover", frozenset()),
    "fan": ("fan", frozenset()),
    "window": ("binary_sensor", frozenset({"window"})),
    "door": ("binary_sensor", frozenset({"door"})),
    "lock": ("lock", frozenset()),
}
_CLAIM = re.compile(
    r"(?P<subject>.*?)\b(?:is|are) (?:(?:now|already|still|all|both|currently) )*(?P<not>not )?"
    r"(?P<predicate>on|off|open|closed|locked|unlocked|opening|closing"
    r"|(?:set to|at) (?P<number>\d+(?:\.\d+)?)(?: ?(?:percent|%|degrees))?)\b",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^(?:[\s,;:]|and\b|but\b|so\b|yes,|no,|the\b|all\b|both\b|your\b|of\b|now\b|then\b)+", re.IGNORECASE
)
_SAYS_A_DEED = re.compile(
    r"\b(?:done|i(?:'ve| have)? (?:just )?(?:turned|switched|set|opened|closed|locked|unlocked|dimmed|started|added)"
    r"|(?:has|have) been (?:turned|switched|set|opened|closed|locked|unlocked|dimmed|added)"
    r"|(?:turning|switching|setting|opening|closing|locking|unlocking|dimming) (?:the|all|your|it|them))\b",
    re.IGNORECASE,
)
_TRUE_OF: Mapping[str, frozenset[str]] = {
    "off": frozenset({"off", "closed"}),
    "open": frozenset({"open", "opening", "on"}),
    "opening": frozenset({"open", "opening"}),
    "closed": frozenset({"closed", "off"}),
    "closing": frozenset({"closed", "closing"}),
    "locked": frozenset({"locked"}),
    "unlocked": frozenset({"unlocked"}),
}
_IS_NOT_ON = frozenset({"off", "unavailable", "unknown", "closed"})
_NEAR = 1.5
# Helpers behind the devices, which change with them.
_ASIDE = frozenset({"input_boolean", "input_number", "input_select", "script", "sensor"})


def looks_of(hass: HomeAssistant) -> House:
    """Return state and attributes that matter of everything registered that is not Parlor's own, by entity id."""
    entries = er.async_get(hass).entities.values()
    states = (hass.states.get(entry.entity_id) for entry in entries if entry.platform != "parlor")
    return {
        state.entity_id: {
            "state": state.state,
            **{name: state.attributes[name] for name in _ATTRIBUTES if state.attributes.get(name) is not None},
        }
        for state in states
        if state is not None
    }


def wrong_changes(before: House, after: House, expected: Expected) -> Iterator[str]:
    """Yield what changed and should not have, and what should have and did not."""
    for entity_id, looks in after.items():
        old = before.get(entity_id, {})
        if looks == old or entity_id.split(".")[0] in _ASIDE:
            continue
        if entity_id not in expected:
            yield f"{entity_id} went from {dict(old)} to {dict(looks)}"
    for entity_id, wanted in expected.items():
        found = after.get(entity_id, {})
        for name, value in wanted.items():
            if not _agrees(value, found.get(name)):
                yield f"{entity_id} has {name} {found.get(name)!r}, not {value!r}"


def is_unchanged(before: House, after: House) -> bool:
    """Return whether nothing happened in the house."""
    return not any(True for _ in wrong_changes(before, after, {}))


def _agrees(wanted: object, found: object) -> bool:
    if isinstance(wanted, int | float) and isinstance(found, int | float):
        return abs(wanted - found) <= _NEAR
    if isinstance(wanted, list) and isinstance(found, tuple):
        return wanted == list(found)
    return wanted == found


@dataclass(frozen=True, slots=True)
class Judge:
    """Knows what the things of the house are called."""

    names: Mapping[str, tuple[str, ...]]
    areas: Mapping[str, tuple[str, ...]]
    classes: Mapping[str, str]

    @classmethod
    def of(cls, hass: HomeAssistant, exposed: frozenset[str]) -> Judge:
        """Learn the names of the exposed entities and the areas they are in."""
        names: dict[str, list[str]] = {}
        areas: dict[str, list[str]] = {}
        classes: dict[str, str] = {}
        registry, area_registry = er.async_get(hass), ar.async_get(hass)
        for entity_id in exposed:
            state, entry = hass.states.get(entity_id), registry.async_get(entity_id)
            if state is None or entry is None:
                continue
            classes[entity_id] = str(state.attributes.get("device_class", ""))
            area = area_registry.async_get_area(entry.area_id) if entry.area_id else None
            place = area.name.casefold() if area else ""
            if area:
                areas.setdefault(place, []).append(entity_id)
            for name in {state.name, *(alias for alias in entry.aliases if isinstance(alias, str))}:
                for said in (name, f"{name} in the {place}", f"{place} {name}"):
                    names.setdefault(said.casefold(), []).append(entity_id)
        return cls(
            {name: tuple(ids) for name, ids in names.items()},
            {place: tuple(ids) for place, ids in areas.items()},
            classes,
        )

    def lies(self, speech: str, after: House, *, unchanged: bool) -> Iterator[str]:
        """Yield what a reply says of the house that is not so, and deeds it tells of though nothing happened."""
        for sentence in re.split(r"(?<=[.!?;])\s+", speech):
            if sentence.rstrip().endswith("?"):
                continue
            if unchanged and _SAYS_A_DEED.search(sentence) and "already" not in sentence:
                yield f'nothing was done, but it says "{sentence}"'
            yield from self._false_claims(sentence, after)

    def _false_claims(self, sentence: str, after: House) -> Iterator[str]:
        for claim in _CLAIM.finditer(sentence):
            subject = _LEAD.sub("", claim["subject"]).strip().casefold()
            for entity_id in dict.fromkeys(self._meant(subject)):
                if claim["predicate"].endswith("locked") and not entity_id.startswith("lock."):
                    continue
                is_so = _is_so(after.get(entity_id, {}), claim["predicate"].casefold(), claim["number"])
                if is_so is bool(claim["not"]):
                    yield f'"{claim[0].strip()}" is not so: {entity_id} is {dict(after.get(entity_id, {}))}'

    def _meant(self, subject: str) -> Iterator[str]:
        """Yield the entities that a subject can only mean; what can be several things is not judged."""
        for piece in (subject, *re.split(r", and |, | and ", subject)):
            part = _LEAD.sub("", piece).strip()
            ids = self.names.get(part, ())
            if len(ids) == 1:
                yield ids[0]
            elif not ids:
                yield from self._of_group(part)

    def _of_group(self, part: str) -> Iterator[str]:
        for word, (domain, classes) in _GROUPS.items():
            for area, ids in self.areas.items():
                if part in (f"{area} {word}s", f"{word}s in the {area}"):
                    for entity_id in ids:
                        if entity_id.startswith(f"{domain}.") and (not classes or self.classes[entity_id] in classes):
                            yield entity_id


def _is_so(looks: Looks, predicate: str, number: str | None) -> bool:
    if number is not None:
        wanted = float(number)
        brightness = looks.get("brightness")
        known = [looks.get("temperature"), looks.get("percentage"), looks.get("current_position")]
        known.append(brightness / 2.55 if brightness is not None else None)
        known.append(float(looks["state"]) if re.fullmatch(r"-?\d+(\.\d+)?", str(looks.get("state"))) else None)
        return any(value is not None and abs(value - wanted) <= _NEAR for value in known)
    if predicate == "on":
        return looks.get("state") not in _IS_NOT_ON
    return looks.get("state") in _TRUE_OF[predicate]
