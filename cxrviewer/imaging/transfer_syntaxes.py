"""The transfer syntaxes of DICOM and what decodes each, as a table."""

from dataclasses import dataclass
from enum import Enum

from pydicom.uid import UID


class Road(Enum):
    """Which code turns the bytes of a transfer syntax into values."""

    NATIVE = "uncompressed"
    PLUGINS = "pydicom's plugins"
    GDCM = "gdcm called directly"


@dataclass(frozen=True, kw_only=True)
class Syntax:
    """One transfer syntax.

    Attributes
    ----------
    plugins
        Plugins in the order they are tried.
    """

    name: str
    road: Road
    plugins: tuple[str, ...] = ()


def _plugins(name: str, *plugins: str) -> Syntax:
    return Syntax(name=name, road=Road.PLUGINS, plugins=plugins)


EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
IMPLICIT_LITTLE = "1.2.840.10008.1.2"
EXPLICIT_BIG = "1.2.840.10008.1.2.2"

SYNTAXES: dict[str, Syntax] = {
    IMPLICIT_LITTLE: Syntax(name="Implicit VR Little Endian", road=Road.NATIVE),
    EXPLICIT_LITTLE: Syntax(name="Explicit VR Little Endian", road=Road.NATIVE),
    EXPLICIT_BIG: Syntax(name="Explicit VR Big Endian", road=Road.NATIVE),
    "1.2.840.10008.1.2.1.99": Syntax(name="Deflated Explicit VR", road=Road.NATIVE),
    "1.2.840.10008.1.2.5": _plugins("RLE Lossless", "pylibjpeg", "pydicom"),
    "1.2.840.10008.1.2.4.50": _plugins("JPEG Baseline", "pillow", "gdcm"),
    "1.2.840.10008.1.2.4.51": Syntax(name="JPEG Extended", road=Road.GDCM),
    "1.2.840.10008.1.2.4.53": Syntax(name="JPEG Spectral Selection (retired)", road=Road.GDCM),
    "1.2.840.10008.1.2.4.55": Syntax(name="JPEG Full Progression (retired)", road=Road.GDCM),
    "1.2.840.10008.1.2.4.57": _plugins("JPEG Lossless", "gdcm"),
    "1.2.840.10008.1.2.4.70": _plugins("JPEG Lossless SV1", "gdcm"),
    "1.2.840.10008.1.2.4.80": _plugins("JPEG-LS Lossless", "pyjpegls", "gdcm"),
    "1.2.840.10008.1.2.4.81": _plugins("JPEG-LS Near-lossless", "pyjpegls", "gdcm"),
    "1.2.840.10008.1.2.4.90": _plugins("JPEG 2000 Lossless", "pillow", "pylibjpeg"),
    "1.2.840.10008.1.2.4.91": _plugins("JPEG 2000", "pillow", "pylibjpeg"),
    "1.2.840.10008.1.2.4.201": _plugins("High-Throughput JPEG 2000 Lossless", "pylibjpeg"),
    "1.2.840.10008.1.2.4.202": _plugins("High-Throughput JPEG 2000 RPCL", "pylibjpeg"),
    "1.2.840.10008.1.2.4.203": _plugins("High-Throughput JPEG 2000", "pylibjpeg"),
}

# Newer than the dictionary of the DICOM library.
_NAMES = {
    "1.2.840.10008.1.2.8.1": "Deflated Image Frame Compression",
    "1.2.840.10008.1.2.4.110": "JPEG XL Lossless",
    "1.2.840.10008.1.2.4.111": "JPEG XL JPEG Recompression",
    "1.2.840.10008.1.2.4.112": "JPEG XL",
}


def syntax_name(uid: str) -> str:
    """Return the name of any transfer syntax, known to this program or not."""
    if uid in SYNTAXES:
        return SYNTAXES[uid].name
    name = _NAMES.get(uid) or UID(uid).name
    return f"{name} ({uid})" if name != uid else uid
