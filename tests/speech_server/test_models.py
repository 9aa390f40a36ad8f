"""Models and voices by name: fetched once from a hub, whatever happens on the way, and never asked for again."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from parlor_speech.contacts import Contacts
from parlor_speech.errors import Code, SpeechError
from parlor_speech.hub import Hub, RemoteFile
from parlor_speech.models import find_voice, find_voices, find_whisper

from .hub_server import HubServer

BIN = bytes(range(251)) * 8000
TINY = {
    "model.bin": BIN,
    "config.json": b"{}",
    "tokenizer.json": b'{"a": 1}',
    "vocabulary.txt": b"a\nb\n",
    "README.md": b"not needed",
    "pytorch_model.bin": b"not needed either",
}
FOLDER = "en/en_US/lessac/medium"
VOICES = {
    f"{FOLDER}/en_US-lessac-medium.onnx": BIN,
    f"{FOLDER}/en_US-lessac-medium.onnx.json": b'{"audio": {}}',
    f"{FOLDER}/MODEL_CARD": b"not needed",
    "en/en_US/half/low/en_US-half-low.onnx": BIN,
}
REPOSITORIES = {"Systran/faster-whisper-tiny": TINY, "me/mine": TINY, "me/empty": {"README.md": b""}}


@pytest.fixture
def hub() -> Iterator[HubServer]:
    """Run a hub."""
    with HubServer({**REPOSITORIES, "rhasspy/piper-voices": VOICES}) as server:
        yield server


def _nothing(_progress: float) -> None:
    """Do not look at progress."""


def _client(hub: HubServer) -> Hub:
    return Hub(hub.url, pauses=(0.01, 0.01))


@pytest.mark.parametrize(
    ("name", "folder"),
    [("tiny", "Systran--faster-whisper-tiny"), ("me/mine", "me--mine")],
)
def test_a_model_is_fetched_once(hub: HubServer, tmp_path: Path, name: str, folder: str) -> None:
    """A model is fetched once."""
    seen: list[float] = []
    found = find_whisper(name, tmp_path, _client(hub), seen.append)
    assert found == tmp_path / "whisper" / folder
    files = {path.name: path.read_bytes() for path in found.iterdir()}
    assert files == {name: TINY[name] for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt")}
    assert (seen[0], seen[-1]) == (0, 1)
    assert len(seen) > 4
    assert all(before <= after for before, after in pairwise(seen))
    asked = len(hub.requests)
    assert find_whisper(name, tmp_path, _client(hub), _nothing) == found
    assert len(hub.requests) == asked


def test_a_voice_is_fetched_once(hub: HubServer, tmp_path: Path) -> None:
    """A voice is fetched once."""
    voice = find_voice("en_US-lessac-medium", tmp_path, _client(hub), _nothing)
    assert voice.read_bytes() == BIN
    assert Path(f"{voice}.json").read_bytes() == VOICES[f"{FOLDER}/en_US-lessac-medium.onnx.json"]
    assert len(list(voice.parent.iterdir())) == 2
    asked = len(hub.requests)
    assert find_voice("en_US-lessac-medium", tmp_path, _client(hub), _nothing) == voice
    assert len(hub.requests) == asked


def test_a_download_that_breaks_is_continued(hub: HubServer, tmp_path: Path) -> None:
    """A download that breaks is continued."""
    hub.cut_after = 300_000
    found = find_whisper("tiny", tmp_path, _client(hub), _nothing)
    assert (found / "model.bin").read_bytes() == BIN
    starts = [int(line.partition("bytes=")[2][:-1]) for line in hub.requests if "bytes=" in line]
    assert starts == [300_000 * part for part in range(1, 7)]


def test_a_download_is_continued_after_a_restart(hub: HubServer, tmp_path: Path) -> None:
    """A download is continued after a restart."""
    hub.cut_after = 300_000
    with pytest.raises(SpeechError):
        find_whisper("tiny", tmp_path, Hub(hub.url, pauses=()), _nothing)
    hub.cut_after = None
    found = find_whisper("tiny", tmp_path, _client(hub), _nothing)
    assert (found / "model.bin").read_bytes() == BIN
    assert sum("bytes=300000-" in line for line in hub.requests) == 1


def test_a_hub_that_cannot_continue_begins_anew(hub: HubServer, tmp_path: Path) -> None:
    """A hub that cannot continue begins anew."""
    part = tmp_path / "whisper" / "me--mine.partial" / "model.bin.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(BIN[:1000])
    hub.resumes = False
    assert (find_whisper("me/mine", tmp_path, _client(hub), _nothing) / "model.bin").read_bytes() == BIN


def test_what_an_earlier_try_left_too_long_is_dropped(hub: HubServer, tmp_path: Path) -> None:
    """What an earlier try left too long is dropped."""
    part = tmp_path / "whisper" / "me--mine.partial" / "model.bin.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(BIN + b"more")
    assert (find_whisper("me/mine", tmp_path, _client(hub), _nothing) / "model.bin").read_bytes() == BIN


def test_a_disk_that_is_too_small_is_told_at_once(hub: HubServer, tmp_path: Path) -> None:
    """Where a file cannot fit, nothing is downloaded."""
    huge = RemoteFile("huge.bin", 2**60, "", None)
    with pytest.raises(SpeechError, match="Not enough room") as raised:
        _client(hub).fetch("me/mine", huge, tmp_path / "huge.bin", lambda _: None)
    assert raised.value.code is Code.DOWNLOAD_FAILED
    assert hub.requests == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_a_disk_that_gets_full_is_told_and_not_tried_again(hub: HubServer, tmp_path: Path) -> None:
    """A disk that gets full on the way is told, without trying again; once there is room, the download goes on."""
    part = tmp_path / "whisper" / "me--mine.partial" / "model.bin.part"
    part.parent.mkdir(parents=True)
    part.symlink_to("/dev/full")
    with pytest.raises(SpeechError, match="Not enough room") as raised:
        find_whisper("me/mine", tmp_path, _client(hub), _nothing)
    assert raised.value.code is Code.DOWNLOAD_FAILED
    assert sum("model.bin" in line for line in hub.requests) == 1
    assert not (tmp_path / "whisper" / "me--mine").exists()
    part.unlink()
    assert (find_whisper("me/mine", tmp_path, _client(hub), _nothing) / "model.bin").read_bytes() == BIN


def test_several_voices_are_fetched_and_one_that_fails_is_told(hub: HubServer, tmp_path: Path) -> None:
    """Several voices are fetched with one progress; one that cannot be had does not keep the others away."""
    seen: list[float] = []
    names = ("en_US-lessac-medium", "en_US-nobody-medium", "nonsense")
    found = find_voices(names, tmp_path, _client(hub), seen.append)
    assert list(found) == list(names)
    lessac, nobody, nonsense = found.values()
    assert isinstance(lessac, Path)
    assert lessac.read_bytes() == BIN
    assert isinstance(nobody, SpeechError)
    assert isinstance(nonsense, SpeechError)
    assert (nobody.code, nonsense.code) == (Code.VOICE_MISSING, Code.VOICE_MISSING)
    assert seen == sorted(seen)
    assert (seen[0], max(seen) <= 1) == (0, True)


@pytest.mark.parametrize(
    "name",
    ["tiny", "me/mine"],
)
def test_what_arrives_damaged_is_not_kept(hub: HubServer, tmp_path: Path, name: str) -> None:
    """What arrives damaged is not kept."""
    hub.damage = True
    with pytest.raises(SpeechError, match="arrived damaged") as raised:
        find_whisper(name, tmp_path, _client(hub), _nothing)
    assert raised.value.code is Code.DOWNLOAD_FAILED
    hub.damage = False
    assert (find_whisper(name, tmp_path, _client(hub), _nothing) / "model.bin").read_bytes() == BIN


@pytest.mark.parametrize(
    ("state", "code"),
    [
        pytest.param({"status": 500}, Code.DOWNLOAD_FAILED, id="broken"),
        pytest.param({"status": 429}, Code.DOWNLOAD_FAILED, id="too many requests"),
        pytest.param({"status": 401}, Code.MODEL_MISSING, id="tells nobody what exists"),
        pytest.param({"status": 404}, Code.MODEL_MISSING, id="not there"),
        pytest.param({"page": b"<html>Log in, please</html>"}, Code.DOWNLOAD_FAILED, id="login page"),
        pytest.param({"page": b'{"error": "x"}'}, Code.DOWNLOAD_FAILED, id="another kind of answer"),
    ],
)
def test_a_hub_that_fails_is_told(hub: HubServer, tmp_path: Path, state: dict[str, object], code: Code) -> None:
    """A hub that fails is told."""
    for key, value in state.items():
        setattr(hub, key, value)
    with pytest.raises(SpeechError) as raised:
        find_whisper("tiny", tmp_path, _client(hub), _nothing)
    assert raised.value.code is code
    assert not (tmp_path / "whisper" / "Systran--faster-whisper-tiny").exists()


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://127.0.0.1:9", id="nobody there"),
        pytest.param("ftp://127.0.0.1", id="not HTTP"),
        pytest.param("file:///etc", id="a file"),
    ],
)
def test_without_a_hub_the_download_fails(tmp_path: Path, url: str) -> None:
    """Without a hub the download fails."""
    with pytest.raises(SpeechError) as raised:
        find_whisper("tiny", tmp_path, Hub(url, pauses=(0.01,)), _nothing)
    assert raised.value.code is Code.DOWNLOAD_FAILED


@pytest.mark.parametrize("name", ["gigantic", "a/b/c", "me/absent", "me/empty", "tiny.de", "../up"])
def test_a_model_that_does_not_exist_is_missing(hub: HubServer, tmp_path: Path, name: str) -> None:
    """A model that does not exist is missing."""
    if name.startswith("."):
        # A place, not a name: it is looked for when it is loaded.
        assert find_whisper(name, tmp_path, _client(hub), _nothing) == Path(name)
        return
    with pytest.raises(SpeechError) as raised:
        find_whisper(name, tmp_path, _client(hub), _nothing)
    assert raised.value.code is Code.MODEL_MISSING


@pytest.mark.parametrize("name", ["lessac", "en_US-nobody-medium", "en_US-half-low", "en_US-../../etc-low"])
def test_a_voice_that_does_not_exist_is_missing(hub: HubServer, tmp_path: Path, name: str) -> None:
    """A voice that does not exist is missing."""
    with pytest.raises(SpeechError) as raised:
        find_voice(name, tmp_path, _client(hub), _nothing)
    assert raised.value.code is Code.VOICE_MISSING


@pytest.mark.parametrize(("files", "found"), [(["a.onnx"], "a.onnx"), ([], None), (["a.onnx", "b.onnx"], None)])
def test_a_folder_holds_one_voice(tmp_path: Path, files: list[str], found: str | None) -> None:
    """A folder holds one voice."""
    for file in files:
        (tmp_path / file).touch()
    hub = Hub("http://127.0.0.1:9")
    if found:
        assert find_voice(str(tmp_path), tmp_path, hub, _nothing) == tmp_path / found
        return
    with pytest.raises(SpeechError) as raised:
        find_voice(str(tmp_path), tmp_path, hub, _nothing)
    assert raised.value.code is Code.VOICE_MISSING


def test_a_data_folder_that_cannot_be_made_is_told(hub: HubServer, tmp_path: Path) -> None:
    """A data folder that cannot be made is told."""
    (tmp_path / "whisper").write_text("a file in the way")
    with pytest.raises(SpeechError, match="cannot be made") as raised:
        find_whisper("tiny", tmp_path, _client(hub), _nothing)
    assert raised.value.code is Code.DOWNLOAD_FAILED


def test_hosts_are_counted(hub: HubServer, tmp_path: Path) -> None:
    """Whoever was asked is told, with connections and bytes: the hub, and whoever it sends on to."""
    with HubServer(REPOSITORIES) as store:
        hub.moved_to = store.url.replace("127.0.0.1", "localhost")
        contacts = Contacts()
        find_whisper("me/mine", tmp_path, Hub(hub.url, contacts, pauses=()), _nothing)
        told = contacts.as_data()
    wanted = [TINY[name] for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt")]
    assert set(told) == {"127.0.0.1", "localhost"}
    assert told["localhost"]["received"] == sum(map(len, wanted))
    assert (told["localhost"]["connections"], told["localhost"]["requests"]) == (len(wanted), len(wanted))
    assert told["127.0.0.1"]["connections"] == len(hub.requests) == len(wanted) + 1
    assert told["127.0.0.1"]["received"] > 0
    for host, requests in (("127.0.0.1", hub.requests), ("localhost", store.requests)):
        assert told[host]["sent"] > sum(map(len, requests))


def test_who_is_not_reached_is_not_counted(tmp_path: Path) -> None:
    """A host that nobody talked to was not contacted."""
    contacts = Contacts()
    with pytest.raises(SpeechError):
        find_whisper("me/mine", tmp_path, Hub("http://127.0.0.1:9", contacts, pauses=()), _nothing)
    assert contacts.as_data() == {}
