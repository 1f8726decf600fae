"""Takes the pictures of the README from the real window on the phantom.

Needs a display (xvfb-run will do): python docs/make_screenshots.py [--scale 2]
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

DOCS = Path(__file__).resolve().parent
SECONDS = 120
SIZE = (1280, 800)


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--scale", type=int, default=1, help="pixels of a screen point")
    os.environ["QT_SCALE_FACTOR"] = str(arguments.parse_args().scale)
    with tempfile.TemporaryDirectory() as home:
        os.environ["CXRVIEWER_HOME"] = home
        return _take()


def _take() -> int:
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication, QWidget

    from cxrviewer.core.settings import Settings
    from cxrviewer.ui import theme
    from cxrviewer.ui.lasting_none import keep_none
    from cxrviewer.ui.main_window import MainWindow
    from cxrviewer.ui.widgets.acknowledgement import NOTICE_VERSION

    keep_none()
    app = QApplication(sys.argv[:1])
    theme.apply(app)
    window = MainWindow(Settings(acknowledged=NOTICE_VERSION))
    window.resize(*SIZE)
    window.show()
    session = window.viewer.session

    def wait(*signals: object, what: str) -> None:
        """Turn the event loop until one of the signals comes."""
        came: list[object] = []
        loop = QEventLoop()
        for signal in signals:
            signal.connect(lambda *_: (came.append(1), loop.quit()))
        QTimer.singleShot(SECONDS * 1000, loop, loop.quit)
        loop.exec()
        if not came:
            raise SystemExit(f"No {what} after {SECONDS} seconds.")

    def pause() -> None:
        loop = QEventLoop()
        QTimer.singleShot(300, loop, loop.quit)
        loop.exec()

    def grab(name: str, shown: QWidget = window) -> None:
        pause()
        file = DOCS / f"{name}.png"
        file.parent.mkdir(exist_ok=True)
        if not shown.grab().save(str(file)):
            raise SystemExit(f"{file} could not be written.")
        print(file.relative_to(DOCS.parent))

    try:
        _scenes(window, wait=wait, grab=grab, session=session)
    finally:
        window.close()
    return 0


def _scenes(window, *, wait: Callable[..., None], grab: Callable[..., None], session) -> None:
    from PySide6.QtWidgets import QDialog

    grab("screenshots/empty")
    window.open_phantom()
    wait(session.film_shown, what="film")
    grab("screenshots/loading")
    wait(session.analysed, session.model_failed, session.analysis_failed, what="analysis")
    # The film shows no pneumonia, and only the map of what it shows has a place of its own.
    window.actions_by_name["finding_up"].trigger()
    wait(session.analysed, session.analysis_failed, what="map")
    panel = window.viewer.heat_map_panel
    for percent in (0, 100, 40):
        panel.opacity = percent
        grab(f"screenshots/overlay-{percent}")
    grab("screenshot")
    window.actions_by_name["models"].trigger()
    dialog = window.findChild(QDialog, "models_dialog")
    grab("screenshots/models", dialog)
    dialog.close()
    broken = Path(os.environ["CXRVIEWER_HOME"], "broken.dcm")
    broken.write_bytes(b"no film")
    window.open_films([broken])
    wait(session.film_refused, what="refusal")
    grab("screenshots/error")


if __name__ == "__main__":
    sys.exit(main())
