"""The distance of pixels and how far it can be trusted."""

from pydicom.dataset import Dataset

from cxrviewer.core.film import Spacing, SpacingTrust
from cxrviewer.imaging.header import number, numbers, word

# On a projection film a pixel has no one size in the patient.
PROJECTION = frozenset({"CR", "DX", "IO", "MG", "PX", "RF", "RG", "XA"})
_CALIBRATED = ("GEOMETRY", "FIDUCIAL")
_LARGEST_MAGNIFICATION = 10.0
_SAME_MAGNIFICATION = 0.05
_SAME_SPACING = 0.001


def read_spacing(dataset: Dataset) -> tuple[Spacing, tuple[str, ...]]:
    """Return the spacing of a film with its trust, and warnings.

    The first of these that is valid counts: Pixel Spacing; on projection films Imager Pixel
    Spacing, divided by the magnification if that is known; Nominal Scanned Pixel Spacing;
    Pixel Aspect Ratio, without a unit.

    References
    ----------
    DICOM PS3.3 10.7.1, C.8.11.3, C.8.9.
    """
    projection = word(dataset, "Modality") in PROJECTION
    own, detector = _pair(dataset, "PixelSpacing"), _pair(dataset, "ImagerPixelSpacing")
    if own is not None:
        trusted = not projection or _was_calibrated(dataset, own, detector)
        if trusted:
            return _spacing(own, SpacingTrust.CALIBRATED), ()
    if projection and (own or detector):
        return _at_detector(dataset, own or detector or (1.0, 1.0))
    scanned = _pair(dataset, "NominalScannedPixelSpacing")
    if scanned is not None:
        return _spacing(scanned, SpacingTrust.NOMINAL), ()
    aspect = _pair(dataset, "PixelAspectRatio")
    warnings = _refused(dataset)
    if aspect is None:
        return Spacing(), warnings
    return _spacing((aspect[0] / aspect[1], 1.0), SpacingTrust.NONE), warnings


def _pair(dataset: Dataset, keyword: str) -> tuple[float, float] | None:
    found = numbers(dataset, keyword)
    if len(found) != 2 or 0 in found:
        return None
    return abs(found[0]), abs(found[1])


def _spacing(pair: tuple[float, float], trust: SpacingTrust) -> Spacing:
    return Spacing(row=pair[0], column=pair[1], trust=trust)


def _was_calibrated(
    dataset: Dataset, own: tuple[float, float], detector: tuple[float, float] | None
) -> bool:
    """Whether Pixel Spacing of a projection film means the patient, not the detector.

    It does where the file says how it was calibrated, or where it differs from the spacing at
    the detector; without either it may be the detector's.
    """
    if word(dataset, "PixelSpacingCalibrationType") in _CALIBRATED:
        return True
    if detector is None:
        return False
    return any(abs(a - b) > _SAME_SPACING * b for a, b in zip(own, detector, strict=True))


def _at_detector(dataset: Dataset, pair: tuple[float, float]) -> tuple[Spacing, tuple[str, ...]]:
    stated = number(dataset, "EstimatedRadiographicMagnificationFactor")
    to_detector = number(dataset, "DistanceSourceToDetector")
    to_patient = number(dataset, "DistanceSourceToPatient")
    derived = to_detector / to_patient if to_detector and to_patient else None
    usable = [m for m in (stated, derived) if m is not None and 1 < m < _LARGEST_MAGNIFICATION]
    if len(usable) == 2 and abs(usable[0] / usable[1] - 1) > _SAME_MAGNIFICATION:
        return _spacing(pair, SpacingTrust.DETECTOR), (
            "The file's magnification factor and its distances disagree, so lengths are given "
            "at the detector; calibrate on a known length.",
        )
    if not usable:
        return _spacing(pair, SpacingTrust.DETECTOR), ()
    return Spacing(
        row=pair[0] / usable[0],
        column=pair[1] / usable[0],
        trust=SpacingTrust.MAGNIFIED,
        magnification=usable[0],
    ), ()


def _refused(dataset: Dataset) -> tuple[str, ...]:
    stated = numbers(dataset, "PixelSpacing") or numbers(dataset, "ImagerPixelSpacing")
    if not stated or all(stated):
        return ()
    return ("The file's pixel spacing is 0, which is invalid; lengths are in pixels.",)
