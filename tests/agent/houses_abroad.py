"""The same house in several languages: everything in it has the names that people there would give it."""

from collections.abc import Mapping

from homeassistant.components.cover import CoverDeviceClass
from homeassistant.components.light.const import ColorMode
from homeassistant.core import HomeAssistant

from tests.agent.house import House, HouseClimate, HouseCover, HouseFan, HouseLight, HouseScene, HouseSwitch
from tests.agent.route_houses import async_house

_DIM = {ColorMode.BRIGHTNESS}
_COLORED = {ColorMode.HS}
_CELSIUS = {"device_class": "temperature", "unit_of_measurement": "°C"}
_PERCENT = {"device_class": "humidity", "unit_of_measurement": "%"}

# What things are called, in the order of the entities below.
_NAMES: Mapping[str, Mapping[str, str]] = {
    "de": {
        "ground": "Erdgeschoss",
        "upper": "Obergeschoss",
        "kitchen": "Küche",
        "living": "Wohnzimmer",
        "hall": "Flur",
        "bedroom": "Schlafzimmer",
        "office": "Büro",
        "light.kitchen_ceiling": "Deckenlicht Küche",
        "light.counter": "Arbeitsplatte",
        "switch.coffee": "Kaffeemaschine",
        "light.floor_lamp": "Stehlampe",
        "cover.living": "Rollos Wohnzimmer",
        "fan.living": "Ventilator",
        "switch.tv": "Fernseher",
        "light.hall": "Flurlicht",
        "climate.thermostat": "Thermostat",
        "light.bedside": "Nachttischlampe",
        "light.bedroom_ceiling": "Deckenlampe",
        "cover.bedroom": "Jalousie",
        "light.desk": "Schreibtischlampe",
        "switch.printer": "Drucker",
        "scene.movie": "Filmabend",
        "sensor.kitchen": "Temperatur Küche",
        "sensor.bedroom": "Temperatur Schlafzimmer",
        "sensor.humidity": "Luftfeuchtigkeit Küche",
        "binary_sensor.front_door": "Haustür",
        "binary_sensor.window": "Schlafzimmerfenster",
        "binary_sensor.kitchen_window": "Küchenfenster",
    },
    "fr": {
        "ground": "Rez-de-chaussée",
        "upper": "Étage",
        "kitchen": "Cuisine",
        "living": "Salon",
        "hall": "Entrée",
        "bedroom": "Chambre",
        "office": "Bureau",
        "light.kitchen_ceiling": "Plafonnier de la cuisine",
        "light.counter": "Plan de travail",
        "switch.coffee": "Machine à café",
        "light.floor_lamp": "Lampadaire",
        "cover.living": "Volets du salon",
        "fan.living": "Ventilateur",
        "switch.tv": "Télévision",
        "light.hall": "Lumière de l'entrée",
        "climate.thermostat": "Thermostat",
        "light.bedside": "Lampe de chevet",
        "light.bedroom_ceiling": "Plafonnier de la chambre",
        "cover.bedroom": "Store de la chambre",
        "light.desk": "Lampe de bureau",
        "switch.printer": "Imprimante",
        "scene.movie": "Soirée cinéma",
        "sensor.kitchen": "Température de la cuisine",
        "sensor.bedroom": "Température de la chambre",
        "sensor.humidity": "Humidité de la cuisine",
        "binary_sensor.front_door": "Porte d'entrée",
        "binary_sensor.window": "Fenêtre de la chambre",
        "binary_sensor.kitchen_window": "Fenêtre de la cuisine",
    },
    "es": {
        "ground": "Planta baja",
        "upper": "Primer piso",
        "kitchen": "Cocina",
        "living": "Salón",
        "hall": "Entrada",
        "bedroom": "Dormitorio",
        "office": "Despacho",
        "light.kitchen_ceiling": "Luz del techo",
        "light.counter": "Luz de la encimera",
        "switch.coffee": "Cafetera",
        "light.floor_lamp": "Lámpara de pie",
        "cover.living": "Persianas del salón",
        "fan.living": "Ventilador",
        "switch.tv": "Televisor",
        "light.hall": "Luz de la entrada",
        "climate.thermostat": "Termostato",
        "light.bedside": "Lámpara de noche",
        "light.bedroom_ceiling": "Plafón",
        "cover.bedroom": "Persiana del dormitorio",
        "light.desk": "Flexo",
        "switch.printer": "Impresora",
        "scene.movie": "Noche de cine",
        "sensor.kitchen": "Temperatura de la cocina",
        "sensor.bedroom": "Temperatura del dormitorio",
        "sensor.humidity": "Humedad de la cocina",
        "binary_sensor.front_door": "Puerta principal",
        "binary_sensor.window": "Ventana del dormitorio",
        "binary_sensor.kitchen_window": "Ventana de la cocina",
    },
    "nl": {
        "ground": "Begane grond",
        "upper": "Verdieping",
        "kitchen": "Keuken",
        "living": "Woonkamer",
        "hall": "Hal",
        "bedroom": "Slaapkamer",
        "office": "Werkkamer",
        "light.kitchen_ceiling": "Plafondlamp keuken",
        "light.counter": "Aanrecht",
        "switch.coffee": "Koffiemachine",
        "light.floor_lamp": "Staande lamp",
        "cover.living": "Rolgordijnen woonkamer",
        "fan.living": "Ventilator",
        "switch.tv": "Televisie",
        "light.hall": "Hallamp",
        "climate.thermostat": "Thermostaat",
        "light.bedside": "Nachtlampje",
        "light.bedroom_ceiling": "Plafondlamp",
        "cover.bedroom": "Jaloezie",
        "light.desk": "Bureaulamp",
        "switch.printer": "Printer",
        "scene.movie": "Filmavond",
        "sensor.kitchen": "Temperatuur keuken",
        "sensor.bedroom": "Temperatuur slaapkamer",
        "sensor.humidity": "Luchtvochtigheid keuken",
        "binary_sensor.front_door": "Voordeur",
        "binary_sensor.window": "Slaapkamerraam",
        "binary_sensor.kitchen_window": "Keukenraam",
    },
}
LANGUAGES = tuple(_NAMES)


async def async_house_abroad(hass: HomeAssistant, language: str) -> House:
    """Return the house with everything on and open, its names in a language."""
    names = _NAMES[language]
    rooms = {names["kitchen"]: "ground", names["living"]: "ground", names["hall"]: "ground"}
    rooms |= {names["bedroom"]: "upper", names["office"]: "upper"}
    devices = {
        "light.kitchen_ceiling": (HouseLight(_DIM), "kitchen"),
        "light.counter": (HouseLight(_DIM), "kitchen"),
        "switch.coffee": (HouseSwitch(), "kitchen"),
        "light.floor_lamp": (HouseLight(_COLORED), "living"),
        "cover.living": (HouseCover(CoverDeviceClass.BLIND), "living"),
        "fan.living": (HouseFan(), "living"),
        "switch.tv": (HouseSwitch(), "living"),
        "light.hall": (HouseLight(_DIM), "hall"),
        "climate.thermostat": (HouseClimate(), "hall"),
        "light.bedside": (HouseLight(_COLORED), "bedroom"),
        "light.bedroom_ceiling": (HouseLight(_DIM), "bedroom"),
        "cover.bedroom": (HouseCover(CoverDeviceClass.BLIND), "bedroom"),
        "light.desk": (HouseLight(_DIM), "office"),
        "switch.printer": (HouseSwitch(), "office"),
        "scene.movie": (HouseScene(), None),
    }
    sensors = {
        "sensor.kitchen": ("kitchen", "22.0", _CELSIUS),
        "sensor.bedroom": ("bedroom", "21.5", _CELSIUS),
        "sensor.humidity": ("kitchen", "45", _PERCENT),
        "binary_sensor.front_door": ("hall", "off", {"device_class": "door"}),
        "binary_sensor.window": ("bedroom", "on", {"device_class": "window"}),
        "binary_sensor.kitchen_window": ("kitchen", "off", {"device_class": "window"}),
    }
    return await async_house(
        hass,
        {names["ground"]: 0, names["upper"]: 1},
        {room: names[floor] for room, floor in rooms.items()},
        {id_: (device, names[id_], names[room] if room else None, ()) for id_, (device, room) in devices.items()},
        {id_: (names[id_], names[room], state, more) for id_, (room, state, more) in sensors.items()},
    )
