"""Train the recogniser; an interrupted run goes on where its last checkpoint was written.

    python -m tiny_models.train

Two processes of one thread each learn from half of the data and average their gradients: on two
shared cores that is twice as fast as two threads, which spin while they wait for each other.
There are rounds: in the first the rate stays at its peak before it falls in a straight line, the
later ones warm up again and fall from lower peaks. The third also teaches patience with silence, the fourth that
a sentence may stop in the middle; export takes the mean of what these two ended with.
"""

from dataclasses import asdict, dataclass
import os
from pathlib import Path
import random
import time
from typing import Any

from faster_whisper.feature_extractor import FeatureExtractor
import torch
from torch import Tensor, distributed, multiprocessing
from torch.nn import functional

from tiny_models import dataset, tokens
from tiny_models.batches import IGNORED, Batch, Row, collate, group, lengthen, schedule
from tiny_models.dataset import PHONEME_CLASSES
from tiny_models.model import Heard, Recogniser, Shape
from tiny_models.paths import CACHE, CHECKPOINT, DATA, round_end
from tiny_models.scoring import error_rate

_WORKERS = 2
_CHECKPOINT_EVERY = 250
_REPORT_EVERY = 50
_WATCHED = ("silence-around", "held-out-voices", "held-out-accent", "piper")
_WATCHED_CLIPS = 64
_LONGEST_TEXT = 64
_WHOLE_BESIDE_HALVES = 3
"""One whole sentence in so many is taught again besides beginnings: two for one of these."""


def main() -> None:
    """Train to the end, from a checkpoint where there is one."""
    meeting_place = CACHE / "meeting-place"
    meeting_place.unlink(missing_ok=True)
    multiprocessing.spawn(_work, (f"file://{meeting_place}",), _WORKERS)


def _work(worker: int, meeting_place: str) -> None:
    os.environ["GLOO_SOCKET_IFNAME"] = "lo"
    distributed.init_process_group("gloo", init_method=meeting_place, rank=worker, world_size=_WORKERS)
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(0)
    _Training(worker).run()
    distributed.destroy_process_group()


@dataclass(frozen=True, slots=True)
class _Round:
    """Steps from `begin` to `end`; the rate falls over the last `falling` of them.

    A share of the batches is `lengthened` by silence around the speech. With `halves`, beginnings of sentences are
    taught, and fewer whole ones beside them.
    """

    begin: int
    end: int
    peak_rate: float
    warm_up: int
    falling: float = 1.0
    lengthened: float = 0.0
    halves: bool = False

    def rate(self, step: int) -> float:
        """Return the learning rate at a step of this round."""
        warm = min(1.0, (step - self.begin + 1) / self.warm_up)
        left = (self.end - step) / ((self.end - self.begin) * self.falling)
        return self.peak_rate * warm * min(1.0, left)


_ROUNDS = (
    _Round(0, 4000, peak_rate=1.8e-3, warm_up=250, falling=0.65),
    _Round(4000, 6500, peak_rate=1.2e-3, warm_up=250),
    _Round(6500, 7500, peak_rate=8e-4, warm_up=50, lengthened=0.4),
    _Round(7500, 8000, peak_rate=8e-4, warm_up=50, lengthened=0.3, halves=True),
)
STEPS = _ROUNDS[-1].end


class _Training:
    """The model, its optimiser, the data and how far it has come."""

    def __init__(self, worker: int) -> None:
        self._worker = worker
        shape = Shape(vocabulary=tokens.load().get_vocab_size())
        self._blank = tokens.ids().end
        self._model = Recogniser(shape, PHONEME_CLASSES, self._blank)
        self._trained = [p for p in self._model.parameters() if p.requires_grad]
        self._optimiser = torch.optim.AdamW(
            self._trained, lr=_ROUNDS[0].peak_rate, betas=(0.9, 0.98), weight_decay=0.02, fused=True
        )
        self._shape = shape
        self._step = 0
        self._watched: dict[str, list[tuple[Row, str]]] = {}
        if CHECKPOINT.exists():
            self._load()

    def run(self) -> None:
        parameters = sum(p.numel() for p in self._model.parameters())
        print(f"{parameters} parameters")
        rows = _training_rows(self._worker)
        self._watched = {name: _test_rows(name) for name in _WATCHED[self._worker :: _WORKERS]}
        for part in _ROUNDS:
            if self._step < part.end:
                halves = _training_rows(self._worker, halves=True) if part.halves else []
                self._run_round(part, rows[::_WHOLE_BESIDE_HALVES] + halves if part.halves else rows)

    def _run_round(self, part: _Round, rows: list[Row]) -> None:
        groups = group(rows)
        hours = sum(row.features.shape[1] for row in rows) / 360_000
        print(f"{len(rows)} clips, {hours:.1f} h, {len(groups)} batches")
        began = time.monotonic()
        losses = torch.zeros(3)
        for number, chosen in enumerate(schedule(groups, f"batches {self._worker}")):
            if number < self._step:
                continue
            if self._step >= part.end:
                break
            losses += self._learn([rows[index] for index in chosen], part)
            self._step += 1
            if self._step % _REPORT_EVERY == 0 and self._worker == 0:
                told = " ".join(f"{loss / _REPORT_EVERY:.3f}" for loss in losses.tolist())
                seconds = time.monotonic() - began
                print(f"step {self._step} {seconds:.0f} s: text, ctc, phonemes {told}", flush=True)
            if self._step % _REPORT_EVERY == 0:
                losses.zero_()
            if self._step % _CHECKPOINT_EVERY == 0 or self._step == STEPS:
                if self._worker == 0:
                    self._save()
                print(f"step {self._step}:", self._watch(), flush=True)

    def _learn(self, rows: list[Row], now: _Round) -> Tensor:
        """Take one step; returns the three losses."""
        torch.manual_seed(self._step * _WORKERS + self._worker)
        rng = random.Random(f"collate {self._step} {self._worker}")
        if now.lengthened and rng.random() < now.lengthened:
            rows = lengthen(rows, rng)
        batch = collate(rows, rng)
        for settings in self._optimiser.param_groups:
            settings["lr"] = now.rate(self._step)
        losses = self._losses(batch)
        text, ctc, phonemes = losses
        self._optimiser.zero_grad()
        (text + 0.2 * ctc + 0.6 * phonemes).backward()
        self._average_gradients()
        torch.nn.utils.clip_grad_norm_(self._trained, 1.0)
        self._optimiser.step()
        return torch.stack(losses).detach()

    def _average_gradients(self) -> None:
        parts = [torch.zeros_like(p) if p.grad is None else p.grad for p in self._trained]
        whole = torch.cat([part.flatten() for part in parts])
        distributed.all_reduce(whole)
        whole /= _WORKERS
        for parameter, part in zip(self._trained, whole.split([p.numel() for p in self._trained]), strict=True):
            parameter.grad = part.view_as(parameter)

    def _losses(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        heard = self._model.encoder(batch.mel, batch.positions, batch.bias)
        scores = self._model.decoder(batch.tokens, heard)
        sounds = self._model.helpers["phonemes"](heard.states)
        text = functional.cross_entropy(
            scores.flatten(0, 1),
            batch.targets.flatten(),
            ignore_index=IGNORED,
            label_smoothing=0.05,
        )
        ctc = self._read_off(batch, heard)
        if not (batch.phonemes != IGNORED).any():
            return text, ctc, 0 * text
        phonemes = functional.cross_entropy(sounds.flatten(0, 1), batch.phonemes.flatten(), ignore_index=IGNORED)
        return text, ctc, phonemes

    def _read_off(self, batch: Batch, heard: Heard) -> Tensor:
        """Return the CTC loss of every third clip: it is dear, and a nudge is enough."""
        chosen = range(self._step % 3, len(batch.texts), 3)
        texts = [batch.texts[index] for index in chosen]
        lengths = [batch.lengths[index] for index in chosen]
        states = heard.states[chosen.start :: 3, : max(lengths, default=0)]
        if not any(texts):
            return 0 * states.sum()
        return functional.ctc_loss(
            self._model.helpers["text"](states).log_softmax(-1).transpose(0, 1),
            torch.tensor([token for text in texts for token in text], dtype=torch.long),
            torch.tensor(lengths),
            torch.tensor([len(text) for text in texts]),
            blank=self._blank,
            zero_infinity=True,
        )

    def _watch(self) -> str:
        rates = {name: error_rate(self._read(rows)) for name, rows in self._watched.items()}
        return ", ".join(f"{name} {rate:.1f} %" for name, rate in rates.items())

    @torch.no_grad()
    def _read(self, rows: list[tuple[Row, str]]) -> list[tuple[str, str]]:
        """Transcribe greedily; returns pairs of the right text and the one that was read."""
        pairs: list[tuple[str, str]] = []
        rows = sorted(rows, key=lambda pair: pair[0].features.shape[1])
        for start in range(0, len(rows), 16):
            part = rows[start : start + 16]
            batch = collate([row for row, _ in part], None)
            heard = self._model.encoder(batch.mel, batch.positions, batch.bias)
            lines = self._continue(heard)
            pairs += [(text, line) for (_, text), line in zip(part, lines, strict=True)]
        return pairs

    def _continue(self, heard: Heard) -> list[str]:
        ids = tokens.ids()
        prompt = [ids.start, ids.english, ids.transcribe, ids.no_timestamps]
        said = torch.tensor([prompt] * len(heard.states))
        done = torch.zeros(len(said), dtype=torch.bool)
        while said.shape[1] < _LONGEST_TEXT and not done.all():
            following = self._model.decoder(said, heard)[:, -1].argmax(-1)
            following[done] = ids.end
            said = torch.cat([said, following[:, None]], 1)
            done |= following == ids.end
        text_only = ([t for t in line if t < ids.end] for line in said[:, 4:].tolist())
        return [tokens.load().decode(line) for line in text_only]

    def _save(self) -> None:
        state: dict[str, Any] = {
            "step": self._step,
            "shape": asdict(self._shape),
            "model": self._model.state_dict(),
            "optimiser": self._optimiser.state_dict(),
        }
        half_done = CHECKPOINT.with_suffix(".new")
        torch.save(state, half_done)
        half_done.rename(CHECKPOINT)
        if any(self._step == part.end for part in _ROUNDS):
            torch.save(state, round_end(self._step))

    def _load(self) -> None:
        state = torch.load(CHECKPOINT)
        self._model.load_state_dict(state["model"])
        self._optimiser.load_state_dict(state["optimiser"])
        self._step = state["step"]
        print(f"going on at step {self._step}")


def _training_rows(worker: int, *, halves: bool = False) -> list[Row]:
    paths: list[Path] = dataset.training_shards(halves=halves)[worker::_WORKERS]
    return [
        Row(example.features, tokens.encode(example.text), example.labels, example.end)
        if example.text
        else Row(example.features, [], example.labels, example.end)
        for path in paths
        for example in dataset.load_examples(path)
    ]


def _test_rows(name: str) -> list[tuple[Row, str]]:
    extract = FeatureExtractor()
    return [
        (Row(extract(clip.audio).astype("float16"), [], clip.labels, clip.end), clip.text)
        for clip, _ in zip(dataset.load_clips(DATA / f"test-{name}.npz"), range(_WATCHED_CLIPS), strict=False)
    ]


if __name__ == "__main__":
    main()
