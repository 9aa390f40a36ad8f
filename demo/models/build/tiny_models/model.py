"""A Whisper of two million parameters, with the parameter names of its Hugging Face twin.

Two heads help training along and are dropped on export: one tells the phoneme of every frame, one
reads the text off the encoder (CTC).
"""

from dataclasses import dataclass
import math
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

SOURCE_POSITIONS = 1500
"""Positions of 20 ms; faster-whisper always feeds 30 s."""

TARGET_POSITIONS = 448


@dataclass(frozen=True, slots=True)
class Shape:
    """The size of the model."""

    vocabulary: int
    width: int = 128
    heads: int = 4
    feed_forward: int = 512
    encoder_layers: int = 4
    decoder_layers: int = 2
    mels: int = 80


class Heard(NamedTuple):
    """What the encoder made of a batch, and the attention bias that goes with it."""

    states: Tensor  # (batch, positions, width)
    bias: Tensor  # (batch, 1, 1, positions)


class Attention(nn.Module):
    """Multi-head attention, to itself or to the encoder."""

    def __init__(self, shape: Shape) -> None:
        """Make the four projections; Whisper's keys have no bias."""
        super().__init__()
        self.heads = shape.heads
        self.k_proj = nn.Linear(shape.width, shape.width, bias=False)
        self.v_proj = nn.Linear(shape.width, shape.width)
        self.q_proj = nn.Linear(shape.width, shape.width)
        self.out_proj = nn.Linear(shape.width, shape.width)

    def forward(self, states: Tensor, source: Tensor, bias: Tensor | None = None, *, causal: bool = False) -> Tensor:
        """Attend from (batch, n, width) to (batch, m, width)."""
        query, key, value = (
            projection(of).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for projection, of in (
                (self.q_proj, states),
                (self.k_proj, source),
                (self.v_proj, source),
            )
        )
        mask = None if bias is None else bias.to(query.dtype)
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask, is_causal=causal)
        attended: Tensor = self.out_proj(mixed.transpose(1, 2).flatten(2))
        return attended


class EncoderLayer(nn.Module):
    """Self-attention and a feed-forward net, each behind a layer norm."""

    def __init__(self, shape: Shape) -> None:
        """Make the layer."""
        super().__init__()
        self.self_attn = Attention(shape)
        self.self_attn_layer_norm = nn.LayerNorm(shape.width)
        self.fc1 = nn.Linear(shape.width, shape.feed_forward)
        self.fc2 = nn.Linear(shape.feed_forward, shape.width)
        self.final_layer_norm = nn.LayerNorm(shape.width)

    def forward(self, states: Tensor, bias: Tensor) -> Tensor:
        """Transform (batch, positions, width)."""
        normed = self.self_attn_layer_norm(states)
        states = states + self.self_attn(normed, normed, bias)
        out: Tensor = self.fc2(functional.gelu(self.fc1(self.final_layer_norm(states))))
        return states + out


class DecoderLayer(EncoderLayer):
    """An encoder layer that looks back only, and also at the encoder."""

    def __init__(self, shape: Shape) -> None:
        """Make the layer."""
        super().__init__(shape)
        self.encoder_attn = Attention(shape)
        self.encoder_attn_layer_norm = nn.LayerNorm(shape.width)

    def decode(self, states: Tensor, heard: Heard) -> Tensor:
        """Transform (batch, tokens, width) with what was heard."""
        normed = self.self_attn_layer_norm(states)
        states = states + self.self_attn(normed, normed, causal=True)
        normed = self.encoder_attn_layer_norm(states)
        states = states + self.encoder_attn(normed, heard.states, heard.bias)
        out: Tensor = self.fc2(functional.gelu(self.fc1(self.final_layer_norm(states))))
        return states + out


class Encoder(nn.Module):
    """From log-mel frames to one state for every 20 ms."""

    def __init__(self, shape: Shape) -> None:
        """Make the encoder; its positions are fixed sinusoids, scaled down to converge sooner."""
        super().__init__()
        self.conv1 = nn.Conv1d(shape.mels, shape.width, 3, padding=1)
        self.conv2 = nn.Conv1d(shape.width, shape.width, 3, stride=2, padding=1)
        self.embed_positions = nn.Embedding.from_pretrained(_sinusoids(SOURCE_POSITIONS, shape.width) * 0.3)
        self.layers = nn.ModuleList(EncoderLayer(shape) for _ in range(shape.encoder_layers))
        self.layer_norm = nn.LayerNorm(shape.width)

    def forward(self, mel: Tensor, positions: Tensor, bias: Tensor) -> Heard:
        """Encode (batch, mels, 2 n) frames that stand at (batch, n) positions."""
        frames = functional.gelu(self.conv2(functional.gelu(self.conv1(mel)))).transpose(1, 2)
        states = frames[:, : positions.shape[1]] + self.embed_positions(positions)
        for layer in self.layers:
            states = layer(states, bias)
        return Heard(self.layer_norm(states), bias)


class Decoder(nn.Module):
    """From tokens and what was heard to the scores of the next token."""

    def __init__(self, shape: Shape) -> None:
        """Make the decoder; it scores with the transposed token embedding."""
        super().__init__()
        self.embed_tokens = nn.Embedding(shape.vocabulary, shape.width)
        self.embed_positions = nn.Embedding(TARGET_POSITIONS, shape.width)
        nn.init.normal_(self.embed_tokens.weight, 0, 0.05)
        nn.init.normal_(self.embed_positions.weight, 0, 0.02)
        self.layers = nn.ModuleList(DecoderLayer(shape) for _ in range(shape.decoder_layers))
        self.layer_norm = nn.LayerNorm(shape.width)

    def forward(self, tokens: Tensor, heard: Heard) -> Tensor:
        """Score the token after each of (batch, tokens)."""
        places = torch.arange(tokens.shape[1])[None]
        states = self.embed_tokens(tokens) + self.embed_positions(places)
        for layer in self.layers:
            states = layer.decode(states, heard)
        scores: Tensor = self.layer_norm(states) @ self.embed_tokens.weight.T
        return scores


class Recogniser(nn.Module):
    """The whole model; `helpers` is what export leaves out."""

    def __init__(self, shape: Shape, phonemes: int, text_tokens: int) -> None:
        """Make a model; `text_tokens` tokens have text, CTC adds a blank after them."""
        super().__init__()
        self.encoder = Encoder(shape)
        self.decoder = Decoder(shape)
        self.helpers = nn.ModuleDict(
            {
                "phonemes": nn.Linear(shape.width, phonemes),
                "text": nn.Linear(shape.width, text_tokens + 1),
            }
        )


def _sinusoids(length: int, width: int) -> Tensor:
    step = math.log(10_000) / (width // 2 - 1)
    angles = torch.arange(length)[:, None] * torch.exp(-step * torch.arange(width // 2))
    return torch.cat([angles.sin(), angles.cos()], 1)
