"""Takes the pictures of the Train tab while a whole training is done in it, step by step.

Without --data it trains on drawn films for a few epochs, and the pictures go to docs/screenshots.
With --data it runs the whole recipe on any labelled films; they may be patients', so the pictures
go to --out, which has to be named.
Needs a display (xvfb-run will do): python docs/make_training_screenshots.py [--scale 2]
"""

import argparse
import itertools
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

DOCS = Path(__file__).resolve().parent
WEIGHTS = DOCS.parents[1] / "shared" / "weights"
SIZE = (1280, 800)
# Class folder -> first seed of its phantoms, and how bright the haze over their lungs is.
DRAWN = {"clear": (100, 0), "dense": (200, 60), "hazy": (300, 25)}
FILMS, BODIES, SIDE = 24, 4, 256
# What drawn films are trained with, so that it takes a minute.
SHORT = {"epochs": "6,8", "learning_rates": "1e-3,1e-4", "input_size": "128", "batch_size": "8"}
SECONDS = 7200.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=int, default=1, help="pixels of a screen point")
    parser.add_argument("--size", default="x".join(map(str, SIZE)), help="of the window, points")
    parser.add_argument("--data", type=Path, help="labelled films")
    parser.add_argument("--weights", type=Path, default=WEIGHTS, help="folder of ImageNet weights")
    parser.add_argument("--out", type=Path, help="where the pictures go")
    asked = parser.parse_args()
    if asked.data and not asked.out:
        parser.error("--data needs --out: pictures of patients' films belong in no repository")
    os.environ["QT_SCALE_FACTOR"] = str(asked.scale)
    with tempfile.TemporaryDirectory() as place:
        os.environ.setdefault("CXRVIEWER_HOME", place)
        data = asked.data or draw_films(Path(place, "drawn films"))
        return _take(asked, data.absolute())


def draw_films(folder: Path) -> Path:
    """Draw chest phantoms, some with haze over the lungs, a folder a class."""
    import cv2
    import numpy as np

    from cxrviewer.imaging import phantom

    bodies = [phantom.draw(rows=SIDE, columns=SIDE, seed=seed) / 16.0 for seed in range(BODIES)]
    for name, (seed, haze) in DRAWN.items():
        (folder / name).mkdir(parents=True)
        for number in range(FILMS):
            random = np.random.default_rng(seed + number)
            film = bodies[number % BODIES].copy()
            spot = np.zeros_like(film)
            place = (random.uniform(0.3, 0.7, 2) * SIDE).round().astype(int).tolist()
            cv2.circle(spot, place, SIDE // 6, haze * random.uniform(0.4, 1.2), -1)
            film += cv2.GaussianBlur(spot, (0, 0), SIDE / 16)
            turn = cv2.getRotationMatrix2D(
                (SIDE / 2, SIDE / 2), random.uniform(-8, 8), random.uniform(0.85, 1.2)
            )
            turn[:, 2] += random.uniform(-0.06, 0.06, 2) * SIDE
            film = cv2.warpAffine(film, turn, (SIDE, SIDE)) * random.uniform(0.8, 1.1)
            file = folder / name / f"patient {seed + number}" / "film.png"
            file.parent.mkdir()
            cv2.imwrite(str(file), film.clip(0, 255).astype(np.uint8))
    return folder


def _take(asked: argparse.Namespace, data: Path) -> int:
    from PySide6.QtWidgets import QApplication

    from cxrviewer.core.settings import Settings
    from cxrviewer.ui import theme
    from cxrviewer.ui.lasting_none import keep_none
    from cxrviewer.ui.main_window import MainWindow
    from cxrviewer.ui.widgets.acknowledgement import NOTICE_VERSION

    keep_none()
    app = QApplication(sys.argv[:1])
    theme.apply(app)
    window = MainWindow(Settings(acknowledged=NOTICE_VERSION))
    window.resize(*map(int, asked.size.split("x")))
    window.show()
    try:
        Scenes(window, out=asked.out or DOCS / "screenshots", short=asked.data is None).play(
            data, weights=asked.weights
        )
    finally:
        window.close()
    return 0


class Scenes:
    """A person at the Train tab, and a camera."""

    def __init__(self, window, *, out: Path, short: bool) -> None:
        from PySide6.QtCore import Qt, QTimer

        self._window, self._out, self._short = window, out, short
        self._begun = time.perf_counter()
        self._beats: list[float] = []
        self._longest = 0.0
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(lambda: self._beats.append(time.perf_counter()))
        window.show_tab("train")
        self._tab = window.train
        self._session = window.train.session

    def play(self, data: Path, *, weights: Path) -> None:
        """Choose films, accept the fixes, train, and look at the report."""
        tab, session = self._tab, self._session
        self._grab("train-empty")
        self._drop(data)
        self._wait(lambda: session.state.stage in ("ready", "problem"), "audit")
        for row in tab.data.findings.rows:
            if row.finding.fix:
                # Drawn films are all alike; without those there would be none.
                self._click(row.leave if self._short else row.accept)
        if weights.is_dir():
            tab.run.form.weights.use_folder(str(weights))
        if self._short:
            for key, text in SHORT.items():
                tab.drawer.rows[key].set_text(text)
            tab.form.check()
        self._grab("train-ready")
        self._timer.start(16)
        self._click(tab.run.bar.start)
        self._train()
        self._timer.stop()
        self._say_gaps()
        self._look_at_report()

    def _train(self) -> None:
        session, before = self._session, 0
        for number, phase in enumerate(session.plan.settings.phases, 1):
            due = before + phase.epochs // 2 + 1
            self._wait(lambda due=due: len(session.progress.epochs) >= due or self._over, "epochs")
            self._grab(f"train-phase-{number}")
            before += phase.epochs
        self._wait(lambda: self._over, "end of the training")
        if self._session.state.stage != "done":
            raise SystemExit(self._session.state.sentence or "The training did not end well.")

    def _look_at_report(self) -> None:
        tab, page = self._tab, self._tab.report.page
        self._wait(lambda: tab.report.comparison is not None, "paired test", seconds=600)
        print(tab.report.results.summary)
        print(tab.report.comparison.sentence)
        self._grab("train-report")
        cells = page.matrix.cells
        wrong = [cell for (row, column), cell in cells.items() if row != column and cell.count]
        self._click((wrong or list(cells.values()))[0])
        page.tiles.setCurrentRow(0)
        self._wait(lambda: "computing" not in page.inspector.text, "heat map", seconds=60)
        self._grab("train-films")
        tab.show_history()
        self._wait(lambda: tab.history.table.runs, "history", seconds=60)
        self._grab("train-history")

    @property
    def _over(self) -> bool:
        return not self._session.state.running

    def _drop(self, data: Path) -> None:
        from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
        from PySide6.QtGui import QDropEvent

        films = QMimeData()
        films.setUrls([QUrl.fromLocalFile(str(data))])
        self._window.dropEvent(
            QDropEvent(
                QPointF(100, 300),
                Qt.DropAction.CopyAction,
                films,
                Qt.MouseButton.LeftButton,
                Qt.KeyboardModifier.NoModifier,
            )
        )

    def _click(self, button) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest

        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def _wait(self, there: Callable[[], bool], what: str, seconds: float = SECONDS) -> None:
        """Turn the event loop until something is there."""
        end = time.perf_counter() + seconds
        while not there():
            self._turn(20)
            if time.perf_counter() > end:
                raise SystemExit(f"No {what} after {seconds:.0f} seconds.")
        print(f"{time.perf_counter() - self._begun:8.1f} s  {what}", flush=True)

    def _turn(self, milliseconds: int) -> None:
        from PySide6.QtCore import QEventLoop, QTimer

        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def _grab(self, name: str) -> None:
        self._turn(400)
        file = self._out / f"{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        running, self._beats = self._beats, []
        if not self._window.grab().save(str(file)):
            raise SystemExit(f"{file} could not be written.")
        # A picture is taken in the window's thread; that gap is the camera's.
        self._longest = max(self._longest, _longest_of(running))
        print(f"{time.perf_counter() - self._begun:8.1f} s  {file.name}", flush=True)

    def _say_gaps(self) -> None:
        longest = max(self._longest, _longest_of(self._beats))
        print(f"longest gap of a 16 ms timer while training: {longest:.0f} ms")


def _longest_of(beats: list[float]) -> float:
    return max((b - a for a, b in itertools.pairwise(beats)), default=0.0) * 1e3


if __name__ == "__main__":
    sys.exit(main())
