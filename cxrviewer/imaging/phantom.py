"""The demonstration film: a chest phantom that the program draws itself."""

from pathlib import Path
from uuid import NAMESPACE_OID, uuid5

import cv2
import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import (
    UID,
    DigitalXRayImageStorageForPresentation,
    ExplicitVRLittleEndian,
)

from cxrviewer.core import paths
from cxrviewer.core.film import DEMONSTRATION, Array
from cxrviewer.imaging.phantom_exposure import attenuation, detected

_WHITE = 4095
_RANGE = (0.25, 2.95)  # effective attenuation shown from black to white
_COLLIMATED = 0.016  # margin outside the beam, fraction of the side
_NOISE = 0.0065
_FILM_SIDE = 300.0  # mm
# Text of a lead mark, its lower left corner and its height, fractions of the side.
_MARKS = (("R", (0.060, 0.100), 0.038), ("PHANTOM", (0.790, 0.116), 0.020))


def draw(*, rows: int = 2048, columns: int = 2048, seed: int = 1) -> Array:
    """Draw a child's chest from the front, patient's right on the left.

    Parameters
    ----------
    rows, columns
        Size of the film; the square drawing stands in its middle.
    seed
        Start of the random vessels and noise; the same seed gives the same film.

    Returns
    -------
    uint16, (rows, columns), 0 black .. 4095 white, with PHANTOM burned in.
    """
    random = np.random.default_rng(seed)
    side = min(rows, columns)
    seen = detected(attenuation(random))
    how = cv2.INTER_AREA if side < len(seen) else cv2.INTER_CUBIC
    seen = cv2.resize(seen, (side, side), interpolation=how)
    noise = cv2.GaussianBlur(random.standard_normal((side, side)), (0, 0), 0.7)
    seen += _NOISE * np.exp(0.5 * np.clip(seen, 0.0, 3.0)) * noise
    low, high = _RANGE
    share = 0.02 + 0.98 * np.clip((seen - low) / (high - low), 0.0, 1.0) ** 1.15
    share = np.maximum(share, 0.97 * _marks(side)) * _beam(side)
    film = np.zeros((rows, columns), np.uint16)
    top, left = (rows - side) // 2, (columns - side) // 2
    film[top : top + side, left : left + side] = np.round(share * _WHITE)
    return film


def _marks(side: int) -> Array:
    """Lead marks, 0..1."""
    layer = np.zeros((side, side), np.uint8)
    face = cv2.FONT_HERSHEY_DUPLEX
    for text, (x, y), height in _MARKS:
        line = max(1, round(0.13 * height * side))
        scale = cv2.getFontScaleFromHeight(face, max(1, round(height * side)), line)
        place = (round(x * side), round(y * side))
        cv2.putText(layer, text, place, face, scale, 255, line, cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(layer / 255.0, (0, 0), max(0.3, 0.0004 * side)))


def _beam(side: int) -> Array:
    """Share of the beam that the collimator lets through, 0..1."""
    edge = round(_COLLIMATED * side)
    layer = np.zeros((side, side))
    layer[edge : side - edge, edge : side - edge] = 1.0
    return np.asarray(cv2.GaussianBlur(layer, (0, 0), max(0.3, 0.0012 * side)))


def phantom_dataset(*, rows: int = 2048, columns: int = 2048, seed: int = 1) -> Dataset:
    """Make the phantom a digital X-ray object, its pixels uncompressed little endian.

    References
    ----------
    DICOM PS3.3 A.26 (Digital X-Ray Image IOD), C.8.11 (DX modules).
    """
    dataset = Dataset()
    dataset.update(_who_and_what(f"{rows} {columns} {seed}"))
    dataset.update(_how_taken(_FILM_SIDE / min(rows, columns)))
    dataset.update(_how_shown())
    pixels = draw(rows=rows, columns=columns, seed=seed)
    dataset.Rows, dataset.Columns = pixels.shape
    dataset.PixelData = pixels.astype("<u2").tobytes()
    dataset["PixelData"].VR = "OW"
    return dataset


def write_phantom(
    path: Path,
    *,
    transfer_syntax: str = ExplicitVRLittleEndian,
    rows: int = 2048,
    columns: int = 2048,
    seed: int = 1,
) -> None:
    """Write the phantom as a DICOM file, whole or not at all.

    Parameters
    ----------
    transfer_syntax
        UID of any that pydicom can write, compressed or not.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    syntax = UID(transfer_syntax)
    dataset = FileDataset(path, phantom_dataset(rows=rows, columns=columns, seed=seed))
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    if syntax.is_encapsulated:
        dataset.compress(syntax, generate_instance_uid=False)
    elif not syntax.is_little_endian:
        dataset.PixelData = np.frombuffer(dataset.PixelData, "<u2").astype(">u2").tobytes()
    dataset.file_meta.TransferSyntaxUID = syntax
    with paths.replacing(path) as temporary:
        pydicom.dcmwrite(temporary, dataset, enforce_file_format=True)


def _uid(name: str) -> str:
    return f"2.25.{uuid5(NAMESPACE_OID, f'cxrviewer phantom {name}').int}"


def _coded(value: str, scheme: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def _filled_in(values: dict[str, object]) -> Dataset:
    dataset = Dataset()
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


def _who_and_what(drawing: str) -> Dataset:
    """Patient, study, series and equipment."""
    return _filled_in(
        {
            "SOPClassUID": DigitalXRayImageStorageForPresentation,
            "SOPInstanceUID": _uid(f"film {drawing}"),
            "StudyInstanceUID": _uid(f"study {drawing}"),
            "SeriesInstanceUID": _uid(f"series {drawing}"),
            "PatientName": DEMONSTRATION,
            "PatientID": "PHANTOM",
            "PatientBirthDate": "",
            "PatientSex": "O",
            "PatientAge": "004Y",
            "StudyID": "1",
            "StudyDate": "",
            "StudyTime": "",
            "AccessionNumber": "",
            "ReferringPhysicianName": "",
            "StudyDescription": "Drawn chest phantom",
            "SeriesDescription": "Chest PA, drawn by the program",
            "SeriesNumber": "1",
            "InstanceNumber": "1",
            "Modality": "DX",
            "PresentationIntentType": "FOR PRESENTATION",
            "Manufacturer": "cxrviewer",
            "ManufacturerModelName": "Drawn phantom",
        }
    )


def _how_taken(spacing: float) -> Dataset:
    """Anatomy, detector and acquisition."""
    return _filled_in(
        {
            "BodyPartExamined": "CHEST",
            "AnatomicRegionSequence": [_coded("51185008", "SCT", "Chest")],
            "ViewPosition": "PA",
            "ViewCodeSequence": [_coded("399348003", "SCT", "postero-anterior")],
            "PatientOrientation": ["L", "F"],
            "PatientOrientationCodeSequence": [_coded("C86043", "NCIt", "Erect")],
            "ImageLaterality": "U",
            "ImageType": ["DERIVED", "PRIMARY"],
            "DerivationDescription": "Drawn by a program, shows no patient",
            "AcquisitionContextSequence": [],
            "DetectorType": "",
            "PositionerType": "",
            "ImagerPixelSpacing": [f"{spacing:.8g}"] * 2,
            "BurnedInAnnotation": "YES",
            "LossyImageCompression": "00",
        }
    )


def _how_shown() -> Dataset:
    """Pixel format and the chain from stored value to grey."""
    return _filled_in(
        {
            "SamplesPerPixel": 1,
            "PhotometricInterpretation": "MONOCHROME2",
            "BitsAllocated": 16,
            "BitsStored": 12,
            "HighBit": 11,
            "PixelRepresentation": 0,
            "PixelIntensityRelationship": "LOG",
            "PixelIntensityRelationshipSign": -1,
            "RescaleIntercept": "0",
            "RescaleSlope": "1",
            "RescaleType": "US",
            "PresentationLUTShape": "IDENTITY",
            "WindowCenter": "2048",
            "WindowWidth": "4096",
        }
    )
