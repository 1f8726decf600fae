"""Every action of the window as one table: name, words, key, icon."""

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QWidget

from cxrviewer.ui import theme

TABS = ("viewer", "train")


@dataclass(frozen=True, kw_only=True)
class Spec:
    """One action.

    Attributes
    ----------
    keys
        Its shortcuts, the first one shown; no key stands in two rows.
    group
        Heading in the cheat sheet.
    tool
        True for the actions of which one is on at a time.
    tab
        Tab whose action it is, one of `TABS`; empty for the window's own.
    """

    name: str
    text: str
    keys: tuple[str, ...] = ()
    icon: str = ""
    group: str = "Film"
    checkable: bool = False
    tool: bool = False
    tab: str = TABS[0]


ACTIONS: tuple[Spec, ...] = (
    Spec(name="open", text="Open films", keys=("Ctrl+O",), icon="open"),
    Spec(name="open_folder", text="Open a folder", keys=("Ctrl+Shift+O",)),
    Spec(name="phantom", text="Open the phantom"),
    Spec(name="previous", text="Previous film", keys=("Left", "PgUp"), icon="previous"),
    Spec(name="next", text="Next film", keys=("Right", "PgDown"), icon="next"),
    Spec(name="export", text="Export picture", keys=("Ctrl+E",)),
    Spec(name="copy", text="Copy picture", keys=("Ctrl+C",)),
    Spec(
        name="window",
        text="Window and level",
        keys=("W",),
        icon="window-level",
        group="View",
        checkable=True,
        tool=True,
    ),
    Spec(name="pan", text="Pan", keys=("P",), icon="pan", group="View", checkable=True, tool=True),
    Spec(
        name="zoom", text="Zoom", keys=("Z",), icon="zoom", group="View", checkable=True, tool=True
    ),
    Spec(name="fit", text="Fit", keys=("F",), icon="fit", group="View"),
    Spec(name="actual", text="1:1 pixels", keys=("1",), icon="one-to-one", group="View"),
    Spec(name="zoom_in", text="Zoom in", keys=("+", "="), group="View"),
    Spec(name="zoom_out", text="Zoom out", keys=("-",), group="View"),
    Spec(name="invert", text="Invert", keys=("I",), icon="invert", group="View"),
    Spec(name="reset", text="Reset", keys=("Space",), icon="reset", group="View"),
    Spec(name="texts", text="Corner texts", keys=("N",), group="View", checkable=True),
    Spec(
        name="overlay", text="Heat map (hold: off)", keys=("O",), icon="overlay", group="Findings"
    ),
    Spec(name="opacity_down", text="Less heat map", keys=("[",), group="Findings"),
    Spec(name="opacity_up", text="More heat map", keys=("]",), group="Findings"),
    Spec(name="finding_up", text="Finding above", keys=("Up",), group="Findings"),
    Spec(name="finding_down", text="Finding below", keys=("Down",), group="Findings"),
    Spec(
        name="panels",
        text="Side panels",
        keys=("F9",),
        icon="panels",
        group="Window",
        checkable=True,
    ),
    Spec(
        name="full_screen",
        text="Full screen",
        keys=("F11",),
        icon="fullscreen",
        group="Window",
        checkable=True,
        tab="",
    ),
    Spec(
        name="evaluate",
        text="Evaluate a model",
        keys=("Ctrl+Shift+E",),
        group="Training",
        tab="train",
    ),
    Spec(
        name="history",
        text="Run history",
        keys=("Ctrl+H",),
        group="Training",
        tab="train",
    ),
    Spec(name="tab_viewer", text="Viewer", keys=("Ctrl+1",), group="Window", tab=""),
    Spec(name="tab_train", text="Train", keys=("Ctrl+2",), group="Window", tab=""),
    Spec(name="models", text="Models", keys=("Ctrl+M",), group="Window", tab=""),
    Spec(name="keys", text="Keys and mouse", keys=("F1",), icon="info", group="Window", tab=""),
    Spec(name="quit", text="Quit", keys=("Ctrl+Q",), group="Window", tab=""),
)


def make_actions(owner: QWidget) -> dict[str, QAction]:
    """Make the actions of the table, with their keys, on a window."""
    made: dict[str, QAction] = {}
    tools = QActionGroup(owner)
    for spec in ACTIONS:
        text = QCoreApplication.translate("Actions", spec.text)
        action = QAction(text, owner)
        action.setObjectName(spec.name)
        action.setCheckable(spec.checkable)
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        action.setToolTip(f"{text}  ({spec.keys[0]})" if spec.keys else text)
        if spec.icon:
            action.setIcon(theme.icon(spec.icon))
        if spec.tool:
            tools.addAction(action)
        owner.addAction(action)
        made[spec.name] = action
    made["overlay"].setAutoRepeat(False)
    return made
