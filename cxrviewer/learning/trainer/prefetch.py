"""What is needed next is made in threads while what is there is worked with."""

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

# Reading and OpenCV work without the interpreter's lock, so two threads use two cores.
_THREADS = 2


def ahead(make: Callable[[T], R], items: Iterable[T]) -> Generator[R, None, None]:
    """Yield what `make` makes of each item, in order, made a little ahead in threads.

    Close the generator where it is not used up.
    """
    coming = iter(items)
    threads = ThreadPoolExecutor(_THREADS, "prefetch")
    try:
        waiting: deque[Future[R]] = deque(
            threads.submit(make, item) for item in islice(coming, _THREADS)
        )
        while waiting:
            made = waiting.popleft().result()
            waiting.extend(threads.submit(make, item) for item in islice(coming, 1))
            yield made
    finally:
        threads.shutdown(cancel_futures=True)
