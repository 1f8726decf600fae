"""Which films a model learned from, as digests of what it sees: a name or a copy hides nothing."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from cxrviewer.core import paths
from cxrviewer.core.film import Array

FILE = "films.txt"
_BYTES = 8


def digest(levels: Array) -> str:
    """Return 16 hexadecimal digits for a film at the input's size (uint16, (height, width)).

    The same picture gives the same digits under any name and in any lossless format.
    """
    whole = levels.astype("<u2").tobytes()
    return hashlib.blake2b(whole, digest_size=_BYTES, person=b"cxrviewer").hexdigest()


def write(digests: Iterable[str], folder: Path) -> None:
    """Write the digests of the films a bundle was fitted on into its folder."""
    with paths.replacing(folder / FILE) as temporary:
        text = "".join(f"{line}\n" for line in sorted(set(digests)))
        temporary.write_text(text, encoding="ascii")


def read(folder: Path) -> frozenset[str]:
    """Return the digests that stand in a bundle's folder, none where it has no list."""
    try:
        return frozenset((folder / FILE).read_text(encoding="ascii").split())
    except (OSError, ValueError):
        return frozenset()
