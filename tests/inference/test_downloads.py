"""How far a download is, and how it ends."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from custom_components.parlor.inference import CloudRefused, InferenceError, ModelUnknown, ServerTooSlow, StreamBroken
from custom_components.parlor.inference.downloads import DownloadProgress
from demo.ollama import Model, OllamaStandIn, Reply
from tests.inference.wire import CALM, ClientOf

NEW = Model(name="new:latest", size=1000)


def _part(digest: str, total: int, **more: int) -> dict[str, Any]:
    return {"status": f"pulling {digest}", "digest": f"sha256:{digest}", "total": total, **more}


@pytest.mark.parametrize(
    ("expected", "lines", "shares"),
    [
        (0, [{"status": "pulling manifest"}, _part("a", 100), _part("a", 100, completed=50)], [0, 0, 0.5]),
        (0, [_part("a", 90, completed=90), _part("b", 10), _part("b", 10, completed=5)], [1, 1, 1]),
        (100, [_part("a", 90, completed=90), _part("b", 10, completed=5)], [0.9, 0.95]),
        (50, [_part("a", 100, completed=50)], [0.5]),
        (0, [_part("a", 100, completed=70), _part("a", 100, completed=60)], [0.7, 0.7]),
        (0, [_part("a", 100, completed=900)], [1]),
        (0, [{"status": "verifying sha256 digest"}, {"status": "success"}], [0, 1]),
        (0, [{"digest": "a", "total": 0}, {"digest": 3, "total": 5}, {"digest": "a", "total": "5"}], [0, 0, 0]),
    ],
    ids=[
        "one part",
        "unknown size",
        "known size",
        "more than expected",
        "back",
        "too much",
        "there already",
        "nonsense",
    ],
)
def test_share(expected: int, lines: Sequence[dict[str, Any]], shares: Sequence[float]) -> None:
    """The share is of all that is known to come, and never goes back."""
    progress = DownloadProgress(expected)
    assert [progress.take(line) for line in lines] == pytest.approx(shares)


async def test_download(client_of: ClientOf) -> None:
    """A model is there when its download has ended; one that was broken off goes on where it stopped."""
    async with OllamaStandIn((), registry=(NEW,)) as server:
        client = client_of(server.url)
        server.fail(Reply(die_after=4), path="/api/pull", times=1)
        seen: list[float] = []
        with pytest.raises(StreamBroken):
            seen.extend([share async for share in client.pull("new", expected_bytes=1000)])
        shares = [share async for share in client.pull("new", expected_bytes=1000)]
        assert shares[1] > 0.3
        assert shares[-1] == 1
        assert [model.name for model in await client.models()] == ["new:latest"]


@pytest.mark.parametrize(
    ("model", "fault", "error"),
    [
        ("nonsense", None, ModelUnknown),
        ("big:cloud", None, CloudRefused),
        ("new", Reply(hang_after=2), ServerTooSlow),
        ("new", Reply(raw_bytes=(b'{"status":"pulling manifest"}\n',)), StreamBroken),
    ],
    ids=["no such model", "a cloud model", "silent", "ended early"],
)
async def test_download_that_fails(
    model: str, fault: Reply | None, error: type[InferenceError], client_of: ClientOf
) -> None:
    """What goes wrong with a download has an error of its own."""
    async with OllamaStandIn((), registry=(NEW,)) as server:
        client = client_of(server.url, limits=replace(CALM, download=0.2))
        if fault is not None:
            server.fail(fault, path="/api/pull")
        with pytest.raises(error) as raised:
            _ = [share async for share in client.pull(model)]
        assert type(raised.value) is error
