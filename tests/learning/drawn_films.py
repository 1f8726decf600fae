"""Films drawn for an audit: alike as chest films are, and each with details of its own."""

from pathlib import Path

import cv2
import numpy as np

SIDE = 192


def drawn(seed: int, *, side: int = SIDE) -> np.ndarray:
    """Two dark fields in a bright body, with ribs and shadows that the seed places; uint8."""
    random = np.random.default_rng(seed)
    film = np.full((side, side), 60, np.float32)
    middles = np.array([(58, 95), (134, 95), (96, 100)])
    at = side / SIDE * (middles + random.normal(0, 4, middles.shape))
    cv2.ellipse(film, _point(at[2]), (int(side * 0.46), int(side * 0.5)), 0, 0, 360, 180, -1)
    for lung in at[:2]:
        cv2.ellipse(film, _point(lung), (int(side * 0.16), int(side * 0.33)), 0, 0, 360, 70, -1)
    for rib in range(8):
        top = side * (0.15 + 0.09 * rib + random.normal(0, 0.012))
        tilt = side * random.normal(0.03, 0.015)
        line = [(0, int(top)), (side // 2, int(top + tilt)), (side, int(top))]
        cv2.polylines(film, [np.array(line, np.int32)], False, 130, max(1, side // 48))
    shadows = cv2.resize(random.normal(0, 22, (14, 14)).astype(np.float32), (side, side))
    return (film + shadows + random.normal(0, 2, film.shape)).clip(0, 255).astype(np.uint8)


def write(file: Path, film: np.ndarray) -> Path:
    """Write a film as its suffix says."""
    file.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(file), film)
    return file


def write_clean_set(root: Path, *, patients: int = 14, films: int = 2) -> Path:
    """Write two classes of patients with two films each, of the same kinds in both classes."""
    for label, name in enumerate(("normal", "viral")):
        for patient in range(patients):
            for film in range(films):
                suffix = ("png", "tif")[patient % 2]
                seed = 1000 * label + films * patient + film
                write(root / name / f"p{patient:02}{'ab'[label]}" / f"{film}.{suffix}", drawn(seed))
    return root


def _point(place: np.ndarray) -> tuple[int, int]:
    return int(place[0]), int(place[1])
