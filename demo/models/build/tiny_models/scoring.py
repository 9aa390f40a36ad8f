"""Word errors."""

from collections.abc import Iterable

from tiny_models.grammar import normalise


def word_errors(reference: str, heard: str) -> tuple[int, int]:
    """Count the wrong, missing and additional words of `heard`, and the words of `reference`."""
    wanted, found = normalise(reference).split(), normalise(heard).split()
    row = list(range(len(found) + 1))
    for line, word in enumerate(wanted, 1):
        diagonal, row[0] = row[0], line
        for column, other in enumerate(found, 1):
            cost = min(row[column] + 1, row[column - 1] + 1, diagonal + (word != other))
            diagonal, row[column] = row[column], cost
    return row[-1], len(wanted)


def error_rate(pairs: Iterable[tuple[str, str]]) -> float:
    """Return the word error rate in percent over pairs of reference and heard text."""
    errors = words = 0
    for reference, heard in pairs:
        wrong, count = word_errors(reference, heard)
        errors += wrong
        words += count
    return 100 * errors / max(1, words)
