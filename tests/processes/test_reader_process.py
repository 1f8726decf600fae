"""Films through the reader child, as the window and the commands read them."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from cxrviewer.core.errors import FilmError
from cxrviewer.processes.reader_process import FilmReader


@pytest.mark.parametrize("name", ["film.png", "film.tif"])
def test_what_codecs_say_of_a_damaged_film_reaches_nobody(
    tmp_path: Path, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    cv2.imwrite(str(path), np.random.default_rng(1).integers(0, 65535, (64, 64, 3), np.uint16))
    content = path.read_bytes()
    path.write_bytes(content[:16] + b"\xff" * 8 + content[24 : len(content) // 2])
    reader = FilmReader()
    try:
        with pytest.raises(FilmError, match=f"^{name}: "):
            reader.read(path)
    finally:
        reader.close()
    assert capfd.readouterr().err == ""
