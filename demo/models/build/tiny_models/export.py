"""Turn the weights into the folder that faster-whisper loads: CTranslate2, eight bits.

They are the mean of those with which the last two rounds ended. The last round teaches that a sentence may stop in the
middle, and at first costs some accuracy on whole ones: the mean has both.
"""

import json
import shutil
from typing import Any

import ctranslate2
from tokenizers import Tokenizer
import torch
from transformers import GenerationConfig, PreTrainedTokenizerFast, WhisperConfig, WhisperForConditionalGeneration

from tiny_models import tokens
from tiny_models.model import SOURCE_POSITIONS, TARGET_POSITIONS
from tiny_models.paths import CACHE, TOKENIZER, WHISPER, round_end
from tiny_models.tokens import TIMESTAMPS

_TWIN = CACHE / "huggingface"
_END = "<|endoftext|>"
_SHARES = {7500: 0.3, 8000: 0.7}
"""What of the weights comes from the round that ended at which step; chosen among three mixtures."""


def main() -> None:
    """Write demo/models/whisper."""
    state = _mean()
    shutil.rmtree(_TWIN, ignore_errors=True)
    _twin(state).save_pretrained(_TWIN)
    PreTrainedTokenizerFast(
        tokenizer_file=str(TOKENIZER), eos_token=_END, bos_token=_END, unk_token=_END
    ).save_pretrained(_TWIN)
    converter = ctranslate2.converters.TransformersConverter(str(_TWIN))
    converter.convert(str(WHISPER), quantization="int8", force=True)
    _write_json("preprocessor_config.json", _PREPROCESSOR)
    _make_multilingual()
    _write_small_tokenizer()
    for path in sorted(WHISPER.iterdir()):
        print(path.name, path.stat().st_size)


_PREPROCESSOR = {
    "feature_size": 80,
    "sampling_rate": 16000,
    "hop_length": 160,
    "n_fft": 400,
    "chunk_length": 30,
}


def _mean() -> dict[str, Any]:
    states = {share: torch.load(round_end(step)) for step, share in _SHARES.items()}
    first = next(iter(states.values()))
    weights = {name: sum(state["model"][name] * share for share, state in states.items()) for name in first["model"]}
    return {"shape": first["shape"], "model": weights}


def _twin(state: dict[str, Any]) -> WhisperForConditionalGeneration:
    ids, shape = tokens.ids(), state["shape"]
    ends = {"pad_token_id": ids.end, "bos_token_id": ids.end, "eos_token_id": ids.end}
    ends |= {"decoder_start_token_id": ids.start}
    # Empty on purpose: silence may end at once, and no text token is ever out of the question.
    nothing: dict[str, list[int]] = {"suppress_tokens": [], "begin_suppress_tokens": []}
    config = WhisperConfig(
        vocab_size=shape["vocabulary"],
        d_model=shape["width"],
        encoder_layers=shape["encoder_layers"],
        decoder_layers=shape["decoder_layers"],
        encoder_attention_heads=shape["heads"],
        decoder_attention_heads=shape["heads"],
        encoder_ffn_dim=shape["feed_forward"],
        decoder_ffn_dim=shape["feed_forward"],
        num_mel_bins=shape["mels"],
        max_source_positions=SOURCE_POSITIONS,
        max_target_positions=TARGET_POSITIONS,
        **ends,
        **nothing,
    )
    model = WhisperForConditionalGeneration(config)
    weights = {f"model.{name}": value for name, value in state["model"].items() if not name.startswith("helpers.")}
    weights["proj_out.weight"] = weights["model.decoder.embed_tokens.weight"]
    model.load_state_dict(weights)
    model.generation_config = GenerationConfig(
        alignment_heads=[[shape["decoder_layers"] - 1, head] for head in range(shape["heads"])],
        lang_to_id={"<|en|>": ids.english},
        **ends,
        **nothing,
    )
    return model


def _make_multilingual() -> None:
    """Rename a byte that no text has to "": by that CTranslate2 knows a multilingual model.

    Only such a model is given the language and the task in its prompt.
    """
    path = WHISPER / "vocabulary.json"
    vocabulary = json.loads(path.read_text("utf-8"))
    vocabulary[0] = ""
    _write_json(path.name, vocabulary)


def _write_small_tokenizer() -> None:
    """Write the tokenizer without its 1501 timestamps: only the vocabulary needs them."""
    whole = json.loads(TOKENIZER.read_text("utf-8"))
    whole["added_tokens"] = whole["added_tokens"][:-TIMESTAMPS]
    _write_json("tokenizer.json", whole)
    first_time = tokens.ids().first_time
    if Tokenizer.from_file(str(WHISPER / "tokenizer.json")).get_vocab_size() != first_time:
        message = "the tokenizer lost or kept too many tokens"
        raise ValueError(message)


def _write_json(name: str, value: object) -> None:
    text = json.dumps(value, ensure_ascii=False)
    (WHISPER / name).write_text(f"{text}\n", "utf-8")


if __name__ == "__main__":
    main()
