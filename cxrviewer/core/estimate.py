"""A measured proportion, never without its interval and its count."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A measured proportion with its 95 % interval and count."""

    value: float
    low: float
    high: float
    n: int

    @property
    def valid(self) -> bool:
        """Whether these numbers can be a proportion and its interval."""
        return 0 <= self.low <= self.value <= self.high <= 1 and self.n > 0

    @property
    def counted(self) -> str:
        """The proportion in words with the films it counts."""
        hits = round(self.value * self.n)
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f}; {hits} of {self.n} films)"

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f}, n {self.n})"
