"""Where the inputs, the generated data and the finished models lie."""

import os
from pathlib import Path

PACKAGE = Path(__file__).parent
MODELS = PACKAGE.parents[1]
WHISPER = MODELS / "whisper"
VOICE = MODELS / "voice" / "en_US-parlor-x_low.onnx"
RECORDINGS = MODELS.parent / "recordings"

CACHE = Path(os.environ.get("TINY_MODELS_CACHE", PACKAGE.parent / ".cache"))
"""Everything that is generated on the way and never committed."""

DATA = CACHE / "data"
TOKENIZER = CACHE / "tokenizer.json"
CHECKPOINT = CACHE / "checkpoint.pt"
ESPEAK = CACHE / "espeak"


def round_end(step: int) -> Path:
    """Return the checkpoint with which a round of training ended at a step."""
    return CACHE / f"checkpoint-{step}.pt"
