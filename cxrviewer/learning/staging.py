"""Results on disk: not among the films, and all of them or none."""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cxrviewer.core.errors import PlanError

_PREFIX = ".run-"


def keep_apart(out: Path, films: Path) -> None:
    """Refuse a folder for results that lies among the films: its figures would count as films.

    Raises
    ------
    PlanError
        If it lies there.
    """
    if out.resolve().is_relative_to(films.resolve()):
        raise PlanError(
            f"The folder {out} lies among the films of {films}, and the figures left there would "
            "count as films the next time; name a folder elsewhere.",
            field="out",
        )


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
