"""Several files that take their places together or not at all."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

_PREFIX = ".run-"


@contextlib.contextmanager
def staged(out: Path) -> Iterator[Path]:
    """Yield a new folder whose contents go to `out` only if the block succeeds.

    What stood in `out` under the same names is replaced.

    Raises
    ------
    OSError
        If something cannot be moved; `out` is then as it was.
    """
    for left in out.glob(f"{_PREFIX}*"):  # by one that was killed
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=_PREFIX) as workshop:
        fresh, before = Path(workshop) / "fresh", Path(workshop) / "before"
        fresh.mkdir()
        before.mkdir()
        yield fresh
        renamed: list[tuple[Path, Path]] = []
        try:
            for made in sorted(fresh.iterdir()):
                target = out / made.name
                if target.exists():
                    renamed.append((target, target.rename(before / made.name)))
                renamed.append((made, made.rename(target)))
        except OSError:
            for source, target in reversed(renamed):
                with contextlib.suppress(OSError):
                    target.rename(source)
            raise
