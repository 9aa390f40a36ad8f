"""Large homes: a town house where names recur on every floor, a villa full of machines, a farm with foreign names."""

from collections.abc import Mapping

from homeassistant.components.climate.const import HVACMode
from homeassistant.components.cover import CoverDeviceClass
from homeassistant.components.media_player.const import MediaPlayerDeviceClass, MediaPlayerState
from homeassistant.components.vacuum.const import VacuumActivity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar

from tests.agent.devices import (
    HouseHumidifier,
    HouseList,
    HouseMower,
    HouseNumber,
    HouseSelect,
    HouseVacuum,
    HouseWaterHeater,
    HouseWeather,
    RichClimate,
    RichFan,
    RichPlayer,
    TiltCover,
)
from tests.agent.guarded_house import Tap
from tests.agent.house import House, HouseClimate, HouseCover, HouseFan, HouseLight, HouseLock, HouseScene, HouseSwitch
from tests.agent.route_houses import Sensors, Things, async_house
from tests.agent.unseen.small import COLORED, DIM, PLAIN, WARM, so

_CLOSED = {"current_cover_position": 0, "is_closed": True}
_DEGREES = {"device_class": "temperature", "unit_of_measurement": "°C"}
_HUMIDITY = {"device_class": "humidity", "unit_of_measurement": "%"}
_BATTERY = {"device_class": "battery", "unit_of_measurement": "%"}


def _townhouse() -> Things:
    blind = CoverDeviceClass.BLIND
    off = {"is_on": False}
    return {
        "light.living_ceiling": (HouseLight(DIM), "Ceiling Light", "Living Room", ()),
        "light.living_lamp": (HouseLight(COLORED), "Lamp", "Living Room", ()),
        "light.living_corner": (so(HouseLight(DIM), **off), "Corner Lamp", "Living Room", ()),
        "light.kitchen_ceiling": (HouseLight(WARM), "Ceiling Light", "Kitchen", ()),
        "light.kitchen_hood": (so(HouseLight(PLAIN), **off), "Hood Light", "Kitchen", ("stove light",)),
        "light.master_ceiling": (so(HouseLight(DIM), **off), "Ceiling Light", "Master Bedroom", ()),
        "light.master_left": (HouseLight(DIM), "Mum's Bedside Lamp", "Master Bedroom", ()),
        "light.master_right": (so(HouseLight(DIM), **off), "Dad's Bedside Lamp", "Master Bedroom", ()),
        "light.kids_ceiling": (HouseLight(DIM), "Ceiling Light", "Kids Bedroom", ()),
        "light.kids_lamp": (so(HouseLight(COLORED), **off), "Lamp", "Kids Bedroom", ("moon lamp",)),
        "light.bathroom": (HouseLight(PLAIN), "Ceiling Light", "Bathroom", ()),
        "light.guest_bathroom": (so(HouseLight(PLAIN), **off), "Mirror Light", "Guest Bathroom", ()),
        "light.landing": (HouseLight(PLAIN), "Stair Light", "Landing", ()),
        "light.study": (HouseLight(WARM), "Lamp", "Study", ()),
        "light.guest": (so(HouseLight(DIM), **off), "Ceiling Light", "Guest Room", ()),
        "light.patio": (so(HouseLight(DIM), **off), "Patio Lights", "Garden", ()),
        "fan.master": (so(HouseFan(), percentage=0), "Fan", "Master Bedroom", ()),
        "fan.study": (HouseFan(), "Fan", "Study", ()),
        "switch.dishwasher": (HouseSwitch(), "Dishwasher", "Kitchen", ()),
        "switch.toaster": (so(HouseSwitch(), **off), "Toaster", "Kitchen", ()),
        "switch.console": (HouseSwitch(), "Games Console", "Kids Bedroom", ("PlayStation",)),
        "cover.living": (HouseCover(blind), "Blind", "Living Room", ()),
        "cover.kids": (so(HouseCover(blind), **_CLOSED), "Blind", "Kids Bedroom", ()),
        "cover.master": (HouseCover(CoverDeviceClass.CURTAIN), "Curtains", "Master Bedroom", ()),
        "climate.down": (HouseClimate(), "Thermostat", "Living Room", ("downstairs heating",)),
        "climate.up": (so(HouseClimate(), target_temperature=16), "Thermostat", "Landing", ("upstairs heating",)),
        "media_player.tv": (
            RichPlayer(MediaPlayerState.PLAYING, MediaPlayerDeviceClass.TV),
            "Television",
            "Living Room",
            ("TV",),
        ),
        "media_player.radio": (
            RichPlayer(MediaPlayerState.PLAYING, MediaPlayerDeviceClass.SPEAKER),
            "Radio",
            "Kitchen",
            (),
        ),
        "vacuum.henry": (so(HouseVacuum(), activity=VacuumActivity.CLEANING), "Henry", "Living Room", ("hoover",)),
        "lock.front": (so(HouseLock(), is_locked=False), "Front Door", "Hall", ()),
        "lock.back": (HouseLock(), "Back Door", "Kitchen", ()),
        "scene.bedtime": (HouseScene(), "Bedtime", None, ()),
        "todo.shopping": (HouseList("Eggs", "Flour"), "Shopping", None, ("shopping list",)),
    }


_TOWNHOUSE_SENSORS: Sensors = {
    "sensor.living": ("Temperature", "Living Room", "20.6", _DEGREES),
    "sensor.kids": ("Temperature", "Kids Bedroom", "18.2", _DEGREES),
    "sensor.master": ("Temperature", "Master Bedroom", "17.1", _DEGREES),
    "sensor.garden": ("Temperature", "Garden", "6.5", _DEGREES),
    "sensor.bathroom": ("Humidity", "Bathroom", "74", _HUMIDITY),
    "binary_sensor.kids_window": ("Window", "Kids Bedroom", "on", {"device_class": "window"}),
    "binary_sensor.kitchen_window": ("Window", "Kitchen", "off", {"device_class": "window"}),
    "binary_sensor.bathroom_window": ("Window", "Bathroom", "on", {"device_class": "window"}),
    "binary_sensor.landing": ("Motion", "Landing", "on", {"device_class": "motion"}),
    "binary_sensor.smoke": ("Smoke Alarm", "Landing", "off", {"device_class": "smoke"}),
    "person.priya": ("Priya", None, "home", {}),
    "person.tom": ("Tom", None, "not_home", {}),
    "person.lily": ("Lily", None, "School", {}),
}
_TOWNHOUSE_ROOMS = {
    "Living Room": "Ground Floor",
    "Kitchen": "Ground Floor",
    "Hall": "Ground Floor",
    "Master Bedroom": "First Floor",
    "Kids Bedroom": "First Floor",
    "Bathroom": "First Floor",
    "Landing": "First Floor",
    "Study": "Loft",
    "Guest Room": "Loft",
    "Guest Bathroom": "Loft",
    "Garden": None,
}


def _residence() -> Things:
    idle, off = MediaPlayerState.IDLE, {"is_on": False}
    cooling = {"hvac_mode": HVACMode.COOL, "target_temperature": 23, "current_temperature": 25.5}
    return {
        "light.great_room": (HouseLight(COLORED), "Great Room Downlights", "Great Room", ()),
        "light.great_room_sconces": (so(HouseLight(DIM), **off), "Great Room Sconces", "Great Room", ()),
        "light.wine": (HouseLight(DIM), "Wine Cellar Lights", "Wine Cellar", ()),
        "light.gym": (so(HouseLight(DIM), **off), "Gym Lights", "Gym", ()),
        "light.cinema": (so(HouseLight(DIM), brightness=26), "Cinema Lights", "Cinema", ("theater lights",)),
        "light.suite": (HouseLight(COLORED), "Suite Cove Lighting", "Primary Suite", ()),
        "light.closet": (so(HouseLight(PLAIN), **off), "Closet Light", "Primary Suite", ()),
        "light.pool": (HouseLight(COLORED), "Pool Lights", "Terrace", ()),
        "light.path": (so(HouseLight(DIM), **off), "Path Lights", "Terrace", ()),
        "fan.suite": (so(RichFan(), percentage=25), "Suite Ceiling Fan", "Primary Suite", ()),
        "fan.gym": (so(RichFan(), percentage=0), "Gym Fan", "Gym", ()),
        "fan.purifier": (RichFan(), "Air Purifier", "Nursery", ()),
        "switch.fountain": (HouseSwitch(), "Fountain", "Terrace", ()),
        "switch.sauna": (so(HouseSwitch(), **off), "Sauna", "Gym", ()),
        "switch.irrigation": (so(HouseSwitch(), **off), "Irrigation", "Terrace", ("sprinklers",)),
        "cover.shades": (HouseCover(CoverDeviceClass.SHADE), "Great Room Shades", "Great Room", ()),
        "cover.suite": (so(HouseCover(CoverDeviceClass.CURTAIN), **_CLOSED), "Suite Drapes", "Primary Suite", ()),
        "cover.office": (TiltCover(), "Office Blinds", "Office", ()),
        "cover.awning": (so(HouseCover(CoverDeviceClass.AWNING), **_CLOSED), "Awning", "Terrace", ()),
        "cover.garage_left": (
            so(HouseCover(CoverDeviceClass.GARAGE), **_CLOSED),
            "Left Garage Door",
            "Garage",
            (),
        ),
        "cover.garage_right": (HouseCover(CoverDeviceClass.GARAGE), "Right Garage Door", "Garage", ()),
        "cover.gate": (so(HouseCover(CoverDeviceClass.GATE), **_CLOSED), "Driveway Gate", None, ()),
        "climate.great_room": (so(RichClimate(), **cooling), "Great Room AC", "Great Room", ()),
        "climate.suite": (RichClimate(), "Suite AC", "Primary Suite", ()),
        "climate.nursery": (so(HouseClimate(), target_temperature=21), "Nursery Thermostat", "Nursery", ()),
        "humidifier.nursery": (HouseHumidifier(), "Nursery Humidifier", "Nursery", ()),
        "water_heater.main": (HouseWaterHeater(), "Water Heater", "Utility Room", ()),
        "media_player.cinema": (
            RichPlayer(MediaPlayerState.PLAYING, MediaPlayerDeviceClass.TV),
            "Cinema Projector",
            "Cinema",
            (),
        ),
        "media_player.suite": (RichPlayer(idle, MediaPlayerDeviceClass.SPEAKER), "Suite Speaker", "Primary Suite", ()),
        "media_player.terrace": (
            RichPlayer(MediaPlayerState.PLAYING, MediaPlayerDeviceClass.SPEAKER),
            "Terrace Speakers",
            "Terrace",
            (),
        ),
        "vacuum.upstairs": (HouseVacuum(), "Upstairs Vacuum", "Primary Suite", ()),
        "vacuum.downstairs": (HouseVacuum(), "Downstairs Vacuum", "Great Room", ("Wall-E",)),
        "lawn_mower.goat": (HouseMower(), "Goat", "Terrace", ("lawn mower",)),
        "lock.front": (HouseLock(), "Front Door Lock", "Entry", ()),
        "lock.wine": (so(HouseLock(), is_locked=False), "Wine Cellar Lock", "Wine Cellar", ()),
        "valve.main": (so(Tap(), current_valve_position=100), "Main Water Valve", "Utility Room", ()),
        "valve.drip": (Tap(), "Drip Line", "Terrace", ()),
        "select.scene": (HouseSelect("Home", "Away", "Guests"), "House Mode", None, ()),
        "number.delay": (HouseNumber(), "Gate Timeout", None, ()),
        "weather.home": (HouseWeather(), "Forecast", None, ()),
        "scene.movie": (HouseScene(), "Movie Night", "Cinema", ()),
        "scene.dinner": (HouseScene(), "Dinner Party", None, ()),
    }


_RESIDENCE_SENSORS: Sensors = {
    "sensor.great_room": ("Great Room Temperature", "Great Room", "25.5", _DEGREES),
    "sensor.suite": ("Suite Temperature", "Primary Suite", "22.0", _DEGREES),
    "sensor.nursery": ("Nursery Temperature", "Nursery", "20.8", _DEGREES),
    "sensor.cellar": ("Cellar Temperature", "Wine Cellar", "12.5", _DEGREES),
    "sensor.pool": ("Pool Temperature", "Terrace", "27.0", _DEGREES),
    "sensor.outside": ("Outside Temperature", "Terrace", "31.5", _DEGREES),
    "sensor.cellar_humidity": ("Cellar Humidity", "Wine Cellar", "70", _HUMIDITY),
    "sensor.nursery_humidity": ("Nursery Humidity", "Nursery", "38", _HUMIDITY),
    "sensor.solar": ("Solar Production", None, "4200", {"device_class": "power", "unit_of_measurement": "W"}),
    "sensor.grid": ("Grid Consumption", None, "350", {"device_class": "power", "unit_of_measurement": "W"}),
    "sensor.lock_battery": ("Front Door Lock Battery", "Entry", "12", _BATTERY),
    "sensor.remote_battery": ("Shade Remote Battery", "Great Room", "88", _BATTERY),
    "sensor.lux": (
        "Great Room Light Level",
        "Great Room",
        "430",
        {"device_class": "illuminance", "unit_of_measurement": "lx"},
    ),
    "sensor.pressure": (
        "Barometer",
        None,
        "1014",
        {"device_class": "atmospheric_pressure", "unit_of_measurement": "hPa"},
    ),
    "sensor.washer": ("Washing Machine", "Utility Room", "spinning", {}),
    "binary_sensor.front": ("Front Door", "Entry", "off", {"device_class": "door"}),
    "binary_sensor.suite_window": ("Suite Window", "Primary Suite", "on", {"device_class": "window"}),
    "binary_sensor.office_window": ("Office Window", "Office", "off", {"device_class": "window"}),
    "binary_sensor.motion": ("Terrace Motion", "Terrace", "off", {"device_class": "motion"}),
    "binary_sensor.presence": ("Gym Occupancy", "Gym", "on", {"device_class": "occupancy"}),
    "binary_sensor.leak": ("Utility Room Leak", "Utility Room", "on", {"device_class": "moisture"}),
    "binary_sensor.smoke": ("Cinema Smoke Detector", "Cinema", "off", {"device_class": "smoke"}),
    "binary_sensor.charger": ("Car Charger", "Garage", "on", {"device_class": "battery_charging"}),
    "binary_sensor.mail": ("Mailbox", None, "off", {"device_class": "opening"}),
    "person.victoria": ("Victoria", None, "home", {}),
    "person.marcus": ("Marcus", None, "Office Tower", {}),
}
_RESIDENCE_ROOMS = {
    "Great Room": "Main Floor",
    "Entry": "Main Floor",
    "Cinema": "Lower Level",
    "Wine Cellar": "Lower Level",
    "Gym": "Lower Level",
    "Utility Room": "Lower Level",
    "Primary Suite": "Upper Floor",
    "Nursery": "Upper Floor",
    "Office": "Upper Floor",
    "Garage": None,
    "Terrace": None,
}


def _farmhouse() -> Things:
    off = {"is_on": False}
    return {
        "light.stube": (HouseLight(DIM), "Stubenlicht", "Stube", ()),
        "light.ofen": (so(HouseLight(COLORED), **off), "Kachelofen Lampe", "Stube", ()),
        "light.kueche": (HouseLight(WARM), "Küchenlampe", "Küche", ("kitchen lamp",)),
        "light.chevet": (HouseLight(DIM), "Lampe de chevet", "Chambre d'amis", ()),
        "light.fienile": (so(HouseLight(PLAIN), **off), "Luce fienile", "Fienile", ("barn light",)),
        "light.stall": (HouseLight(PLAIN), "Stalllicht", "Stall", ()),
        "light.sodrasto": (HouseLight(DIM), "Södra lampan", "Vardagsrum", ()),
        "light.norra": (HouseLight(DIM), "Norra lampan", "Vardagsrum", ()),
        "switch.melkmaschine": (so(HouseSwitch(), **off), "Melkmaschine", "Stall", ()),
        "switch.weidezaun": (HouseSwitch(), "Weidezaun", None, ("electric fence",)),
        "switch.cafetera": (so(HouseSwitch(), **off), "Cafetera", "Küche", ()),
        "fan.stall": (HouseFan(), "Lüfter", "Stall", ()),
        "cover.stube": (HouseCover(CoverDeviceClass.SHUTTER), "Fensterläden", "Stube", ()),
        "cover.persiana": (so(HouseCover(CoverDeviceClass.SHUTTER), **_CLOSED), "Persiana", "Chambre d'amis", ()),
        "cover.scheunentor": (so(HouseCover(CoverDeviceClass.GARAGE), **_CLOSED), "Scheunentor", "Fienile", ()),
        "climate.stube": (HouseClimate(), "Heizung", "Stube", ()),
        "climate.ospiti": (so(HouseClimate(), target_temperature=15), "Termostato", "Chambre d'amis", ()),
        "media_player.radio": (
            RichPlayer(MediaPlayerState.PLAYING, MediaPlayerDeviceClass.SPEAKER),
            "Küchenradio",
            "Küche",
            (),
        ),
        "lock.haustuer": (HouseLock(), "Haustür", "Flur", ("front door",)),
        "valve.tranke": (Tap(), "Viehtränke", "Stall", ()),
        "scene.feierabend": (HouseScene(), "Feierabend", None, ()),
    }


_FARMHOUSE_SENSORS: Sensors = {
    "sensor.stall": ("Stalltemperatur", "Stall", "9.5", _DEGREES),
    "sensor.stube": ("Stubentemperatur", "Stube", "20.0", _DEGREES),
    "sensor.brunnen": ("Brunnen", None, "3.2", {"device_class": "distance", "unit_of_measurement": "m"}),
    "binary_sensor.stalltuer": ("Stalltür", "Stall", "on", {"device_class": "door"}),
    "binary_sensor.fenetre": ("Fenêtre", "Chambre d'amis", "off", {"device_class": "window"}),
    "person.jurgen": ("Jürgen", None, "home", {}),
    "person.chloe": ("Chloé", None, "not_home", {}),
}
_FARMHOUSE_ROOMS = {
    "Stube": "Erdgeschoss",
    "Küche": "Erdgeschoss",
    "Flur": "Erdgeschoss",
    "Vardagsrum": "Erdgeschoss",
    "Chambre d'amis": "Étage",
    "Stall": None,
    "Fienile": None,
}


async def async_townhouse(hass: HomeAssistant) -> House:
    """Return the town house."""
    levels = {"Ground Floor": 0, "First Floor": 1, "Loft": 2}
    house = await async_house(hass, levels, _TOWNHOUSE_ROOMS, _townhouse(), _TOWNHOUSE_SENSORS)
    return await _also_called(house, {"Kids Bedroom": "Lily's room", "Study": "home office", "Hall": "hallway"})


async def async_residence(hass: HomeAssistant) -> House:
    """Return the villa full of machines."""
    levels = {"Lower Level": -1, "Main Floor": 0, "Upper Floor": 1}
    house = await async_house(hass, levels, _RESIDENCE_ROOMS, _residence(), _RESIDENCE_SENSORS)
    return await _also_called(house, {"Primary Suite": "master bedroom", "Cinema": "theater"})


async def async_farmhouse(hass: HomeAssistant) -> House:
    """Return the farm with names in five languages."""
    levels = {"Erdgeschoss": 0, "Étage": 1}
    house = await async_house(hass, levels, _FARMHOUSE_ROOMS, _farmhouse(), _FARMHOUSE_SENSORS)
    return await _also_called(house, {"Chambre d'amis": "guest room", "Fienile": "barn"})


async def _also_called(house: House, aliases: Mapping[str, str]) -> House:
    """Give areas a second name."""
    areas = ar.async_get(house.hass)
    for name, alias in aliases.items():
        areas.async_update(areas.async_get_or_create(name).id, aliases={alias})
    await house.hass.async_block_till_done()
    return house
