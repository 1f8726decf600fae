"""Pictures out: whole or not at all, with the notice inside."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, PngImagePlugin, TiffImagePlugin

from cxrviewer.core import paths
from cxrviewer.core.analysis import NOTICE
from cxrviewer.core.errors import ExportError
from cxrviewer.core.film import Array

_SOFTWARE = "cxrviewer"
_DESCRIPTION_TAG = 270
_SOFTWARE_TAG = 305
_JPEG_QUALITY = 95


def write_picture(array: Array, path: Path, *, text: dict[str, str] | None = None) -> None:
    """Write a picture; an existing file is replaced only once the new one is complete.

    Parameters
    ----------
    array
        uint8 or uint16 (rows, columns), or uint8 (rows, columns, 3) RGB.
    path
        Its suffix names the format: PNG, JPEG or TIFF.
    text
        Words written into the file beside the notice, by name.

    Raises
    ------
    ExportError
        If the format is unknown or the file cannot be written.
    """
    options = _OPTIONS.get(path.suffix.lower())
    if options is None:
        raise ExportError(f"{path.name}: pictures are written as .png, .jpg or .tif; name it so.")
    if array.dtype == np.uint16 and options is _jpeg_options:
        raise ExportError(f"{path.name}: JPEG holds 8 bits only; choose .png or .tif.")
    words = {"Software": _SOFTWARE, "Notice": NOTICE, **(text or {})}
    try:
        with paths.replacing(path) as temporary:
            Image.fromarray(np.ascontiguousarray(array)).save(temporary, **options(words))
    except OSError as error:
        raise ExportError(
            f"{path.name}: the picture could not be written to {path.parent}; check the space "
            "left there and that you may write."
        ) from error


def _png_options(words: dict[str, str]) -> dict[str, Any]:
    chunks = PngImagePlugin.PngInfo()
    for name, content in words.items():
        if content.isascii():
            chunks.add_text(name, content)
        else:
            chunks.add_itxt(name, content)
    return {"format": "PNG", "pnginfo": chunks, "compress_level": 3}


def _jpeg_options(words: dict[str, str]) -> dict[str, Any]:
    return {"format": "JPEG", "quality": _JPEG_QUALITY, "comment": _lines(words).encode()}


def _tiff_options(words: dict[str, str]) -> dict[str, Any]:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[_DESCRIPTION_TAG] = _lines(words)
    tags[_SOFTWARE_TAG] = _SOFTWARE
    return {"format": "TIFF", "tiffinfo": tags, "compression": "tiff_lzw"}


def _lines(words: dict[str, str]) -> str:
    return "\n".join(f"{name}: {content}" for name, content in words.items())


_OPTIONS: dict[str, Callable[[dict[str, str]], dict[str, Any]]] = {
    ".png": _png_options,
    ".jpg": _jpeg_options,
    ".jpeg": _jpeg_options,
    ".tif": _tiff_options,
    ".tiff": _tiff_options,
}
