"""A bank of diphones as an ONNX graph that has the inputs and the output of a Piper voice."""

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from tiny_models.voice_units import PAD, Bank

_LOUDNESS_LEVELS = 255.0  # of mu-law


def build(bank: Bank) -> onnx.ModelProto:
    """Build the model: phoneme ids in, samples out, by look-ups alone.

    Inputs: input int64 (1, phonemes); input_lengths int64 (1), unused; scales float32 (3), of
    which the second stretches time. Output: float32 (1, 1, 1, samples).
    """
    inputs = [
        helper.make_tensor_value_info("input", TensorProto.INT64, ["batch", "phonemes"]),
        helper.make_tensor_value_info("input_lengths", TensorProto.INT64, ["batch"]),
        helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
    ]
    outputs = [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["batch", 1, 1, "time"])]
    nodes = [*_choose_units(), *_place_samples(), *_look_up()]
    graph = helper.make_graph(nodes, "parlor_voice", inputs, outputs, _constants(bank))
    opset = helper.make_opsetid("", 15)
    model = helper.make_model(graph, opset_imports=[opset], ir_version=8)
    onnx.checker.check_model(model)
    return model


def _choose_units() -> list[onnx.NodeProto]:
    """Drop the silent marks, then look up two units for every pair of neighbours."""
    node = helper.make_node
    return [
        node("Reshape", ["input", "minus_one"], ["all_ids"]),
        node("Min", ["all_ids", "last_symbol"], ["known_ids"]),
        node("Greater", ["known_ids", "pad"], ["sounding"]),
        node("Compress", ["known_ids", "sounding"], ["ids"], axis=0),
        node("Slice", ["ids", "axis_0", "minus_one"], ["left"]),
        node("Slice", ["ids", "axis_1", "far"], ["right"]),
        node("Mul", ["left", "symbols"], ["row"]),
        node("Add", ["row", "right"], ["pair"]),
        node("Gather", ["first", "pair"], ["first_unit"]),
        node("Gather", ["second", "pair"], ["second_unit"]),
        node("Unsqueeze", ["first_unit", "axis_1"], ["first_column"]),
        node("Unsqueeze", ["second_unit", "axis_1"], ["second_column"]),
        node("Concat", ["first_column", "second_column"], ["both"], axis=1),
        node("Reshape", ["both", "minus_one"], ["units"]),
    ]


def _place_samples() -> list[onnx.NodeProto]:
    """Find for every sample of the output its unit and its place in the recording."""
    node = helper.make_node
    return [
        node("Gather", ["starts", "units"], ["unit_start"]),
        node("Gather", ["lengths", "units"], ["unit_length"]),
        node("CumSum", ["unit_length", "zero"], ["unit_end"]),
        node("Sub", ["unit_end", "unit_length"], ["unit_begin"]),
        node("ReduceSum", ["unit_length"], ["total"], keepdims=0),
        node("Gather", ["scales", "one"], ["length_scale"], axis=0),
        node("Cast", ["total"], ["total_float"], to=TensorProto.FLOAT),
        node("Mul", ["total_float", "length_scale"], ["stretched"]),
        node("Range", ["zero_float", "stretched", "one_float"], ["time"]),
        node("Div", ["time", "length_scale"], ["place_float"]),
        node("Cast", ["place_float"], ["place_any"], to=TensorProto.INT64),
        node("Sub", ["total", "one"], ["last"]),
        node("Min", ["place_any", "last"], ["place"]),
        node("Unsqueeze", ["place", "axis_1"], ["place_column"]),
        node("Unsqueeze", ["unit_end", "axis_0"], ["end_row"]),
        node("GreaterOrEqual", ["place_column", "end_row"], ["passed"]),
        node("Cast", ["passed"], ["passed_int"], to=TensorProto.INT32),
        node("ReduceSum", ["passed_int", "axis_1"], ["segment_int"], keepdims=0),
        node("Cast", ["segment_int"], ["segment"], to=TensorProto.INT64),
    ]


def _look_up() -> list[onnx.NodeProto]:
    """Read the samples out of the recording and make them linear."""
    node = helper.make_node
    return [
        node("Sub", ["unit_start", "unit_begin"], ["shift"]),
        node("Gather", ["shift", "segment"], ["sample_shift"]),
        node("Add", ["sample_shift", "place"], ["index"]),
        node("Gather", ["recording", "index"], ["level"]),
        node("Cast", ["level"], ["level_int"], to=TensorProto.INT32),
        node("Gather", ["loudness", "level_int"], ["samples"]),
        node("Reshape", ["samples", "shape"], ["output"]),
    ]


def _constants(bank: Bank) -> list[onnx.TensorProto]:
    levels, loudness = _compand(bank.recording)
    symbols = len(bank.symbols) + 2
    constants: dict[str, npt.NDArray[np.generic] | np.generic] = {
        "zero": np.int64(0),
        "one": np.int64(1),
        "pad": np.int64(PAD),
        "symbols": np.int64(symbols),
        "last_symbol": np.int64(symbols - 1),
        "zero_float": np.float32(0),
        "one_float": np.float32(1),
        "axis_0": np.array([0], np.int64),
        "axis_1": np.array([1], np.int64),
        "minus_one": np.array([-1], np.int64),
        "far": np.array([2**31], np.int64),
        "shape": np.array([1, 1, 1, -1], np.int64),
        "first": bank.first.reshape(-1),
        "second": bank.second.reshape(-1),
        "starts": np.array(bank.starts, np.int64),
        "lengths": np.array(bank.lengths, np.int64),
        "recording": levels,
        "loudness": loudness,
    }
    return [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()]


def _compand(
    recording: npt.NDArray[np.float32],
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32]]:
    """Store samples in eight bits each, finer where they are quiet (mu-law)."""
    mu = _LOUDNESS_LEVELS
    curved = np.sign(recording) * np.log1p(mu * np.abs(recording)) / np.log1p(mu)
    levels = np.round((curved + 1) / 2 * mu).astype(np.uint8)
    position = np.arange(256) / mu * 2 - 1
    loudness = np.sign(position) * ((1 + mu) ** np.abs(position) - 1) / mu
    loudness[np.argmin(np.abs(loudness))] = 0  # silence stays silent
    return levels, loudness.astype(np.float32)
