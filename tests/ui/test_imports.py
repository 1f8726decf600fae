"""What the window's process never loads."""

import subprocess
import sys

FORBIDDEN = ("torch", "torchvision", "pydicom", "gdcm", "cxrviewer.imaging.reader", "sklearn")


def test_the_window_loads_neither_torch_nor_a_codec() -> None:
    code = "import sys; import cxrviewer.ui.app; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = ran.stdout.split()
    assert "cxrviewer.ui.main_window" in loaded
    assert [name for name in FORBIDDEN if name in loaded] == []


def test_the_window_is_built_before_cv2_is_loaded() -> None:
    code = (
        "import sys\n"
        "from PySide6.QtWidgets import QApplication\n"
        "from cxrviewer.core.settings import Settings\n"
        "from cxrviewer.ui.main_window import MainWindow\n"
        "app = QApplication(['test', '-platform', 'offscreen'])\n"
        "window = MainWindow(Settings())\n"
        "print('cv2' in sys.modules)\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"
