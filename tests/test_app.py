"""The Home Assistant app and the container of the speech server: what can be told without building them."""

from collections.abc import Mapping
import json
import os
from pathlib import Path
import re
import shlex
import subprocess
import tomllib
from typing import Any

from PIL import Image
import pytest
import yaml

from parlor_speech.options import parse

ROOT = Path(__file__).parent.parent
APP = ROOT / "app"


def read(path: Path) -> dict[str, Any]:
    """Return a YAML file."""
    found: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


CONFIG = read(APP / "config.yaml")


def test_the_app_has_the_version_of_the_server() -> None:
    """The image that the Supervisor pulls is that of the release."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert CONFIG["version"] == project["version"]
    assert read(ROOT / "compose.yaml")["services"]["parlor-speech"]["image"] == f"{CONFIG['image']}:{CONFIG['version']}"
    assert f"## {CONFIG['version']}" in (APP / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_requirements_are_those_of_the_server() -> None:
    """What is installed into an image and what Home Assistant installs on its own machine are the same libraries."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    file = ROOT / "custom_components" / "parlor" / "speech" / "requirements.txt"
    assert project["dependencies"] == file.read_text(encoding="utf-8").splitlines()


# What the Supervisor takes and this app uses, as Home Assistant documents it; anything else is a typing error.
_KNOWN_KEYS = {
    *("name", "version", "slug", "description", "url", "image", "arch", "init", "startup", "boot", "host_network"),
    *("ports", "watchdog", "backup_exclude", "options", "schema"),
}
_ELEMENT = re.compile(
    r"(?:str|bool|email|url|port|password|device|match\(.+\)|list\([\w.|-]+\)"
    r"|(?:str|int|float)\((?:-?[\d.]+)?,(?:-?[\d.]+)?\)|int|float)\??"
)


def test_the_app_is_described_by_the_rules() -> None:
    """The Supervisor passes over an app whose description it does not understand, without a word to the user."""
    assert set(CONFIG) <= _KNOWN_KEYS
    assert {"name", "version", "slug", "description", "arch"} <= set(CONFIG)
    assert re.fullmatch(r"[-_.A-Za-z0-9]+", CONFIG["slug"])
    assert set(CONFIG["arch"]) <= {"amd64", "aarch64"}
    assert CONFIG["startup"] in {"initialize", "system", "services", "application", "once"}
    assert CONFIG["boot"] in {"auto", "manual", "manual_only"}
    assert re.fullmatch(r"(?:https?|tcp)://\[HOST\]:\[PORT:\d+\].*", CONFIG["watchdog"])
    assert all(re.fullmatch(r"\d+/(?:tcp|udp)", port) for port in CONFIG["ports"])
    for option, element in CONFIG["schema"].items():
        assert _ELEMENT.fullmatch(element), option
        # What has no default must be filled in before the app can start, unless it may be left out.
        assert option in CONFIG["options"] or element.endswith("?"), option


def test_ports_users_and_folders_agree(tmp_path: Path) -> None:
    """Where the server listens, as whom it runs and where it keeps its models is the same wherever it is said."""
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    (service,) = read(ROOT / "compose.yaml")["services"].values()
    started = parse(arguments(tmp_path, None))
    port = started.uri.rpartition(":")[2]
    assert [f"EXPOSE {port}" in dockerfile, f"tcp://127.0.0.1:{port}" in dockerfile] == [True, True]
    assert list(CONFIG["ports"]) == [f"{port}/tcp"]
    assert f"[PORT:{port}]" in CONFIG["watchdog"]
    (user,) = re.findall(r"--uid (\d+)", dockerfile)
    assert service["user"] == f"{user}:{user}"
    (volume,) = service["volumes"]
    assert volume.split(":") == [*read(ROOT / "compose.yaml")["volumes"], str(started.data.parent)]
    assert f"VOLUME {started.data.parent}" in dockerfile


def test_the_environment_of_the_container_is_read() -> None:
    """Every variable that the compose file and the documentation name means something to the script."""
    script = (APP / "run.sh").read_text(encoding="utf-8")
    said = re.findall(r"[A-Z][A-Z_]+", script[: script.index("set -eu")])
    (service,) = read(ROOT / "compose.yaml")["services"].values()
    section = (
        (ROOT / "docs" / "speech.md")
        .read_text(encoding="utf-8")
        .partition("## In a container")[2]
        .partition("\n## ")[0]
    )
    named = set(re.findall(r"`([A-Z][A-Z_]+)`", section))
    assert named
    assert set(service["environment"]) | named <= set(said)
    for option in CONFIG["schema"]:
        assert {"language": "WHISPER_LANGUAGE"}.get(option, option.upper()) in said, option


def test_the_image_that_is_published_is_the_one_that_is_pulled() -> None:
    """The workflow builds for the app's machines, under its name."""
    workflow = (ROOT / ".github" / "workflows" / "image.yml").read_text(encoding="utf-8")
    machines = {"amd64": "linux/amd64", "aarch64": "linux/arm64"}
    assert "--platform " + ",".join(machines[arch] for arch in CONFIG["arch"]) in workflow
    owner = CONFIG["url"].split("/")[3]
    assert f"ghcr.io/{owner}/{CONFIG['image'].rpartition('/')[2]}" == CONFIG["image"]
    assert f"ghcr.io/${{{{ github.repository_owner }}}}/{CONFIG['image'].rpartition('/')[2]}" in workflow


def test_every_option_is_explained() -> None:
    """No option is shown by its key alone, and none is explained that is not there."""
    explained = read(APP / "translations" / "en.yaml")
    assert set(explained["configuration"]) == set(CONFIG["schema"])
    assert set(CONFIG["options"]) <= set(CONFIG["schema"])
    assert set(explained["network"]) == set(CONFIG["ports"])


def test_the_repository_can_be_added() -> None:
    """A repository of apps has a file of its own at its root, and an app its documentation and pictures."""
    assert {"name", "url", "maintainer"} <= set(read(ROOT / "repository.yaml"))
    assert (APP / "DOCS.md").exists()
    assert Image.open(APP / "icon.png").size[0] == Image.open(APP / "icon.png").size[1]
    assert Image.open(APP / "logo.png").format == "PNG"


def test_the_image_has_all_that_it_copies() -> None:
    """What the Dockerfile copies is there and is not kept out of the build."""
    allowed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    copies = [line.split() for line in (ROOT / "Dockerfile").read_text().splitlines() if line.startswith("COPY")]
    copied = [part for parts in copies for part in parts[1:-1] if not part.startswith(("--", "/"))]
    assert sorted(copied) == sorted(allowed)
    assert all((ROOT / path).exists() for path in copied)


def test_the_image_says_what_it_is() -> None:
    """Its licence is that of what it contains, its machines are the app's, and its health check is understood."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert 'org.opencontainers.image.licenses="GPL-3.0-or-later"' in text
    assert f'io.hass.arch="{"|".join(CONFIG["arch"])}"' in text
    check = json.loads(text.partition("CMD ")[2].splitlines()[0])
    assert check[0] in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert parse(check[1:]).healthcheck
    (entrypoint,) = json.loads(text.partition("ENTRYPOINT ")[2].splitlines()[0])
    assert f"app/run.sh /usr/local/bin/{entrypoint}" in text


def test_the_image_installs_what_is_there() -> None:
    """The extra that is installed exists, and the folder of the server is the one that is packaged."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    (extra,) = re.findall(r'"/source\[(\w+)\]"', text)
    assert extra in project["project"]["optional-dependencies"]
    (package,) = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    copied = [line.split()[-1] for line in text.splitlines() if line.startswith("COPY custom_components")]
    assert [f"/source/{package}".startswith(f"{folder}/") for folder in copied] == [True]
    data = {path.suffix for path in (ROOT / package).rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert data == {".py", ".json"}


@pytest.mark.parametrize("page", ["docs/speech.md", "docs/speech_server.md"])
def test_the_commands_of_the_documentation_are_understood(page: str) -> None:
    """Whoever pastes a command gets the server that the page speaks of."""
    text = (ROOT / page).read_text(encoding="utf-8").replace("\\\n", " ")
    commands = re.findall(r"(?:^|bin/)parlor-speech (--.*)$", text, re.MULTILINE)
    assert commands
    for command in commands:
        if command.split() != ["--help"]:
            assert parse(shlex.split(command.rstrip("`"))).uri


def arguments(tmp_path: Path, options: Mapping[str, object] | None, *more: str, **environment: str) -> list[str]:
    """Return the arguments with which run.sh starts the server."""
    fake = tmp_path / "parlor-speech"
    fake.write_text('#!/bin/sh\nfor one in "$@"; do printf "%s\\n" "$one"; done\n')
    fake.chmod(0o755)
    file = tmp_path / "options.json"
    if options is not None:
        file.write_text(json.dumps(options))
    done = subprocess.run(
        [APP / "run.sh", *more],
        env={"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "OPTIONS_FILE": str(file), **environment},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("options", "environment", "expected"),
    [
        pytest.param(None, {}, ("auto", ("en_US-lessac-medium",), ()), id="defaults"),
        pytest.param(
            {"whisper": "base", "voice": "de_DE-thorsten-medium", "language": "de"},
            {},
            ("base", ("de_DE-thorsten-medium",), ("de",)),
            id="options of the app",
        ),
        pytest.param(
            None,
            {"WHISPER": "tiny", "VOICE": "fr_FR-siwis-medium, en_GB-alan-medium", "WHISPER_LANGUAGE": "fr, en"},
            ("tiny", ("fr_FR-siwis-medium", "en_GB-alan-medium"), ("fr", "en")),
            id="environment of a container",
        ),
        pytest.param(
            {"whisper": "owner/my model; rm -rf $HOME", "language": ""},
            {},
            ("owner/my model; rm -rf $HOME", ("en_US-lessac-medium",), ()),
            id="text is text",
        ),
    ],
)
def test_the_server_is_started_as_configured(
    tmp_path: Path,
    options: Mapping[str, str] | None,
    environment: dict[str, str],
    expected: tuple[str, tuple[str, ...], tuple[str, ...]],
) -> None:
    """The options of the app and the environment of a container reach the server, which understands them."""
    found = parse(arguments(tmp_path, options, **environment))
    assert (found.whisper, found.voices, found.languages) == expected
    assert (found.uri, found.data, found.zeroconf) == ("tcp://0.0.0.0:10300", Path("/data/models"), "Parlor")


@pytest.mark.parametrize(
    ("options", "environment", "expected"),
    [
        pytest.param(None, {}, (None, None, 1.0), id="defaults"),
        pytest.param({"speaker": "ann", "length_scale": 1.2, "volume": 0.5}, {}, ("ann", 1.2, 0.5), id="app"),
        pytest.param(None, {"SPEAKER": "7", "LENGTH_SCALE": "0.8"}, ("7", 0.8, 1.0), id="container"),
    ],
)
def test_the_voice_speaks_as_configured(
    tmp_path: Path,
    options: Mapping[str, object] | None,
    environment: dict[str, str],
    expected: tuple[str | None, float, float],
) -> None:
    """Speaker, pace and loudness of the voice reach the server."""
    found = parse(arguments(tmp_path, options, **environment))
    assert (found.speaker, found.length_scale, found.volume) == expected


@pytest.mark.parametrize(
    ("options", "environment", "minutes"),
    [
        pytest.param(None, {}, 0, id="defaults"),
        pytest.param({"unload_minutes": 30}, {}, 30, id="app"),
        pytest.param(None, {"UNLOAD_MINUTES": "1.5"}, 1.5, id="container"),
    ],
)
def test_models_rest_as_configured(
    tmp_path: Path, options: Mapping[str, object] | None, environment: dict[str, str], minutes: float
) -> None:
    """How long models stay in memory reaches the server."""
    assert parse(arguments(tmp_path, options, **environment)).unload_minutes == minutes


def test_arguments_win(tmp_path: Path) -> None:
    """What is given to the container by hand stands above its environment."""
    assert parse(arguments(tmp_path, None, "--whisper", "medium", WHISPER="tiny")).whisper == "medium"
    for given in (["--voice=a"], ["--beam", "2", "--voice", "a"]):
        assert parse(arguments(tmp_path, None, *given, VOICE="b")).voices == ("a",)
