from dataclasses import FrozenInstanceError
from pathlib import Path

import numpy as np
import pytest

from cxrviewer.core.film import (
    Array,
    DisplayChain,
    Facts,
    Film,
    Identity,
    Rescale,
    Spacing,
    SpacingTrust,
    Window,
)


def film_of(stored: Array) -> Film:
    whole = Window(centre=128.0, width=256.0)
    chain = DisplayChain(modality=Rescale(), voi=whole, auto=whole, full=whole)
    return Film(path=Path("a.png"), stored=stored, chain=chain, facts=Facts(file_format="PNG"))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int16])
def test_a_film_knows_its_size_and_cannot_be_changed(dtype: type) -> None:
    film = film_of(np.zeros((3, 5), dtype=dtype))
    assert (film.rows, film.columns) == (3, 5)
    with pytest.raises(ValueError, match="read-only"):
        film.stored[0, 0] = 1
    with pytest.raises(FrozenInstanceError):
        film.path = Path("b.png")  # type: ignore[misc]


@pytest.mark.parametrize(
    "stored", [np.zeros((3, 5, 3), np.uint8), np.zeros((3, 5), np.float32), np.zeros(3, np.uint8)]
)
def test_other_arrays_are_no_film(stored: Array) -> None:
    with pytest.raises(ValueError, match="stored values"):
        film_of(stored)


def test_the_unit_of_a_length_tells_its_trust() -> None:
    assert Spacing().unit == "px"
    assert Spacing(trust=SpacingTrust.CALIBRATED).unit == "mm (calibrated)"
    assert Spacing(trust=SpacingTrust.MAGNIFIED, magnification=1.125).unit == "mm /ERMF 1.12"


def test_an_identity_does_not_show_itself_in_a_log_or_a_traceback() -> None:
    film = film_of(np.zeros((3, 5), np.uint8))
    assert "DOE" not in repr(Identity(name="DOE^JANE", patient_id="DOE1"))
    assert "Identity(...)" in repr(film)
