"""Tables and numbers of the cards, as text."""

from collections.abc import Sequence

from cxrviewer.core.estimate import Estimate


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Return a Markdown table."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def estimate(value: dict[str, float] | None) -> str:
    """Write a measure with its 95 % interval; a set too small for one has none."""
    if value is None:
        return "not measurable"
    return f"{value['value']:.3f} ({value['low']:.3f} to {value['high']:.3f})"


def estimated(value: Estimate) -> str:
    """Write an estimate; one that the films do not define has no value."""
    if value.value != value.value:
        return "not measurable"
    return estimate({"value": value.value, "low": value.low, "high": value.high})


def counted(value: dict[str, float] | None) -> str:
    """Write a proportion with its 95 % interval and count."""
    if value is None:
        return "not measurable"
    return f"{estimate(value)}, n {value['n']}"


def share(value: float | None) -> str:
    """Write a share; one of nothing, as the precision of what is never called, has no value."""
    return "none" if value is None else f"{value:.3f}"
