"""Answers to what is asked beyond on and off, from what the states show now."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from homeassistant.core import HomeAssistant, State

from ...home import HomeEntity, figure, kelvin, name_of, percent, state_words
from ..phrases import Phrases
from .answers import Teller
from .inquiries import Inquiry

_ACTIVE = ("playing", "buffering")
_HOME, _AWAY = "home", "not_home"
_PEOPLE = frozenset({"occupancy", "presence"})
_MOST = 4


class StateTeller:
    """What the states tell, in one language."""

    def __init__(self, hass: HomeAssistant, teller: Teller, phrases: Phrases, file: Mapping[str, Any]) -> None:
        """Speak with these phrases and these templates."""
        self._hass = hass
        self._teller = teller
        self._phrases = phrases
        self._file = file
        self._told: Mapping[str, str] = file["told"]
        self._tellers: Mapping[str, Callable[[Inquiry], list[str] | None]] = {
            "attribute": self._attribute,
            "reading": self._reading,
            "warmest": self._warmest,
            "signal": self._signal,
            "person": self._person,
            "people": self._people,
        }

    def tell(self, inquiry: Inquiry) -> list[str] | None:
        """Return the clauses of an answer; None if the states do not tell."""
        unseen = [entity for entity in inquiry.entities if not self._teller.is_seen(entity)]
        if len(unseen) == len(inquiry.entities):
            return [self._teller.unavailable(unseen)]
        return self._tellers[inquiry.asks](inquiry)

    def condition(self, inquiry: Inquiry, conditions: Sequence[Sequence[str]]) -> list[str] | None:
        """Return whether something is what was asked; `conditions` are domains, device classes and states."""
        [entity] = inquiry.entities
        state = self._hass.states.get(entity.entity_id)
        if state is None or not self._teller.is_seen(entity):
            return [self._teller.unavailable([entity])]
        word = inquiry.said["condition"]
        for domains, classes, states in conditions:
            if entity.domain not in domains.split("|") or (classes and entity.device_class not in classes.split("|")):
                continue
            is_so = _shows(state, states.split("|"))
            key = "is_so" if is_so else "is_not_so"
            return [self._fill(key, entity, condition=word)]
        return None

    def _attribute(self, inquiry: Inquiry) -> list[str] | None:
        [entity] = inquiry.entities
        state = self._hass.states.get(entity.entity_id)
        if state is None:
            return None
        if inquiry.of == "playing":
            return self._playing(entity, state)
        if inquiry.of in ("state", "activity", "mode"):
            return self._whole(entity, state, inquiry.of)
        if state.state == "off":
            return [self._teller.clause([entity], "off")]
        value = self._figure(entity, state, inquiry.of)
        return [self._fill(inquiry.of, entity, value=value)] if value else None

    def _figure(self, entity: HomeEntity, state: State, of: str) -> str | None:
        """Return a figure of an entity in words; None where it shows none."""
        attributes = state.attributes
        number: Mapping[str, Callable[[], float | None]] = {
            "brightness": lambda: percent(attributes["brightness"]),
            "volume": lambda: attributes["volume_level"] * 100,
            "speed": lambda: attributes["percentage"],
            "position": lambda: attributes["current_position"],
            "humidity": lambda: attributes["humidity"],
            "setting": lambda: attributes["temperature"],
        }
        key = "humidity" if of == "setting" and entity.domain == "humidifier" else of
        if key in number:
            try:
                value = number[key]()
            except KeyError, TypeError:
                # The attribute is missing, or empty.
                return None
            if value is None:
                return None
            unit = self._hass.config.units.temperature_unit if key == "setting" else "%"
            return self._teller.value(f"{figure(value, 1 if key == 'setting' else 0)} {unit}")
        if of == "color":
            return _color(state)
        source = attributes.get("source")
        return str(source) if source else None

    def _playing(self, entity: HomeEntity, state: State) -> list[str]:
        if state.state not in _ACTIVE:
            return [self._fill("plays_nothing", entity)]
        title, artist = state.attributes.get("media_title"), state.attributes.get("media_artist")
        if not title:
            return [self._fill("plays_something", entity)]
        key = "plays_by" if artist else "plays"
        return [self._fill(key, entity, title=str(title), artist=str(artist))]

    def _whole(self, entity: HomeEntity, state: State, of: str) -> list[str] | None:
        """Return what an entity is, as a word or a figure."""
        if of == "activity" and entity.domain == "media_player":
            return self._playing(entity, state)
        words = state_words(self._hass, entity)
        if entity.domain == "person":
            return [self._at(entity, state)]
        if entity.domain in ("climate", "water_heater"):
            mode = self._mode(state.state)
            figures = self._figure(entity, state, "setting")
            is_off = state.state == "off"
            return [self._fill("mode" if is_off or not figures else "mode_at", entity, mode=mode, value=figures or "")]
        if entity.domain == "humidifier" and of == "mode":
            words = str(state.attributes.get("mode") or "")
        value = self._teller.value(words) or (words if "," not in words else None)
        return [self._fill("state", entity, value=value)] if value else None

    def _mode(self, mode: str) -> str:
        modes: Mapping[str, str] = self._phrases.file["modes"]
        return modes.get(mode, mode.replace("_", " "))

    def _reading(self, inquiry: Inquiry) -> list[str] | None:
        [entity] = inquiry.entities
        value = self._teller.value(state_words(self._hass, entity))
        return [str(self._file["value"]).format(name=self._phrases.name(entity), value=value)] if value else None

    def _warmest(self, inquiry: Inquiry) -> list[str] | None:
        figures = {one: number for one in inquiry.entities if (number := self._number(one)) is not None}
        if len(figures) < 2:  # of a single one nobody can say
            return None
        pick = max if inquiry.of in ("warmest", "most_humid") else min
        entity = pick(figures, key=lambda one: figures[one])
        value = self._teller.value(state_words(self._hass, entity))
        if value is None or entity.area_name is None:
            return None
        return [self._told[inquiry.of].format(place=self._phrases.place(entity.area_name), value=value)]

    def _number(self, entity: HomeEntity) -> float | None:
        state = self._hass.states.get(entity.entity_id)
        try:
            return float(state.state) if state else None
        except ValueError:
            # It is not available.
            return None

    def _signal(self, inquiry: Inquiry) -> list[str] | None:
        on = [
            one for one in inquiry.entities if (state := self._hass.states.get(one.entity_id)) and state.state == "on"
        ]
        unseen = [one for one in inquiry.entities if not self._teller.is_seen(one)]
        signal, where = inquiry.said["signal"], self._teller.where(inquiry.place)
        if on and inquiry.place is None and all(one.area_name for one in on) and len(on) <= _MOST:
            places = dict.fromkeys(self._phrases.place(one.area_name or "") for one in on)
            where = str(self._file["in"]).format(place=self._phrases.listed(list(places), "and"))
        # "No someone" is nobody; but who sits still is not seen by what senses motion alone.
        named: Mapping[str, str] = self._file["people_sensed" if on else "nobody_sensed"]
        if not on and signal in named and not any(one.device_class in _PEOPLE for one in inquiry.entities):
            signal = str(self._file["motion"])
        key = "signal" if on else "no_signal_named" if signal in named else "no_signal"
        told = [self._told[key].format(signal=named.get(signal, signal), where=where)]
        return told if on or not unseen else [*told, self._teller.unavailable(unseen)]

    def _person(self, inquiry: Inquiry) -> list[str] | None:
        [entity] = inquiry.entities
        state = self._hass.states.get(entity.entity_id)
        if state is None:
            return None
        told = self._at(entity, state)
        if inquiry.of != "home":
            return [told]
        return [str(self._file["yes" if state.state == _HOME else "no"]).format(clause=told)]

    def _at(self, entity: HomeEntity, state: State) -> str:
        name = entity.name
        if state.state in (_HOME, _AWAY):
            return self._told["home" if state.state == _HOME else "away"].format(name=name)
        return self._told["at_zone"].format(name=name, zone=state.state)

    def _people(self, inquiry: Inquiry) -> list[str] | None:
        states = {one: self._hass.states.get(one.entity_id) for one in inquiry.entities}
        home = [one for one, state in states.items() if state and state.state == _HOME]
        away = [one for one in states if one not in home]
        if inquiry.of == "who_away":
            return [self._are(away, "away", "nobody_away")]
        told = self._are(home, "home", "nobody_home")
        if inquiry.of == "who" or (inquiry.of == "all" and not home):
            return [told]
        if inquiry.of == "count":
            return [
                self._told["count_home"].format(
                    count=len(home), total=len(states), be=self._phrases.file["be"][len(home) != 1]
                )
            ]
        if inquiry.of == "all":
            return (
                [str(self._file["yes"]).format(clause=told)]
                if not away
                else [str(self._file["no"]).format(clause=self._are(away, "away", "nobody_away"))]
            )
        return [str(self._file["yes" if home else "no"]).format(clause=told)]

    def _are(self, people: Sequence[HomeEntity], key: str, nobody: str) -> str:
        if not people:
            return self._told[nobody]
        names = self._phrases.listed([one.name for one in people], "and")
        return self._told[f"{key}_many" if len(people) > 1 else key].format(name=names)

    def _fill(self, key: str, entity: HomeEntity, **values: str) -> str:
        many = self._phrases.words.is_plural(entity.name)
        name = self._phrases.name(entity)
        return self._told[key].format(name=name, be=self._phrases.file["be"][many], **values)


def _shows(state: State, states: Sequence[str]) -> bool:
    """Return whether an entity is in one of the states, or shows an attribute such as "is_volume_muted=True"."""
    for wanted in states:
        name, sign, value = wanted.partition("=")
        if state.state == wanted or (sign and str(state.attributes.get(name)) == value):
            return True
    return False


def _color(state: State) -> str | None:
    mode, rgb = state.attributes.get("color_mode"), state.attributes.get("rgb_color")
    temperature = state.attributes.get("color_temp_kelvin")
    if mode == "color_temp" and isinstance(temperature, int | float):
        return f"{kelvin(temperature)} kelvin"
    return name_of((rgb[0], rgb[1], rgb[2])) if rgb and mode not in ("brightness", "onoff", "white") else None
