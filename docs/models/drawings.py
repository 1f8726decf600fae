"""Pictures that are no films, drawn at random: 8-bit greys, (rows, columns)."""

import cv2
import numpy as np

from cxrviewer.core.film import Array


def _noise(random: np.random.Generator) -> Array:
    return random.integers(0, 256, (512, 512), dtype=np.uint8)


def _soft_noise(random: np.random.Generator) -> Array:
    wide = float(random.uniform(2, 40))
    drawn = cv2.GaussianBlur(random.normal(size=(512, 512)), (0, 0), wide)
    return cv2.normalize(drawn, None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)


def _text(random: np.random.Generator) -> Array:
    page = np.full((700, 560), int(random.integers(200, 256)), np.uint8)
    letters = list("abcdefghijklmnopqrstuvwxyz    ")
    scale = float(random.uniform(0.5, 1.2))
    for line in range(int(30 * scale), 690, int(34 * scale)):
        words = "".join(random.choice(letters, 48))
        cv2.putText(page, words, (20, line), cv2.FONT_HERSHEY_SIMPLEX, scale, 20, 1, cv2.LINE_AA)
    return page


def _gradient(random: np.random.Generator) -> Array:
    rows, columns = np.mgrid[0:400, 0:400] / 400
    angle = random.uniform(0, 2 * np.pi)
    ramp = np.cos(angle) * rows + np.sin(angle) * columns
    if random.random() < 0.5:
        ramp = np.hypot(rows - random.random(), columns - random.random())
    return cv2.normalize(ramp, None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)


def _grating(random: np.random.Generator) -> Array:
    rows, columns = np.mgrid[0:400, 0:400] / 400
    angle, waves = random.uniform(0, np.pi), random.uniform(2, 30)
    wave = np.sin(2 * np.pi * waves * (np.cos(angle) * rows + np.sin(angle) * columns))
    return np.round(127.5 + 100 * wave).astype(np.uint8)


def _blank(random: np.random.Generator) -> Array:
    return np.full((300, 300), int(random.integers(0, 256)), np.uint8)


DRAWINGS = {
    "noise": _noise,
    "soft noise": _soft_noise,
    "text": _text,
    "gradients": _gradient,
    "gratings": _grating,
    "blank": _blank,
}
