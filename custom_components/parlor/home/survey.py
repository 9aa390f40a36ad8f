"""Read the registries of Home Assistant once and write down what the house is."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from homeassistant.components.homeassistant.exposed_entities import async_should_expose
from homeassistant.const import ATTR_DEVICE_CLASS, ATTR_SUPPORTED_FEATURES
from homeassistant.core import HomeAssistant, State, callback
from homeassistant.helpers import area_registry as ar, entity_registry as er, floor_registry as fr

from .abilities import abilities_of, async_script_fields
from .model import Area, Floor, HomeEntity, clean_name

# Any other assistant's name would write an exposure option of its own for every entity that is asked about.
ASSISTANT = "conversation"

_COLOR_MODES = {"hs", "rgb", "rgbw", "rgbww", "xy"}


@dataclass(frozen=True, slots=True)
class Survey:
    """The house at one moment, in the order in which it is told: floors by level, areas and entities by name."""

    entities: Mapping[str, HomeEntity] = field(default_factory=dict)
    areas: Mapping[str, Area] = field(default_factory=dict)
    floors: Mapping[str, Floor] = field(default_factory=dict)
    domains: frozenset[str] = frozenset()


@callback
def async_survey(hass: HomeAssistant) -> Survey:
    """Return what is exposed to conversation agents now, and all areas and floors."""
    floors = {floor.id: floor for floor in sorted(_floors(hass), key=_floor_order)}
    floor_rank = {floor_id: rank for rank, floor_id in enumerate(floors)}
    areas = {
        area.id: area
        for area in sorted(
            _areas(hass),
            key=lambda area: (floor_rank.get(area.floor_id or "", len(floors)), area.name.casefold(), area.id),
        )
    }
    area_rank = {area_id: rank for rank, area_id in enumerate(areas)}
    entities = sorted(
        _entities(hass, areas, floors),
        key=lambda entity: (
            area_rank.get(entity.area_id or "", len(areas)),
            entity.name.casefold(),
            entity.entity_id,
        ),
    )
    domains = frozenset(entity.domain for entity in entities)
    return Survey({entity.entity_id: entity for entity in _labelled(entities)}, areas, floors, domains)


@callback
def async_entity(
    hass: HomeAssistant, state: State, areas: Mapping[str, Area], floors: Mapping[str, Floor]
) -> HomeEntity:
    """Return an entity, exposed or not, with its place among these areas and floors; it has no label yet."""
    entry = er.async_get(hass).async_get(state.entity_id)
    spoken = er.async_get_entity_aliases(hass, entry) if entry else []
    name, aliases = _names(state.name, spoken, state.object_id)
    area = areas.get(er.async_get_effective_area_id(hass, entry) or "") if entry else None
    floor = floors.get(area.floor_id or "") if area else None
    fields = async_script_fields(hass, state.entity_id)
    device_class = state.attributes.get(ATTR_DEVICE_CLASS)
    return HomeEntity(
        entity_id=state.entity_id,
        domain=state.domain,
        name=name,
        aliases=aliases,
        area_id=area.id if area else None,
        area_name=area.name if area else None,
        floor_id=floor.id if floor else None,
        floor_name=floor.name if floor else None,
        device_class=str(device_class) if device_class else None,
        abilities=("fields",) if fields else _abilities(state),
        fields=fields,
    )


def _floors(hass: HomeAssistant) -> Iterable[Floor]:
    for entry in fr.async_get(hass).async_list_floors():
        name, aliases = _names(entry.name, sorted(entry.aliases), entry.floor_id)
        yield Floor(entry.floor_id, name, aliases, entry.level)


def _floor_order(floor: Floor) -> tuple[bool, int, str, str]:
    return (floor.level is None, floor.level or 0, floor.name.casefold(), floor.id)


def _areas(hass: HomeAssistant) -> Iterable[Area]:
    for entry in ar.async_get(hass).async_list_areas():
        name, aliases = _names(entry.name, sorted(entry.aliases), entry.id)
        yield Area(entry.id, name, aliases, entry.floor_id)


def _entities(hass: HomeAssistant, areas: Mapping[str, Area], floors: Mapping[str, Floor]) -> Iterable[HomeEntity]:
    for state in hass.states.async_all():
        if async_should_expose(hass, ASSISTANT, state.entity_id):
            yield async_entity(hass, state, areas, floors)


def _names(name: str, others: Iterable[str], identifier: str) -> tuple[str, tuple[str, ...]]:
    """Return the name and the other names, none twice; a name with nothing to read is made from the identifier."""
    first = clean_name(name) or clean_name(identifier.replace("_", " "))
    seen = {first.casefold()}
    aliases: list[str] = []
    for other in map(clean_name, others):
        if other and other.casefold() not in seen:
            seen.add(other.casefold())
            aliases.append(other)
    return first, tuple(aliases)


def _abilities(state: State) -> tuple[str, ...]:
    # An entity that is not available may lack the attributes; what it can do is then not known.
    features = state.attributes.get(ATTR_SUPPORTED_FEATURES) or 0
    if state.domain == "light":
        modes = set(state.attributes.get("supported_color_modes") or ())
        can = {
            "brightness": bool(modes - {"onoff", "unknown"}),
            "color": bool(modes & _COLOR_MODES),
            "color_temp": "color_temp" in modes,
        }
        return tuple(ability for ability, able in can.items() if able)
    return abilities_of(state.domain, features)


def _labelled(entities: list[HomeEntity]) -> Iterable[HomeEntity]:
    counts = Counter(entity.name.casefold() for entity in entities)
    for entity in entities:
        twice = counts[entity.name.casefold()] > 1
        yield replace(
            entity, label=f"{entity.area_name} / {entity.name}" if twice and entity.area_name else entity.name
        )
