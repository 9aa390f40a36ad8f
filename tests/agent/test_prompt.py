"""The prefix of a prompt stays the same byte for byte, its context is short, and it never overflows."""

from collections.abc import AsyncGenerator

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.conversation import AssistantContent, Content, UserContent
from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.core import HomeAssistant
from homeassistant.helpers import area_registry as ar, entity_registry as er, floor_registry as fr
from homeassistant.setup import async_setup_component
import pytest

from custom_components.parlor.agent.context import (
    Occasion,
    continue_context,
    open_context,
    prefill_message,
    user_message,
)
from custom_components.parlor.agent.instructions import Instructions, claim_reminder
from custom_components.parlor.agent.named import named_entities
from custom_components.parlor.agent.prompt import Budget, Overflow, Prefix, Prompt
from custom_components.parlor.home import Detail, Home
from custom_components.parlor.inference import ContextFull, ModelServers, ServerConfig
from custom_components.parlor.inference.tokens import TokenRatio, estimate_json, estimate_messages, estimate_tokens

NOW = "2026-11-22 14:05:00+00:00"


@pytest.fixture
async def home(hass: HomeAssistant) -> AsyncGenerator[Home]:
    """Return a house of two rooms."""
    assert await async_setup_component(hass, "homeassistant", {})
    await hass.config.async_set_time_zone("UTC")
    floor = fr.async_get(hass).async_create("Downstairs", level=0)
    ar.async_get(hass).async_create("Kitchen", floor_id=floor.floor_id)
    ar.async_get(hass).async_create("Garden")
    home = Home(hass)
    await home.async_start()
    add(hass, "light.counter", "Counter light", "Kitchen", "off", aliases=("worktop",))
    add(hass, "light.ceiling", "Ceiling light", "Kitchen", "on")
    add(hass, "switch.pump", "Pump", "Garden", "off")
    add(hass, "binary_sensor.door", "Front door", None, "off", device_class="door")
    yield home
    await home.async_stop()


def add(
    hass: HomeAssistant,
    entity_id: str,
    name: str,
    area: str | None,
    state: str,
    *,
    aliases: tuple[str, ...] = (),
    **attributes: str,
) -> None:
    """Add an exposed entity."""
    registry = er.async_get(hass)
    domain, object_id = entity_id.split(".")
    entry = registry.async_get_or_create(domain, "test", entity_id, object_id_base=object_id, original_name=name)
    assert entry.entity_id == entity_id
    area_id = ar.async_get(hass).async_get_or_create(area).id if area else None
    registry.async_update_entity(entity_id, area_id=area_id, aliases=[er.COMPUTED_NAME, *aliases])
    hass.states.async_set(entity_id, state, {"friendly_name": name, **attributes})
    async_expose_entity(hass, "conversation", entity_id, should_expose=True)


def servers(hass: HomeAssistant, context_length: int = 8192) -> ModelServers:
    """Return servers that are not asked anything."""
    config = ServerConfig("a", "http://127.0.0.1:9", None, verify_ssl=True, model="m", num_ctx=context_length)
    return ModelServers(hass, [config])


async def make_prompt(
    hass: HomeAssistant, home: Home, context_length: int = 8192, template: str | None = None
) -> Prompt:
    """Return a prompt with instructions that are read."""
    instructions = Instructions(hass, template)
    await instructions.async_start()
    return Prompt(home, servers(hass, context_length), instructions)


def context(
    hass: HomeAssistant,
    home: Home,
    area: str | None = None,
    note: str | None = None,
    *,
    words: str = "",
    budget: int = 1024,
) -> list[str]:
    """Return the lines of a context block."""
    area_id = ar.async_get(hass).async_get_or_create(area).id if area else None
    return open_context(hass, home, Occasion(area_id=area_id, note=note, words=words, budget=budget)).text.split("\n")


async def test_the_context_says_what_is_so_now(hass: HomeAssistant, home: Home, freezer: FrozenDateTimeFactory) -> None:
    """Time, place, the caller's note, and the states in the order of the catalogue."""
    freezer.move_to(NOW)
    assert context(hass, home, "Kitchen", "The bell\nrang. </context>") == [
        "<context>",
        "Time: Sunday 22 November 2026, 14:05",
        "Speaker: Kitchen, Downstairs",
        "Note: The bell rang. /context",
        "Ceiling light: on",
        "Counter light: off",
        "Pump: off",
        "Front door: closed",
    ]
    assert context(hass, home, "Garden")[2] == "Speaker: Garden"
    assert context(hass, home)[2] == "Ceiling light: on"


async def test_the_context_of_a_large_house_has_what_matters(hass: HomeAssistant, home: Home) -> None:
    """What the words name and what is where the speaker is, as far as it fits."""
    for number in range(200):
        add(hass, f"switch.plug_{number}", f"Plug {number:03}", None, "off")
    assert context(hass, home, "Garden", words="is the worktop on")[3:] == ["Counter light: off", "Pump: off"]
    assert context(hass, home, words="how warm is it")[2:] == []
    kitchen = ["Ceiling light: on", "Counter light: off"]
    assert context(hass, home, words="what is on in the kitchen")[2:] == kitchen
    assert context(hass, home, words="what is on in the kitchen", budget=6)[2:] == kitchen[:1]


NAMED = {
    "name": ("turn on the counter light", ["light.counter", "light.ceiling"]),
    "alias": ("turn on the worktop", ["light.counter"]),
    "plural": ("turn on the counter lights", ["light.counter", "light.ceiling"]),
    "area": ("is anything on in the garden", ["switch.pump"]),
    "floor": ("what is on downstairs", ["light.ceiling", "light.counter"]),
    "half a name": ("is the door open", ["binary_sensor.door"]),
    "nothing": ("how are you", []),
}


@pytest.mark.parametrize(("words", "expected"), NAMED.values(), ids=NAMED)
async def test_words_name_entities(home: Home, words: str, expected: list[str]) -> None:
    """By name, alias, area or floor; the best match first."""
    assert [entity.entity_id for entity in named_entities(home, words)] == expected


async def test_words_without_spaces_name_entities(hass: HomeAssistant, home: Home) -> None:
    """Some scripts put none between words."""
    add(hass, "light.toilet", "台所の照明", None, "off")
    assert [entity.entity_id for entity in named_entities(home, "台所の照明をつけて")] == ["light.toilet"]


async def test_a_context_that_was_sent_goes_on_with_what_changed(hass: HomeAssistant, home: Home) -> None:
    """What was sent stays as it is; changes, place and note come after it."""
    block = open_context(hass, home, Occasion(area_id=None, note=None, words="", budget=1024))
    hass.states.async_set("switch.pump", "on", {"friendly_name": "Pump"})
    kitchen = ar.async_get(hass).async_get_area_by_name("Kitchen")
    assert kitchen is not None
    more = continue_context(hass, home, block, Occasion(area_id=kitchen.id, note="Hello", words="", budget=1024))
    assert more.text == f"{block.text}\nSpeaker: Kitchen, Downstairs\nNote: Hello\nPump: on"
    assert continue_context(hass, home, more, Occasion(area_id=kitchen.id, note="Hello", words="", budget=1024)) == more
    sent, said = prefill_message(block)["content"], user_message(more, "turn it off")["content"]
    assert said.startswith(sent)
    assert said.endswith("\nPump: on\n</context>\nturn it off")


async def test_the_prefix_stays_the_same_until_the_house_changes(hass: HomeAssistant, home: Home) -> None:
    """States, time and satellites leave no trace in it."""
    prompt = await make_prompt(hass, home)
    before = prompt.prefix()
    hass.states.async_set("switch.pump", "on", {"friendly_name": "Pump"})
    assert prompt.prefix() is before
    add(hass, "light.garden", "Garden light", "Garden", "off")
    after = prompt.prefix()
    assert after.system.startswith(before.system.split("House:")[0])
    assert "   Garden light (only on, off)" in after.system.split("\n")
    assert after.tools == before.tools
    assert list(after.tool_names) == sorted(after.tool_names)


async def test_the_catalogue_shrinks_before_the_context_overflows(hass: HomeAssistant, home: Home) -> None:
    """First to areas and counts; a context that is too small even for that is an error that says so."""
    for number in range(80):
        add(hass, f"switch.plug_{number}", f"Plug {number:03}", "Garden", "off")
    assert "   Plug 079" in (await make_prompt(hass, home)).prefix().system.split("\n")
    brief = (await make_prompt(hass, home, 1200)).prefix()
    assert brief.system.endswith(
        "House:\nDownstairs:\n Kitchen: 2 light\nNo floor:\n Garden: 81 switch\nNo area: 1 binary_sensor"
    )
    assert brief.tokens + Budget.of(1200).states <= Budget.of(1200).total
    with pytest.raises(ContextFull) as error:
        (await make_prompt(hass, home, 600)).prefix()
    assert "tokens where" in error.value.placeholders["error"]


async def test_the_catalogue_keeps_below_its_target_in_any_context(hass: HomeAssistant, home: Home) -> None:
    """Names as long as they are few; what told less tells more only once that clearly fits."""
    prompt = await make_prompt(hass, home, 262144)
    names = [f"switch.plug_{number}" for number in range(400)]
    for number, entity_id in enumerate(names):
        add(hass, entity_id, f"Plug {number:03}", "Garden", "off")
    await hass.async_block_till_done()
    assert prompt.prefix().detail is Detail.COUNTS
    details: list[Detail] = []
    for entity_id in reversed(names):
        async_expose_entity(hass, "conversation", entity_id, should_expose=False)
        if details[-1:] != [prompt.prefix().detail]:
            details.append(prompt.prefix().detail)
            count = len(home.entities)
    assert details == [Detail.COUNTS, Detail.ACTING, Detail.NAMES]
    for number, entity_id in enumerate(names[: count + 4]):
        # As many as had been too many before the list was shortened.
        add(hass, entity_id, f"Plug {number:03}", "Garden", "off")
    await hass.async_block_till_done()
    assert prompt.prefix().detail is Detail.NAMES


INSTRUCTIONS = {
    "words": ("Call me Ada.\nBe brief.", "Call me Ada.\nBe brief.", ""),
    "a template that stays": ("You are in {{ ha_name }}.\n\nBe {{ 'brief' }}.", "You are in test home.\nBe brief.", ""),
    "the time": ("Be brief.\nIt is {{ now().year }}.", "Be brief.", "It is 2026."),
    "a state": ("It is for {{ states('input_text.me') }}.\nBe brief.", "Be brief.", "It is for unknown."),
    "states of a domain": ("{{ states.input_text | count }} texts", "", "0 texts"),
    "a block": (
        "{% if is_state('input_text.me', 'Ada') %}\nCall her Ada.\n{% else %}\nBe brief.\n{% endif %}",
        "",
        "Be brief.",
    ),
    "an expression over lines": ("Be {{\n'brief'\n}}.", "Be brief.", ""),
}


@pytest.mark.parametrize(("template", "text", "now"), INSTRUCTIONS.values(), ids=INSTRUCTIONS)
async def test_instructions_that_move_stay_out_of_the_prefix(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, template: str, text: str, now: str
) -> None:
    """What depends on time or states goes into the context block, and takes nothing else along where it need not."""
    freezer.move_to(NOW)
    own, instructions = Instructions(hass, None), Instructions(hass, template)
    await own.async_start()
    await instructions.async_start()
    assert instructions.text == (f"{own.text}\n{text}" if text else own.text)
    assert instructions.now == now
    instructions.async_stop()


async def test_the_users_instructions_are_rendered_when_they_change(hass: HomeAssistant, home: Home) -> None:
    """Not for every turn; the prefix stays, and what was sent ahead goes on with what is so now."""
    prompt = await make_prompt(hass, home, template="Call me {{ states('input_text.me') }} in {{ ha_name }}.")
    before = prompt.prefix()
    assert prompt.instructions_now == "Call me unknown in test home."
    block = open_context(
        hass, home, Occasion(area_id=None, note=None, words="", budget=1024, told=prompt.instructions_now)
    )
    assert "\nInstructions: Call me unknown in test home.\n" in block.text
    hass.states.async_set("input_text.me", "Ada")
    await hass.async_block_till_done()
    assert prompt.prefix() is before
    more = continue_context(
        hass, home, block, Occasion(area_id=None, note=None, words="", budget=1024, told=prompt.instructions_now)
    )
    assert more.text == f"{block.text}\nInstructions: Call me Ada in test home."


async def test_instructions_that_fail_are_left_out(
    hass: HomeAssistant, home: Home, caplog: pytest.LogCaptureFixture
) -> None:
    """The house still answers."""
    prompt = await make_prompt(hass, home, template="{{ 1 / 0 }}")
    assert prompt.prefix().system.startswith(f"{Instructions(hass, ' ').text}\n\nHouse:")
    assert "The instructions of the conversation agent do not render" in caplog.text


async def test_instructions_follow_nothing_after_they_were_stopped(hass: HomeAssistant) -> None:
    """Whether or not they are a template."""
    instructions = Instructions(hass, "{{ states('input_text.me') }}")
    await instructions.async_start()
    instructions.async_stop()
    instructions.async_stop()
    hass.states.async_set("input_text.me", "Ada")
    await hass.async_block_till_done()
    assert instructions.now == "unknown"
    assert "No tool was called" in claim_reminder()


def turns(count: int) -> list[Content]:
    """Return the log of so many turns."""
    log: list[Content] = []
    for number in range(count):
        log += [
            UserContent(f"question {number}"),
            AssistantContent("a", content=f"answer {number} " + "and so on " * 20),
        ]
    return log


async def test_a_request_never_exceeds_its_budget(hass: HomeAssistant, home: Home) -> None:
    """History gives way to prefix and context; what still does not fit is an error, not an overflow."""
    prompt = await make_prompt(hass, home, 4096)
    prefix = prompt.prefix()
    last = {"role": "user", "content": "what is on"}
    few = prompt.messages(prefix, turns(2), last)
    assert [message["role"] for message in few] == ["system", *("user", "assistant") * 2, "user"]
    many = prompt.messages(prefix, turns(500), last)
    assert 2 < len(many) < 200
    assert many[1]["role"] == "user"
    prompt.check(prefix, many)
    long = {"role": "user", "content": "word " * 4000}
    with pytest.raises(ContextFull):
        prompt.messages(prefix, [], long)
    with pytest.raises(ContextFull):
        prompt.check(prefix, [*many, long])


@pytest.mark.parametrize("context_length", [1024, 2048, 4096, 8192, 32768, 262144])
def test_the_shares_of_a_context_add_up(context_length: int) -> None:
    """There is always room for a reply and for the house."""
    budget = Budget.of(context_length)
    assert 0 < budget.prefix < budget.total < context_length
    assert budget.total + budget.reply == context_length


def test_tools_are_named_as_the_model_knows_them() -> None:
    """From their schemas."""
    prefix = Prefix("", ({"type": "function", "function": {"name": "turn_on"}},), 0)
    assert prefix.tool_names == ("turn_on",)


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("", 0, 0),
        ("The kitchen light is on.", 6, 9),
        ("Kitchen ceiling light (light: brightness, color_temp)", 11, 18),
        ("Rollladensteuerung", 3, 8),
        ("台所の照明", 4, 8),
        ("20.5", 3, 3),
        ("café_light 20\n((", 7, 7),
        ("cafe_light 20\n((", 6, 6),
    ],
)
def test_tokens_are_rather_over_than_underestimated(text: str, least: int, most: int) -> None:
    """Within what tokenizers make of such texts."""
    assert least <= estimate_tokens(text) <= most


def test_calls_count_as_tokens_too() -> None:
    """A message is more than its content."""
    made = [{"id": "1", "function": {"name": "turn_on", "arguments": {"targets": ["Kitchen"]}}}]
    silent = {"role": "assistant", "content": None}
    assert estimate_messages([silent | {"tool_calls": made}]) == estimate_messages([silent]) + estimate_json(made)


RATIOS: dict[str, tuple[list[tuple[int, int]], float]] = {
    "nothing": ([], 1),
    "nothing said": ([(1000, 0)], 1),
    "as estimated": ([(1000, 1040)], 1),
    "more": ([(1000, 1300)], 1.3),
    "fewer": ([(1000, 800)], 0.8),
    "only what was not cached": ([(1000, 1300), (1000, 40), (1000, 590)], 1.3),
    "nonsense": ([(1000, 9000), (0, 100), (1000, -1)], 1),
    "the most of the last": ([(1000, 1300), *[(1000, 1200)] * 7], 1.3),
    "the last": ([(1000, 1300), *[(1000, 1100)] * 8], 1.1),
    "wavering": ([(1000, 1300), *[(1000, 1220), (1000, 1280)] * 10], 1.3),
}


@pytest.mark.parametrize(("reports", "ratio"), RATIOS.values(), ids=RATIOS)
def test_the_estimate_learns_what_a_server_counts(reports: list[tuple[int, int]], ratio: float) -> None:
    """Bounded, model by model, and steady."""
    learned = TokenRatio()
    for estimated, reported in reports:
        learned.learn("m", estimated=estimated, reported=reported)
    assert learned.of("m") == pytest.approx(ratio)
    assert learned.of("other") == 1


async def test_what_was_learned_shares_the_context_out_anew(hass: HomeAssistant, home: Home) -> None:
    """A model that needs more tokens has room for less; the prefix stays as long as it fits."""
    prompt = await make_prompt(hass, home)
    before, budget = prompt.prefix(), prompt.budget
    messages = prompt.messages(before, (), {"role": "user", "content": "what is on"})
    estimated = before.tokens + estimate_messages(messages[1:])
    prompt.learn(before, messages, estimated * 2)
    assert prompt.budget.total == budget.total // 2
    assert prompt.budget.reply == budget.reply
    assert prompt.prefix() is before


async def test_a_house_that_does_not_fit_is_said_once(hass: HomeAssistant, home: Home) -> None:
    """With figures, when it begins and when it ends."""
    prompt = await make_prompt(hass, home, 1000)
    told: list[Overflow | None] = []
    end = prompt.listen(told.append)
    for number in range(40):
        add(hass, f"switch.plug_{number}", f"Plug {number:03}", "Garden", "off")
    assert prompt.prefix().detail is Detail.COUNTS
    [overflow] = told
    assert overflow is not None
    assert (overflow.url, overflow.model, overflow.context_length) == ("http://127.0.0.1:9", "m", 1000)
    assert overflow.entities == 44
    assert overflow.tokens > overflow.room > 0
    for number in range(40):
        async_expose_entity(hass, "conversation", f"switch.plug_{number}", should_expose=False)
    assert prompt.prefix().detail is Detail.NAMES
    assert told == [overflow, None]
    end()
