"""How a subentry becomes requests."""

from dataclasses import replace
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigSubentry
import pytest

from custom_components.parlor.inference import ServerConfig, Tuning, tunings_of
from custom_components.parlor.inference.config import chat_request
from custom_components.parlor.network import Allowed

FULL = {
    "url": "http://10.0.0.2:11434",
    "api_key": "k",
    "verify_ssl": False,
    "model": "qwen3:4b",
    "num_ctx": 16384.0,
    "num_batch": 64.0,
    "keep_alive": 300,
    "think": True,
    "headers": {"X-Token": "t"},
    "allow_shared": True,
    "allowed_address": "203.0.113.7",
    "limits": {"connect": 1.5, "first_token": 9.0, "total": 60.0},
}
BARE = {"url": "http://10.0.0.2:11434", "model": "qwen3:4b"}
MESSAGES = [{"role": "user", "content": "hi"}]
TOOLS = [{"type": "function", "function": {"name": "f"}}]


def _config(data: dict[str, Any]) -> ServerConfig:
    return ServerConfig.from_subentry(
        ConfigSubentry(
            data=MappingProxyType(data), subentry_id="id", subentry_type="model_server", title="", unique_id=None
        )
    )


@pytest.mark.parametrize(
    ("data", "config"),
    [
        (
            FULL,
            ServerConfig(
                id="id",
                url="http://10.0.0.2:11434",
                api_key="k",
                verify_ssl=False,
                model="qwen3:4b",
                num_ctx=16384,
                num_batch=64,
                keep_alive=300,
                think=True,
                headers={"X-Token": "t"},
                allowed=Allowed(shared=True, address="203.0.113.7"),
                connect_limit=1.5,
                first_limit=9.0,
                total_limit=60.0,
            ),
        ),
        (BARE, ServerConfig("id", "http://10.0.0.2:11434", None, True, "qwen3:4b", 8192, None, -1, False)),
        (
            {**BARE, "api_key": "", "num_batch": 0},
            ServerConfig("id", "http://10.0.0.2:11434", None, True, "qwen3:4b"),
        ),
    ],
    ids=["full", "bare", "blank"],
)
def test_from_subentry(data: dict[str, Any], config: ServerConfig) -> None:
    """What is not set has the defaults, and numbers of forms become whole ones."""
    assert _config(data) == config


def test_request() -> None:
    """A request says all that keeps a model loaded as it is, whatever the caller's options are."""
    assert chat_request(
        _config(FULL),
        MESSAGES,
        TOOLS,
        options={"temperature": 0.2, "num_ctx": 1, "num_batch": 2, "num_gpu": 3, "use_mmap": False},
        response_format="json",
    ) == {
        "model": "qwen3:4b",
        "messages": MESSAGES,
        "tools": TOOLS,
        "stream": True,
        "think": True,
        "keep_alive": 300,
        "format": "json",
        "options": {"temperature": 0.2, "num_ctx": 16384, "num_batch": 64},
    }


def test_bare_request() -> None:
    """What is not asked for is not in the request, apart from thinking: left out it would be on."""
    assert chat_request(_config(BARE), MESSAGES, model="other") == {
        "model": "other",
        "messages": MESSAGES,
        "stream": True,
        "think": False,
        "keep_alive": -1,
        "options": {"num_ctx": 8192},
    }


def _agent(**data: Any) -> ConfigSubentry:
    return ConfigSubentry(data=MappingProxyType(data), subentry_type="conversation", title="", unique_id=None)


def _task(**data: Any) -> ConfigSubentry:
    return ConfigSubentry(data=MappingProxyType(data), subentry_type="ai_task_data", title="", unique_id=None)


def test_own_models_of_tasks() -> None:
    """An AI task's own model leaves the memory soon; one that an agent has too is run as the agent says."""
    tunings = tunings_of(
        [_agent(model="shared", tuning={"keep_alive": -1})],
        [
            _task(model="shared", tuning={"keep_alive": 0}),
            _task(),
            _task(model="eyes", tuning={"num_ctx": 4096}),
            _task(model="stays", tuning={"keep_alive": -1}),
        ],
    )
    assert tunings == {
        "shared": Tuning(keep_alive=-1, warm=True),
        "eyes": Tuning(num_ctx=4096, keep_alive=300),
        "stays": Tuning(keep_alive=-1),
    }
    assert [config.model for config in replace(_config(FULL), tunings=tunings).warm] == [_config(FULL).model, "shared"]


def test_own_models_of_agents() -> None:
    """An agent's own model is run as the agent says, the same for all that have it, and as the server's otherwise."""
    tunings = tunings_of(
        [
            _agent(),
            _agent(tuning={"num_ctx": 4096}),
            _agent(model="big", tuning={"num_ctx": 32768.0, "keep_alive": 0, "think": False}),
            _agent(model="big", tuning={"num_ctx": 1024}),
            _agent(model="small"),
        ]
    )
    assert tunings == {
        "big": Tuning(num_ctx=32768, keep_alive=0, think=False, warm=True),
        "small": Tuning(warm=True),
    }
    config = replace(_config(FULL), tunings=tunings)
    wanted = {"big": (32768, 64, 0, False), "small": (16384, 64, 300, True), config.model: (16384, 64, 300, True)}
    for model, (num_ctx, num_batch, keep_alive, think) in wanted.items():
        request = chat_request(config, MESSAGES, model=model)
        assert request["options"] == {"num_ctx": num_ctx, "num_batch": num_batch}
        assert (request["model"], request["keep_alive"], request["think"]) == (model, keep_alive, think)
