"""Voices made of the tiny one: of another name, language, rate, with speakers."""

import json
from pathlib import Path
import shutil

from .process import VOICE

_SPEAKER_INPUT = b"\x3a\x13\x5a\x11\x0a\x03sid\x12\x0a\x0a\x08\x08\x07\x12\x04\x0a\x02\x08\x01"
"""A graph with one input, sid: int64[1]. Appended to a model it becomes part of its graph: protobuf merges messages."""


def make_voice(
    folder: Path, name: str, *, rate: int = 16_000, quality: str = "x_low", speakers: tuple[str, ...] = ()
) -> Path:
    """Make a voice that speaks like the tiny one and return its model; its name tells its language."""
    model = folder / f"{name}.onnx"
    shutil.copy(VOICE, model)
    config = json.loads(Path(f"{VOICE}.json").read_text("utf-8"))
    config["audio"] = {"sample_rate": rate, "quality": quality}
    config["language"] = {"code": name.partition("-")[0]}
    if speakers:
        config |= {"num_speakers": len(speakers), "speaker_id_map": {name: at for at, name in enumerate(speakers)}}
        with model.open("ab") as graph:
            graph.write(_SPEAKER_INPUT)
    Path(f"{model}.json").write_text(json.dumps(config), "utf-8")
    return model
