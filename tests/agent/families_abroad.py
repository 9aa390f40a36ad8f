"""A family's house in several languages, with more kinds of things in it than lamps: names that people there give."""

from collections.abc import Mapping

from homeassistant.components.cover import CoverDeviceClass
from homeassistant.components.light.const import ColorMode
from homeassistant.components.media_player.const import MediaPlayerDeviceClass, MediaPlayerState
from homeassistant.core import HomeAssistant

from tests.agent.devices import HouseList, HouseVacuum, RichPlayer
from tests.agent.house import (
    House,
    HouseClimate,
    HouseCover,
    HouseDevice,
    HouseFan,
    HouseLight,
    HouseLock,
    HouseScene,
    HouseSwitch,
)
from tests.agent.route_houses import async_house

_DIM = {ColorMode.BRIGHTNESS}
_COLORED = {ColorMode.HS}
_CELSIUS = {"device_class": "temperature", "unit_of_measurement": "°C"}
_PERCENT = {"device_class": "humidity", "unit_of_measurement": "%"}
_WATT = {"device_class": "power", "unit_of_measurement": "W"}

# What each thing is called in German, French, Spanish and Dutch.
_NAMES: Mapping[str, tuple[str, str, str, str]] = {
    "ground": ("Erdgeschoss", "Rez-de-chaussée", "Planta baja", "Begane grond"),
    "upper": ("Obergeschoss", "Premier étage", "Planta alta", "Eerste verdieping"),
    "kitchen": ("Küche", "Cuisine", "Cocina", "Keuken"),
    "living": ("Wohnzimmer", "Salon", "Sala de estar", "Woonkamer"),
    "dining": ("Esszimmer", "Salle à manger", "Comedor", "Eetkamer"),
    "hall": ("Diele", "Couloir", "Pasillo", "Gang"),
    "kids": ("Kinderzimmer", "Chambre des enfants", "Habitación de los niños", "Kinderkamer"),
    "bath": ("Bad", "Salle de bains", "Baño", "Badkamer"),
    "terrace": ("Terrasse", "Terrasse", "Terraza", "Terras"),
    "garage": ("Garage", "Garage", "Garaje", "Garage"),
    "light.dining": ("Esstischlampe", "Suspension", "Lámpara del comedor", "Eettafellamp"),
    "light.spots": ("Küchenspots", "Spots de la cuisine", "Focos de la cocina", "Keukenspots"),
    "light.corner": ("Ecklampe", "Lampe d'angle", "Lámpara de la esquina", "Hoeklamp"),
    "light.ceiling": ("Deckenleuchte", "Plafonnier", "Luz del techo", "Plafonnière"),
    "light.kids": ("Lenas Nachtlicht", "Veilleuse de Léna", "Lamparita de Lena", "Nachtlampje van Lena"),
    "light.mirror": ("Spiegellampe", "Lampe du miroir", "Luz del espejo", "Spiegellamp"),
    "light.terrace": ("Terrassenlicht", "Lumière de la terrasse", "Luz de la terraza", "Terraslamp"),
    "light.garage": ("Garagenlicht", "Néon du garage", "Luz del garaje", "Garagelamp"),
    "switch.washer": ("Waschmaschine", "Machine à laver", "Lavadora", "Wasmachine"),
    "switch.dishwasher": ("Spülmaschine", "Lave-vaisselle", "Lavavajillas", "Vaatwasser"),
    "cover.left": ("Linker Rollladen", "Volet gauche", "Persiana izquierda", "Linker rolluik"),
    "cover.right": ("Rechter Rollladen", "Volet droit", "Persiana derecha", "Rechter rolluik"),
    "cover.kids": ("Rollladen Kinderzimmer", "Volet des enfants", "Persiana de los niños", "Rolluik kinderkamer"),
    "cover.awning": ("Markise", "Store banne", "Toldo", "Zonnescherm"),
    "cover.garage": ("Garagentor", "Porte du garage", "Puerta del garaje", "Garagedeur"),
    "climate.bath": ("Heizung Bad", "Radiateur de la salle de bains", "Radiador del baño", "Verwarming badkamer"),
    "climate.living": ("Heizung Wohnzimmer", "Chauffage du salon", "Calefacción", "Verwarming woonkamer"),
    "lock.front": ("Haustürschloss", "Serrure de l'entrée", "Cerradura principal", "Voordeurslot"),
    "media_player.living": ("Musikanlage", "Enceinte", "Altavoz", "Speaker"),
    "vacuum.robot": ("Staubsauger", "Aspirateur", "Aspiradora", "Stofzuiger"),
    "todo.shopping": ("Einkaufsliste", "Liste de courses", "Lista de la compra", "Boodschappenlijst"),
    "fan.kids": ("Deckenventilator", "Ventilateur de plafond", "Ventilador de techo", "Plafondventilator"),
    "scene.evening": ("Gemütlicher Abend", "Soirée tranquille", "Noche tranquila", "Gezellige avond"),
    "sensor.kids": (
        "Temperatur Kinderzimmer",
        "Température des enfants",
        "Temperatura de los niños",
        "Temperatuur kinderkamer",
    ),
    "sensor.outside": ("Außentemperatur", "Température extérieure", "Temperatura exterior", "Buitentemperatuur"),
    "sensor.humidity": (
        "Luftfeuchtigkeit Bad",
        "Humidité de la salle de bains",
        "Humedad del baño",
        "Luchtvochtigheid badkamer",
    ),
    "sensor.power": ("Stromverbrauch", "Consommation électrique", "Consumo eléctrico", "Stroomverbruik"),
    "binary_sensor.window": (
        "Kinderzimmerfenster",
        "Fenêtre des enfants",
        "Ventana de los niños",
        "Kinderkamerraam",
    ),
    "binary_sensor.door": ("Terrassentür", "Porte de la terrasse", "Puerta de la terraza", "Terrasdeur"),
    "person.lena": ("Lena", "Léna", "Lena", "Lena"),
    "person.tom": ("Tom", "Thomas", "Tomás", "Tom"),
}
_PLACES: Mapping[str, str | None] = {
    "kitchen": "ground",
    "living": "ground",
    "dining": "ground",
    "hall": "ground",
    "kids": "upper",
    "bath": "upper",
    "terrace": None,
    "garage": None,
}
LANGUAGES = ("de", "fr", "es", "nl")


def _off[Device: HouseDevice](device: Device) -> Device:
    device._attr_is_on = False  # type: ignore[attr-defined]
    return device


def _devices() -> Mapping[str, tuple[HouseDevice, str | None]]:
    shutter = CoverDeviceClass.SHUTTER
    return {
        "light.dining": (HouseLight(_DIM), "dining"),
        "light.spots": (HouseLight(_DIM), "kitchen"),
        "light.corner": (HouseLight(_COLORED), "living"),
        "light.ceiling": (HouseLight(_DIM), "living"),
        "light.kids": (HouseLight(_COLORED), "kids"),
        "light.mirror": (_off(HouseLight(_DIM)), "bath"),
        "light.terrace": (_off(HouseLight(_DIM)), "terrace"),
        "light.garage": (HouseLight(_DIM), "garage"),
        "switch.washer": (HouseSwitch(), "bath"),
        "switch.dishwasher": (_off(HouseSwitch()), "kitchen"),
        "cover.left": (HouseCover(shutter), "living"),
        "cover.right": (HouseCover(shutter), "living"),
        "cover.kids": (HouseCover(shutter), "kids"),
        "cover.awning": (HouseCover(CoverDeviceClass.AWNING), "terrace"),
        "cover.garage": (HouseCover(CoverDeviceClass.GARAGE), "garage"),
        "climate.bath": (HouseClimate(), "bath"),
        "climate.living": (HouseClimate(), "living"),
        "lock.front": (HouseLock(), "hall"),
        "media_player.living": (RichPlayer(MediaPlayerState.PLAYING, MediaPlayerDeviceClass.SPEAKER), "living"),
        "vacuum.robot": (HouseVacuum(), "hall"),
        "todo.shopping": (HouseList("Brot"), None),
        "fan.kids": (HouseFan(), "kids"),
        "scene.evening": (HouseScene(), None),
    }


_SENSORS: Mapping[str, tuple[str | None, str, dict[str, str]]] = {
    "sensor.kids": ("kids", "19.5", _CELSIUS),
    "sensor.outside": ("terrace", "8.0", _CELSIUS),
    "sensor.humidity": ("bath", "62", _PERCENT),
    "sensor.power": (None, "640", _WATT),
    "binary_sensor.window": ("kids", "on", {"device_class": "window"}),
    "binary_sensor.door": ("terrace", "off", {"device_class": "door"}),
    "person.lena": (None, "home", {}),
    "person.tom": (None, "not_home", {}),
}


async def async_family_abroad(hass: HomeAssistant, language: str) -> House:
    """Return the family's house, its names in a language; two lamps and the dishwasher are off."""
    column = LANGUAGES.index(language)
    names = {key: name[column] for key, name in _NAMES.items()}
    return await async_house(
        hass,
        {names["ground"]: 0, names["upper"]: 1},
        {names[room]: names[floor] if floor else None for room, floor in _PLACES.items()},
        {id_: (device, names[id_], names[room] if room else None, ()) for id_, (device, room) in _devices().items()},
        {
            id_: (names[id_], names[room] if room else None, state, more)
            for id_, (room, state, more) in _SENSORS.items()
        },
    )
