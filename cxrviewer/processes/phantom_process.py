"""The demonstration film from a child: DICOM is none of the window's business."""

import multiprocessing
from pathlib import Path

from cxrviewer.core import paths
from cxrviewer.core.errors import ExportError

_TIME_LIMIT = 60.0


def draw_phantom(file: Path) -> None:
    """Draw the phantom into a file, whole or not at all.

    Raises
    ------
    ExportError
        If the child fails or takes too long.
    """
    process = multiprocessing.get_context("spawn").Process(
        target=_draw, args=(str(file),), daemon=True
    )
    process.start()
    process.join(_TIME_LIMIT)
    if process.is_alive():
        process.kill()
        process.join()
    if process.exitcode != 0:
        raise ExportError("The phantom could not be drawn; make room on the disk and try again.")
    process.close()


def _draw(file: str) -> None:
    from cxrviewer.imaging.phantom import write_phantom

    with paths.replacing(Path(file)) as temporary:
        write_phantom(temporary)
