"""What the lists and descriptions of models mean."""

from typing import Any

import pytest

from custom_components.parlor.inference import InstalledModel
from custom_components.parlor.inference.models import by_usefulness, is_cloud_name, read_details, read_installed


@pytest.mark.parametrize(
    ("name", "cloud"),
    [
        ("gpt-oss:120b-cloud", True),
        ("glm-4.6:cloud", True),
        ("GLM-4.6:Cloud", True),
        ("someone/qwen3:8b-CLOUD ", True),
        ("qwen3:4b-instruct", False),
        ("cloudy", False),
        ("cloud/qwen3", False),
        ("qwen3:cloud-q4", False),
    ],
)
def test_cloud_names(name: str, cloud: bool) -> None:
    """A cloud tag is one in any spelling; the word elsewhere is not."""
    assert is_cloud_name(name) is cloud


@pytest.mark.parametrize(
    ("entry", "model"),
    [
        (
            {
                "name": "qwen3:4b",
                "size": 2_600_000_000,
                "details": {"parameter_size": "4.0B", "quantization_level": "Q4_K_M", "context_length": 262_144},
                "capabilities": ["completion", "tools"],
            },
            InstalledModel(
                "qwen3:4b", 2_600_000_000, "4.0B", "Q4_K_M", 262_144, frozenset({"completion", "tools"}), remote=False
            ),
        ),
        ({"model": "old"}, InstalledModel("old", 0, "", "", None, frozenset(), remote=False)),
        (
            {
                "name": "stub",
                "size": True,
                "details": [],
                "capabilities": "tools",
                "remote_host": "https://ollama.com:443",
            },
            InstalledModel("stub", 0, "", "", None, frozenset(), remote=True),
        ),
        ({"name": "x:cloud"}, InstalledModel("x:cloud", 0, "", "", None, frozenset(), remote=True)),
    ],
    ids=["full", "bare", "wrong kinds, remote", "cloud by name"],
)
def test_installed(entry: dict[str, Any], model: InstalledModel) -> None:
    """An entry of the list is read as far as it goes."""
    assert read_installed(entry) == model


@pytest.mark.parametrize(
    ("data", "context_length", "remote"),
    [
        ({"model_info": {"general.architecture": "qwen3", "qwen3.context_length": 40_960}}, 40_960, False),
        ({"model_info": {"gemma3.context_length": 131_072}}, 131_072, False),
        ({"model_info": {"gemma3.context_length": "long", "a.context_length": -1}}, None, False),
        ({"model_info": {}, "remote_model": "gpt-oss:120b"}, None, True),
        ({}, None, False),
    ],
    ids=["by architecture", "no architecture", "no number", "remote", "empty"],
)
def test_details(data: dict[str, Any], context_length: int | None, remote: bool) -> None:
    """The context length is found under the architecture's name."""
    details = read_details("m", data)
    assert (details.name, details.context_length, details.remote) == ("m", context_length, remote)


def test_order() -> None:
    """Models at home come first, among them those that call tools, then those that chat, by name."""
    models = [
        InstalledModel(name, 0, "", "", None, frozenset(capabilities), remote=remote)
        for name, capabilities, remote in (
            ("a-embed", ("embedding",), False),
            ("b-cloud", ("completion", "tools"), True),
            ("c-chat", ("completion",), False),
            ("Z-tools", ("completion", "tools"), False),
            ("d-tools", ("completion", "tools"), False),
        )
    ]
    assert [model.name for model in sorted(models, key=by_usefulness)] == [
        "d-tools",
        "Z-tools",
        "c-chat",
        "a-embed",
        "b-cloud",
    ]
    assert [model.calls_tools for model in models] == [False, True, False, True, True]
