"""Keys that a control with the focus keeps for itself, though they are shortcuts of the window."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QSlider, QTabBar, QWidget

_Key = Qt.Key
_OWN: tuple[tuple[type[QWidget], frozenset[Qt.Key]], ...] = (
    (QAbstractButton, frozenset({_Key.Key_Space})),
    (QComboBox, frozenset({_Key.Key_Space, _Key.Key_Up, _Key.Key_Down})),
    (QTabBar, frozenset({_Key.Key_Left, _Key.Key_Right})),
    (QSlider, frozenset({_Key.Key_Left, _Key.Key_Right, _Key.Key_Up, _Key.Key_Down})),
)


def keeps(control: QWidget | None, key: int) -> bool:
    """Say whether a key is the control's own while it has the focus."""
    return any(isinstance(control, kind) and key in keys for kind, keys in _OWN)
