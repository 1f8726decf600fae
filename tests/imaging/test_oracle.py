"""The public DICOM films against what independent decoders make of them."""

import functools
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cxrviewer.core.errors import FilmError
from cxrviewer.core.film import Array
from cxrviewer.imaging import decode, dicom_file, display
from cxrviewer.processes.reader_process import FilmReader

pytestmark = pytest.mark.shared

_NO_FILMS = "no films here"
# The one decoder that opens it gives 60,000 rows of memory it never filled.
_INVENTED = "derived_bad_rows_60000.dcm"
# Only the mark after its last, complete frame is missing; its pixels are those of its whole twin.
_ONLY_UNENDED = "emri_small_jpeg_2k_lossless_too_short.dcm"
# Lossy by design, so not the values the film was made from.
_NEAR_LOSSLESS = "derived_ts_jpegls_near3.dcm"
# Greatest and mean difference from the values the film was made from.
_LOSSY = {
    "derived_ts_jpeg_baseline_8bit.dcm": ("derived_bits8.dcm", 9, 0.95),
    "derived_ts_jpeg_extended_12bit_lossy.dcm": ("derived_00_plain.dcm", 8, 1.55),
    "derived_ts_jpegls_near3.dcm": ("derived_00_plain.dcm", 3, 3.0),
}
# Drawn with the automatic level, because the stated window shows nothing.
_RELEVELLED = ("derived_win_outside_data.dcm", "17166")
# The reference reads their bits wrongly; what they show is the plain film.
_PLAIN_MEAN = {
    "derived_bits_stored_too_small.dcm": 104.861,
    "derived_highbit_15_stored_12.dcm": 104.861,
}


def _folder() -> Path:
    named = os.environ.get("CXRVIEWER_SHARED")
    root = Path(named) if named else Path(__file__).resolve().parents[3] / "shared"
    return root / "dicom"


@functools.cache
def _oracle() -> dict[str, Any]:
    file = _folder() / "oracle.json"
    return json.loads(file.read_text()) if file.is_file() else {_NO_FILMS: {"tier": "exact"}}


def _title(name: str) -> str:
    return name.partition("__")[2]


def _opens(name: str) -> bool:
    if _title(name) == _ONLY_UNENDED:
        return True
    opened = ("exact", "lossy_close", "single", "partly_exact")
    return _oracle()[name]["tier"] in opened and _title(name) != _INVENTED


def _is_compared(name: str) -> bool:
    """Whether the reference rendering is to be met: chest films, and where DCMTK's agrees."""
    entry = _oracle()[name]
    agreed = entry.get("render", {}).get("mae")
    return bool(entry.get("real_chest")) or "derived" in name or (agreed or 99) <= 1


def _file(title: str) -> str:
    return next(name for name in _oracle() if _title(name) == title)


def _stored(folder: Path, name: str) -> Array:
    with dicom_file.quiet():
        dataset, _ = dicom_file.read_dataset(folder / "dicom" / name, certain=False)
        return decode.stored_values(dataset)


def _digest(values: Array) -> str:
    little = np.ascontiguousarray(values).astype(values.dtype.newbyteorder("<"), copy=False)
    return hashlib.sha256(little.tobytes()).hexdigest()


@pytest.fixture(scope="module")
def reader() -> Iterator[FilmReader]:
    opened = FilmReader()
    yield opened
    opened.close()


@pytest.mark.parametrize("name", [n for n in _oracle() if _opens(n) and _title(n) != _ONLY_UNENDED])
def test_stored_values_are_those_of_the_oracle(shared: Path, name: str) -> None:
    entry = _oracle()[name]
    values = _stored(shared, name)
    reference = entry["decode"][entry["ref"]]
    truth = (entry.get("truth") or {}).get("truth_sha256")

    if entry["tier"] == "lossy_close":
        assert list(values.shape) == reference["shape"]
        assert abs(float(values.mean()) - reference["mean"]) < 0.1
        assert abs(float(values.min()) - reference["min"]) <= 20
        assert abs(float(values.max()) - reference["max"]) <= 20
    elif truth and _title(name) != _NEAR_LOSSLESS:
        assert _digest(values) == truth
    else:
        assert list(values.shape) == reference["shape"]
        assert _digest(values) == reference["sha256"]


@pytest.mark.parametrize("title", _LOSSY)
def test_lossy_values_stay_near_those_the_film_was_made_from(shared: Path, title: str) -> None:
    origin, greatest, mean = _LOSSY[title]

    difference = np.abs(
        _stored(shared, _file(title)).astype(int) - _stored(shared, _file(origin)).astype(int)
    )

    assert difference.max() <= greatest
    assert difference.mean() <= mean


def test_a_missing_end_mark_changes_no_pixel(shared: Path) -> None:
    whole = _stored(shared, _file("emri_small_jpeg_2k_lossless.dcm"))

    assert np.array_equal(_stored(shared, _file(_ONLY_UNENDED)), whole)


@pytest.mark.parametrize("name", _oracle())
def test_every_file_opens_or_is_refused_in_one_sentence(
    shared: Path, name: str, reader: FilmReader
) -> None:
    path = shared / "dicom" / name
    before = reader.pid

    if _opens(name):
        film = reader.read(path)
        assert film.stored.ndim == 2
        assert display.render(film).shape == film.stored.shape
    else:
        with pytest.raises(FilmError) as caught:
            reader.read(path)
        sentence = caught.value.sentence
        assert sentence.startswith(f"{name}: ")
        assert sentence.endswith(".")
        assert "\n" not in sentence
    assert before is None or reader.pid == before, "the reader died"


@pytest.mark.parametrize(
    "name",
    [n for n in _oracle() if _opens(n) and _is_compared(n)],
)
def test_films_are_drawn_as_the_reference_draws_them(
    shared: Path, name: str, reader: FilmReader
) -> None:
    reference = _oracle()[name].get("render", {}).get("reference", {})
    film = reader.read(shared / "dicom" / name)
    drawn = display.render(film)

    if _title(name) in _RELEVELLED:
        assert film.chain.voi == film.chain.auto
        assert np.ptp(np.percentile(drawn, [5, 95])) > 100
        assert any("almost nothing visible" in warning for warning in film.warnings)
    elif _title(name) in _PLAIN_MEAN:
        assert abs(drawn.mean() - _PLAIN_MEAN[_title(name)]) < 0.01
    elif "mean" in reference:
        assert abs(drawn.mean() - reference["mean"]) < 1


@pytest.mark.parametrize(
    ("title", "warned"),
    [
        ("derived_mono1_identity.dcm", "contradicts itself"),
        ("derived_mono2_inverse.dcm", "contradicts itself"),
        ("derived_bits_stored_too_small.dcm", "10 bits"),
        ("derived_win_width_0.dcm", "invalid"),
        ("derived_rescale_slope_0.dcm", "slope is 0"),
        ("derived_multiframe_3.dcm", "3 frames"),
        ("derived_bad_jpeg_corrupt_middle.dcm", "damaged"),
        ("derived_hdr_unknown_ts.dcm", "1.2.840.99999.1.2.1"),
        ("derived_missing_samples.dcm", "SamplesPerPixel"),
        (_ONLY_UNENDED, "lacks the mark at the end"),
        ("JPEGProcess2_4.dcm", "read as YBR"),
    ],
)
def test_what_is_odd_about_a_film_is_said(
    shared: Path, title: str, warned: str, reader: FilmReader
) -> None:
    film = reader.read(shared / "dicom" / _file(title))

    assert any(warned in warning for warning in film.warnings)
