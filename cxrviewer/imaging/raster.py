"""PNG, JPEG and TIFF files to a film."""

import io
import struct
import zlib
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from cxrviewer.core.errors import FilmError
from cxrviewer.core.film import Array, DisplayChain, Facts, Film
from cxrviewer.imaging import levels, monochrome
from cxrviewer.imaging.chain import describe, identity_chain
from cxrviewer.imaging.dicom_file import quiet
from cxrviewer.imaging.layout import LARGEST_FRAME

FORMATS = ("PNG", "JPEG", "TIFF")
_WHITE_IS_ZERO = 0
_PHOTOMETRIC_TAG = 262
_BITS_TAG = 258
# PNG colour types: RGB, grey with alpha, RGB with alpha.
_SEVERAL_SAMPLES = (2, 4, 6)
_BROKEN = (
    OSError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    SyntaxError,
    EOFError,
    struct.error,
    zlib.error,
)


@dataclass(frozen=True, kw_only=True)
class _Picture:
    """Grey values of a picture, (rows, columns), and what is known of them."""

    values: Array
    coloured: bool = False
    inverted: bool = False
    frames: int = 1


def read_raster(path: Path, *, file_format: str) -> Film:
    """Read the first picture of a PNG, JPEG or TIFF file.

    Parameters
    ----------
    file_format
        One of `FORMATS`, as the file's content shows it.

    Raises
    ------
    FilmError
        If it is damaged or too large; the sentence lacks the file's name.
    """
    data = path.read_bytes()
    with quiet():
        try:
            picture = _read(data, file_format)
        except Image.DecompressionBombError as error:
            raise FilmError(
                "this picture has more pixels than this program reads; use a smaller one."
            ) from error
        except _BROKEN as error:
            raise FilmError(
                f"this {file_format} picture is damaged or cut short; ask for it anew."
            ) from error
    stored, _, rounded = monochrome.in_16_bits(picture.values)
    stored = np.ascontiguousarray(stored)
    chain, levelled = _chain(stored, inverted=picture.inverted)
    warnings = (*_oddities(picture), rounded, levelled)
    depth = stored.dtype.itemsize * 8
    facts = Facts(
        file_format=file_format,
        bits_allocated=depth,
        bits_stored=depth,
        frames=picture.frames,
        colour=picture.coloured,
        luts=describe(chain),
    )
    return Film(
        path=path,
        stored=stored,
        chain=chain,
        facts=facts,
        warnings=tuple(warning for warning in warnings if warning),
    )


def _oddities(picture: _Picture) -> tuple[str, ...]:
    coloured = "The file is in colour; its brightness is shown." if picture.coloured else ""
    several = f"The file holds {picture.frames} pictures; only the first is shown."
    return (several if picture.frames > 1 else "", coloured)


def _chain(stored: Array, *, inverted: bool) -> tuple[DisplayChain, str]:
    """Show 8 bits as they are, and 16 bits as they are if they are used to the top.

    Raw 10 to 14-bit values are often kept in 16-bit pictures and would be nearly black.
    """
    top = int(stored.max())
    if stored.dtype == np.uint8 or (stored.dtype == np.uint16 and top > 0x7FFF):
        chain = identity_chain(stored.dtype.itemsize * 8)
        return replace(chain, inverted=inverted), ""
    counted = levels.count(stored, None)
    auto, full = levels.measured_windows(counted, monochrome.UNCHANGED)
    chain = DisplayChain(
        modality=monochrome.UNCHANGED, voi=auto, auto=auto, full=full, inverted=inverted
    )
    return chain, (
        "The picture uses only part of its 16 bits; the film is shown with an automatic level."
    )


def _read(data: bytes, file_format: str) -> _Picture:
    try:
        image = Image.open(io.BytesIO(data), formats=(file_format,))
    except UnidentifiedImageError:
        # Pillow knows no 16-bit colour TIFF.
        return _deep_colour(data)
    if image.width * image.height > LARGEST_FRAME:
        raise FilmError(
            f"this picture has {image.height} x {image.width} pixels, more than this program "
            "reads; use a smaller one."
        )
    frames = int(getattr(image, "n_frames", 1))
    tags = getattr(image, "tag_v2", {})
    deep = _is_deep_colour(data, tags.get(_BITS_TAG, ()))
    image.load()
    if deep:
        return _deep_colour(data)
    turned = ImageOps.exif_transpose(image)
    if turned.mode in ("1", "L", "I", "F") or turned.mode.startswith("I;16"):
        if turned.mode == "1":
            turned = turned.convert("L")
        values = np.array(turned)
        # Pillow turns 8 bits the right way round itself.
        inverted = values.itemsize > 1 and tags.get(_PHOTOMETRIC_TAG) == _WHITE_IS_ZERO
        native = values.astype(values.dtype.newbyteorder("="), copy=False)
        return _Picture(values=native, inverted=inverted, frames=frames)
    values, coloured = _grey(turned)
    return _Picture(values=values, coloured=coloured, frames=frames)


def _grey(image: Image.Image) -> tuple[Array, bool]:
    """Turn a colour picture into grey; what is transparent is black."""
    if image.has_transparency_data or image.mode in ("LA", "RGBA", "PA"):
        colour = image.convert("RGBA")
        black = Image.new("RGBA", image.size, (0, 0, 0, 255))
        return monochrome.luminance(np.array(Image.alpha_composite(black, colour).convert("RGB")))
    return monochrome.luminance(np.array(image.convert("RGB")))


def _is_deep_colour(data: bytes, tiff_bits: tuple[int, ...]) -> bool:
    """Whether a PNG or TIFF has 16 bits a sample, of which Pillow keeps only 8."""
    png = data[12:16] == b"IHDR" and data[24] == 16 and data[25] in _SEVERAL_SAMPLES
    return png or (len(tiff_bits) >= 3 and tiff_bits[0] == 16)


def _deep_colour(data: bytes) -> _Picture:
    colour = cv2.imdecode(np.frombuffer(data, dtype=np.uint8), cv2.IMREAD_UNCHANGED)
    if colour is None or colour.dtype not in (np.uint8, np.uint16):
        raise ValueError("no picture")
    if colour.ndim == 2:
        return _Picture(values=colour)
    if colour.shape[2] == 4:
        alpha = colour[..., 3:].astype(np.float32) / (256**colour.itemsize - 1)
        colour = np.rint(colour[..., :3] * alpha).astype(colour.dtype)
    values, coloured = monochrome.luminance(colour[..., ::-1])
    return _Picture(values=values, coloured=coloured)
