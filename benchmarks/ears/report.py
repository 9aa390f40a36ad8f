"""The results of the ears as tables, goals and plots."""

from collections.abc import Sequence

from benchmarks.results import Goal, Plot, Results, Table, times

from .found import Decode, EndOfSpeech, Found, Pauses, Words

_OTHER = "wyoming-faster-whisper"
_ABOUT = """\
Ears of both kinds in one demo house, spoken to through the Assist pipeline in real time: the microphone brings 10 ms
every 10 ms, and the end of speech is the last voiced sample. wyoming-faster-whisper is set up by Home Assistant's own
integration and runs as it comes (five beams, one thread for each core); Home Assistant waits for 0.7 s of silence
before it may begin. Both have the same weights: the demo's tiny model where words count; random ones of the true shapes
(tiny, base, small), which always hear a command of 14 tokens, where only time does."""
_MOST_END = 0.45
_LEAST_DECODE = 4.0
_MOST_CUT_OFF = 0.02
_GOAL_SHAPES = ("base", "small")


def results_of(found: Found) -> Results:
    """Return what the report shows."""
    tables = (_ends(found.ends), _decodes(found.decodes), _pauses(found.pauses), _words(found.words))
    goals = (
        *_end_goals(found.ends),
        *_decode_goals(found.decodes),
        *_cut_off_goals(found.pauses),
        *_word_goals(found.words),
    )
    return Results(
        "Ears",
        _ABOUT,
        tuple(table for table in tables if table.rows),
        goals,
        tuple(plot for plot in (_end_plot(found.ends), _decode_plot(found.decodes)) if plot.labels),
        {
            **{f"end of speech, {_end_name(one)}": _ratio(one) for one in found.ends},
            **{f"decode, {_decode_name(one)}": _ratio(one) for one in found.decodes},
        },
    )


def _ratio(one: EndOfSpeech | Decode) -> float:
    return one.other.median / one.parlor.median


def _end_name(one: EndOfSpeech) -> str:
    return f"{one.model}, {'a sentence known to be whole' if one.finished else 'other sentences'}"


def _decode_name(one: Decode) -> str:
    return f"{one.model}, {one.seconds:g} s"


def _ends(found: Sequence[EndOfSpeech]) -> Table:
    rows = [
        (_end_name(one), times(_ratio(one)), one.parlor.text("s", 2), one.other.text("s", 2), str(one.count))
        for one in found
    ]
    head = ("Model, what is said", "Sooner", "Parlor", _OTHER, "Utterances")
    return Table("From the end of speech to the transcript, silence included", head, tuple(rows))


def _decodes(found: Sequence[Decode]) -> Table:
    rows = [(_decode_name(one), times(_ratio(one)), one.parlor.text("s", 3), one.other.text("s", 3)) for one in found]
    note = "A recording is sent at once; the time is that from its end to its words."
    return Table("The decode alone", ("Shape, utterance", "Faster", "Parlor", _OTHER), tuple(rows), note)


def _pauses(found: Sequence[Pauses]) -> Table:
    rows = [
        (
            one.spoken_by,
            "cannot be all" if one.unfinished else "could be all",
            f"{one.seconds:g} s",
            str(one.count),
            f"{one.parlor / one.count:.1%}",
            f"{one.other / one.count:.1%}",
        )
        for one in found
    ]
    head = ("Spoken by", "The words before the pause", "Pause", "Sentences", "Parlor", "Home Assistant's 0.7 s")
    note = "The share of sentences that were taken to be over at a pause inside them."
    return Table("Cut off", head, tuple(rows), note)


def _words(found: Sequence[Words]) -> Table:
    rows = [(one.spoken_by, str(one.clips), f"{one.short:.2%}", f"{one.full:.2%}") for one in found]
    note = "The demo's model, on sentences that training never saw."
    return Table("Word errors", ("Spoken by", "Clips", "Short window", "Full window"), tuple(rows), note)


def _end_goals(found: Sequence[EndOfSpeech]) -> list[Goal]:
    return [
        Goal(
            "End of speech to transcript of a finished sentence",
            f"≤ {_MOST_END} s",
            f"{one.parlor.median:.2f} s",
            one.parlor.median <= _MOST_END,
            "the silence that tells a pause from an end (0.3 s), and what is left of the decode that began in it",
        )
        for one in found
        if one.model == "demo" and one.finished
    ]


def _decode_goals(found: Sequence[Decode]) -> list[Goal]:
    goals = []
    for shape in _GOAL_SHAPES:
        ratios = [_ratio(one) for one in found if one.model == shape]
        if ratios:
            least = min(ratios)
            goals.append(
                Goal(
                    f"Decode at the shape of {shape}, faster than {_OTHER}",
                    f"≥ {_LEAST_DECODE:g} times",
                    times(least),
                    least >= _LEAST_DECODE,
                    "writing the tokens, which no window makes shorter",
                )
            )
    return goals


def _cut_off_goals(found: Sequence[Pauses]) -> list[Goal]:
    goals = []
    for spoken_by in dict.fromkeys(one.spoken_by for one in found if one.unfinished):
        pauses = [one for one in found if one.unfinished and one.spoken_by == spoken_by]
        count = sum(one.count for one in pauses)
        own, other = (sum(getattr(one, side) for one in pauses) / count for side in ("parlor", "other"))
        goals.append(
            Goal(
                f"Unfinished sentences cut off, of {count} spoken by {spoken_by}",
                f"≤ {_MOST_CUT_OFF:.0%}",
                f"{own:.1%} (Home Assistant's 0.7 s: {other:.1%})",
                own <= _MOST_CUT_OFF,
                "beginnings that the model takes for whole sentences, and is sure of",
            )
        )
    return goals


def _word_goals(found: Sequence[Words]) -> list[Goal]:
    clips = sum(one.clips for one in found)
    if not clips:
        return []
    short, full = (sum(getattr(one, side) * one.clips for one in found) / clips for side in ("short", "full"))
    limit = "the window itself: the tiny model was trained with both"
    return [
        Goal("Word errors with the short window", f"≤ {full:.2%}, the full one's", f"{short:.2%}", short <= full, limit)
    ]


def _end_plot(found: Sequence[EndOfSpeech]) -> Plot:
    series = {"Parlor": tuple(one.parlor.median for one in found), _OTHER: tuple(one.other.median for one in found)}
    labels = tuple(f"{one.model}, {'whole' if one.finished else 'other'}" for one in found)
    return Plot("ears-end", "From the end of speech to the transcript", "s", labels, series)


def _decode_plot(found: Sequence[Decode]) -> Plot:
    series = {"Parlor": tuple(one.parlor.median for one in found), _OTHER: tuple(one.other.median for one in found)}
    return Plot("ears-decode", "The decode alone", "s", tuple(map(_decode_name, found)), series)
