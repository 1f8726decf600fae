"""Qt's answers do not wear out the interpreter's constants."""

import subprocess
import sys

import pytest

_SESSION = """
from PySide6.QtCore import QObject, Signal
from cxrviewer.ui.lasting_none import keep_none

class Sender(QObject):
    sent = Signal()

keep_none()
sender = Sender()
for _ in range(20_000):
    {call}
"""


@pytest.mark.parametrize("call", ["sender.sent.emit()", "sender.setObjectName('made')"])
def test_a_long_session_goes_on(call: str) -> None:
    session = _SESSION.format(call=call)
    run = subprocess.run(
        [sys.executable, "-c", session], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
