"""Make a voice of the true shape of Piper's medium ones, with random weights: it hums, at the price of speech.

Run with an interpreter that has `onnx`: `python benchmarks/medium_voice.py CONFIG MODEL`. The vocoder (HiFi-GAN, 192 to
256, 128, 64, 32 channels, hop 256), which takes nearly all of the time, is there in full; encoder and flow are not.
"""

import json
from pathlib import Path
import sys

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save_model

_CHANNELS = 192
_FRAMES_PER_ID = 3
_UPS = ((256, 128, 16, 8), (128, 64, 16, 8), (64, 32, 8, 4))
"""Channels in and out, kernel, stride of each transposed convolution."""
_BLOCKS = ((3, (1, 2)), (5, (2, 6)), (7, (3, 12)))
"""Kernel and dilations of each residual block."""
_RATE = 22_050


class _Graph:
    """Nodes one after another, with random weights that are the same every time."""

    def __init__(self) -> None:
        self.nodes: list[object] = []
        self.weights: list[object] = []
        self._random = np.random.default_rng(7)
        self._count = 0

    def constant(self, values: object) -> str:
        self._count += 1
        self.weights.append(numpy_helper.from_array(np.asarray(values), f"w{self._count}"))
        return f"w{self._count}"

    def weight(self, *shape: int) -> str:
        scale = 1 / np.sqrt(np.prod(shape[1:]))
        return self.constant((self._random.standard_normal(shape) * scale).astype(np.float32))

    def node(self, kind: str, *inputs: str, **attributes: object) -> str:
        self._count += 1
        self.nodes.append(helper.make_node(kind, list(inputs), [f"n{self._count}"], **attributes))
        return f"n{self._count}"

    def convolved(self, signal: str, channels: tuple[int, int], kernel: int, dilation: int = 1) -> str:
        pad = dilation * (kernel - 1) // 2
        weight = self.weight(channels[1], channels[0], kernel)
        return self.node("Conv", signal, weight, dilations=[dilation], pads=[pad, pad])


def _vocoder(graph: _Graph, signal: str) -> str:
    signal = graph.convolved(signal, (_CHANNELS, _UPS[0][0]), 7)
    for before, after, kernel, stride in _UPS:
        pad = (kernel - stride) // 2
        signal = graph.node("LeakyRelu", signal, alpha=0.1)
        weight = graph.weight(before, after, kernel)
        signal = graph.node("ConvTranspose", signal, weight, strides=[stride], pads=[pad, pad])
        parts = []
        for size, dilations in _BLOCKS:
            part = signal
            for dilation in dilations:
                active = graph.node("LeakyRelu", part, alpha=0.1)
                part = graph.node("Add", part, graph.convolved(active, (after, after), size, dilation))
            parts.append(part)
        signal = graph.node("Sum", *parts)
    return graph.node("Tanh", graph.convolved(graph.node("LeakyRelu", signal, alpha=0.01), (_UPS[-1][1], 1), 7))


def main() -> None:
    """Write the voice's two files."""
    config_path, model_path = map(Path, sys.argv[1:])
    config = json.loads(config_path.read_text("utf-8"))
    config["audio"] = {"sample_rate": _RATE, "quality": "medium"}
    graph = _Graph()
    symbols = 1 + max(number for ids in config["phoneme_id_map"].values() for number in ids)
    embedded = graph.node("Gather", graph.weight(symbols, _CHANNELS), "input")
    repeated = graph.node("Tile", embedded, graph.constant(np.array([1, 1, _FRAMES_PER_ID], np.int64)))
    frames = graph.node("Reshape", repeated, graph.constant(np.array([1, -1, _CHANNELS], np.int64)))
    sound = _vocoder(graph, graph.node("Transpose", frames, perm=[0, 2, 1]))
    output = graph.node("Unsqueeze", sound, graph.constant(np.array([1], np.int64)))
    inputs = [
        helper.make_tensor_value_info("input", TensorProto.INT64, [1, "ids"]),
        helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
        helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
    ]
    outputs = [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)]
    made = helper.make_graph(graph.nodes, "voice", inputs, outputs, graph.weights)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    save_model(model, str(model_path))
    Path(f"{model_path}.json").write_text(json.dumps(config), "utf-8")


if __name__ == "__main__":
    main()
