"""Two more homes: a bungalow with a lodger, and a flat over a shop."""

from homeassistant.components.cover import CoverDeviceClass
from homeassistant.components.media_player.const import MediaPlayerDeviceClass, MediaPlayerState
from homeassistant.core import HomeAssistant

from tests.agent.devices import HouseCalendar, HouseHumidifier, HouseList, HouseVacuum, RichClimate, RichFan, RichPlayer
from tests.agent.guarded_house import Panel
from tests.agent.house import House, HouseClimate, HouseCover, HouseFan, HouseLight, HouseLock, HouseScene, HouseSwitch
from tests.agent.route_houses import Sensors, Things, async_house
from tests.agent.unseen.small import COLORED, DIM, PLAIN, WARM, so

_OFF = {"is_on": False}
_DEGREES = {"device_class": "temperature", "unit_of_measurement": "°C"}


def _bungalow() -> Things:
    tv = RichPlayer(MediaPlayerState.OFF, MediaPlayerDeviceClass.TV)
    return {
        "light.lounge_main": (HouseLight(DIM), "Lounge Main Light", "Lounge", ()),
        "light.lounge_reading": (so(HouseLight(WARM), **_OFF), "Reading Lamp", "Lounge", ()),
        "light.kitchen_strip": (HouseLight(COLORED), "Worktop Strip", "Kitchen", ("counter lights",)),
        "light.kitchen_pendant": (so(HouseLight(DIM), **_OFF), "Pendant", "Kitchen", ()),
        "light.bedroom": (so(HouseLight(DIM), **_OFF), "Bedroom Light", "Bedroom", ()),
        "light.lodger": (HouseLight(DIM), "Raj's Lamp", "Raj's Room", ()),
        "light.utility": (HouseLight(PLAIN), "Utility Light", "Utility Room", ()),
        "light.drive": (so(HouseLight(PLAIN), **_OFF), "Driveway Lights", "Front Garden", ()),
        "switch.greenhouse": (HouseSwitch(), "Greenhouse Heater", "Back Garden", ()),
        "switch.pond": (HouseSwitch(), "Pond Pump", "Back Garden", ()),
        "switch.tumble": (so(HouseSwitch(), **_OFF), "Tumble Dryer", "Utility Room", ("dryer",)),
        "switch.blanket": (so(HouseSwitch(), **_OFF), "Electric Blanket", "Bedroom", ()),
        "fan.extractor": (so(HouseFan(), percentage=0), "Extractor Fan", "Bathroom", ()),
        "fan.bedroom": (RichFan(), "Pedestal Fan", "Bedroom", ()),
        "climate.lounge": (HouseClimate(), "Lounge Radiator", "Lounge", ()),
        "climate.bedroom": (so(HouseClimate(), target_temperature=17), "Bedroom Radiator", "Bedroom", ()),
        "media_player.tv": (tv, "Lounge TV", "Lounge", ()),
        "media_player.kitchen": (
            RichPlayer(MediaPlayerState.PLAYING, MediaPlayerDeviceClass.SPEAKER),
            "Kitchen Echo",
            "Kitchen",
            (),
        ),
        "cover.lounge": (HouseCover(CoverDeviceClass.CURTAIN), "Lounge Curtains", "Lounge", ()),
        "cover.garage": (
            so(HouseCover(CoverDeviceClass.GARAGE), current_cover_position=0, is_closed=True),
            "Garage",
            "Garage",
            (),
        ),
        "lock.front": (HouseLock(), "Front Door Lock", "Porch", ()),
        "alarm_control_panel.home": (Panel(), "Burglar Alarm", None, ()),
        "vacuum.mabel": (HouseVacuum(), "Mabel", "Lounge", ()),
        "todo.jobs": (HouseList("Fix the gate", "Paint shed"), "Jobs", None, ("to do list",)),
        "calendar.home": (HouseCalendar("Boiler service"), "Home", None, ()),
        "scene.film": (HouseScene(), "Film Night", "Lounge", ()),
    }


_BUNGALOW_SENSORS: Sensors = {
    "sensor.lounge": ("Lounge Temperature", "Lounge", "19.2", _DEGREES),
    "sensor.greenhouse": ("Greenhouse Temperature", "Back Garden", "8.4", _DEGREES),
    "sensor.freezer": ("Freezer Temperature", "Utility Room", "-17", _DEGREES),
    "sensor.soil": ("Soil Moisture", "Back Garden", "34", {"device_class": "moisture", "unit_of_measurement": "%"}),
    "sensor.doorbell": ("Doorbell Battery", "Porch", "61", {"device_class": "battery", "unit_of_measurement": "%"}),
    "binary_sensor.back": ("Back Door", "Utility Room", "off", {"device_class": "door"}),
    "binary_sensor.lounge": ("Lounge Window", "Lounge", "on", {"device_class": "window"}),
    "binary_sensor.bed": ("Bedroom Window", "Bedroom", "off", {"device_class": "window"}),
    "binary_sensor.hall": ("Hall Motion", "Hall", "off", {"device_class": "motion"}),
    "binary_sensor.washer": ("Washing Machine Leak", "Utility Room", "off", {"device_class": "moisture"}),
    "person.margaret": ("Margaret", None, "home", {}),
    "person.raj": ("Raj", None, "not_home", {}),
}
_BUNGALOW_ROOMS = dict.fromkeys(
    (
        "Lounge",
        "Kitchen",
        "Bedroom",
        "Raj's Room",
        "Bathroom",
        "Hall",
        "Porch",
        "Utility Room",
        "Garage",
        "Front Garden",
        "Back Garden",
    )
)


def _shop() -> Things:
    return {
        "light.window": (HouseLight(COLORED), "Window Display", "Shop", ("display lights",)),
        "light.counter": (HouseLight(DIM), "Counter", "Shop", ()),
        "light.neon": (HouseLight(PLAIN), "Neon Sign", "Shop", ("open sign",)),
        "light.stock_1": (so(HouseLight(PLAIN), **_OFF), "Stockroom Light 1", "Stockroom", ()),
        "light.stock_2": (HouseLight(PLAIN), "Stockroom Light 2", "Stockroom", ()),
        "light.flat": (HouseLight(DIM), "Sofa Lamp", "Sitting Room", ()),
        "light.flat_ceiling": (so(HouseLight(DIM), **_OFF), "Ceiling", "Sitting Room", ()),
        "light.loo": (so(HouseLight(PLAIN), **_OFF), "Loo Light", "Loo", ()),
        "switch.till": (HouseSwitch(), "Till", "Shop", ()),
        "switch.oven": (so(HouseSwitch(), **_OFF), "Pizza Oven", "Shop", ()),
        "switch.ice": (HouseSwitch(), "Ice Machine", "Stockroom", ()),
        "switch.immersion": (so(HouseSwitch(), **_OFF), "Immersion Heater", "Loo", ()),
        "climate.shop": (so(RichClimate(), target_temperature=20), "Shop AC", "Shop", ()),
        "climate.flat": (HouseClimate(), "Storage Heater", "Sitting Room", ()),
        "humidifier.cigars": (HouseHumidifier(), "Humidor", "Shop", ()),
        "media_player.shop": (
            RichPlayer(MediaPlayerState.PLAYING, MediaPlayerDeviceClass.SPEAKER),
            "Shop Speakers",
            "Shop",
            (),
        ),
        "media_player.flat": (
            RichPlayer(MediaPlayerState.PAUSED, MediaPlayerDeviceClass.TV),
            "Telly",
            "Sitting Room",
            (),
        ),
        "cover.shutter": (HouseCover(CoverDeviceClass.SHUTTER), "Shop Shutter", "Shop", ("security shutter",)),
        "cover.blind": (HouseCover(CoverDeviceClass.BLIND), "Roman Blind", "Sitting Room", ()),
        "lock.shop": (so(HouseLock(), is_locked=False), "Shop Door", "Shop", ()),
        "lock.flat": (HouseLock(), "Flat Door", "Stairs", ()),
        "scene.closing": (HouseScene(), "Closing Time", "Shop", ()),
        "todo.orders": (HouseList("Napkins"), "Orders", None, ()),
    }


_SHOP_SENSORS: Sensors = {
    "sensor.shop": ("Shop Temperature", "Shop", "23.1", _DEGREES),
    "sensor.flat": ("Sitting Room Temperature", "Sitting Room", "18.0", _DEGREES),
    "sensor.fridge": ("Fridge", "Shop", "4.5", _DEGREES),
    "sensor.humidor": ("Humidor Humidity", "Shop", "66", {"device_class": "humidity", "unit_of_measurement": "%"}),
    "sensor.power": ("Mains", None, "1840", {"device_class": "power", "unit_of_measurement": "W"}),
    "binary_sensor.till": ("Till Drawer", "Shop", "on", {"device_class": "opening"}),
    "binary_sensor.door": ("Stockroom Door", "Stockroom", "off", {"device_class": "door"}),
    "binary_sensor.shop": ("Shop Presence", "Shop", "on", {"device_class": "occupancy"}),
    "binary_sensor.smoke": ("Stockroom Smoke", "Stockroom", "off", {"device_class": "smoke"}),
    "person.enzo": ("Enzo", None, "home", {}),
    "person.sofia": ("Sofia", None, "not_home", {}),
}
_SHOP_ROOMS = {"Shop": "Street", "Stockroom": "Street", "Sitting Room": "Flat", "Loo": "Flat", "Stairs": None}


async def async_bungalow(hass: HomeAssistant) -> House:
    """Return the bungalow."""
    return await async_house(hass, {}, _BUNGALOW_ROOMS, _bungalow(), _BUNGALOW_SENSORS)


async def async_shop(hass: HomeAssistant) -> House:
    """Return the flat over the shop."""
    return await async_house(hass, {"Street": 0, "Flat": 1}, _SHOP_ROOMS, _shop(), _SHOP_SENSORS)
