"""The FILM section: how the film was taken and stored, in a few words."""

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from cxrviewer.core.film import Facts, Film


class FilmFacts(QWidget):
    """Shows what the reader found; empty without a film."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("film_facts")
        heading = QLabel(self.tr("FILM"))
        heading.setObjectName("heading")
        self._name = QLabel()
        self._name.setWordWrap(True)
        self._facts = QLabel()
        self._facts.setObjectName("muted")
        self._facts.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for widget in (heading, self._name, self._facts):
            column.addWidget(widget)

    @property
    def text(self) -> str:
        """The facts on screen."""
        return self._facts.text()

    def show_film(self, film: Film) -> None:
        """Show a film's facts."""
        # A long name without a space could not be wrapped.
        name = film.path.name
        self._name.setText(name if len(name) <= 36 else f"{name[:18]}…{name[-16:]}")
        self._name.setToolTip(str(film.path))
        taken = self._taken(film.facts)
        stored = (
            film.facts.file_format,
            film.facts.transfer_syntax,
            self.tr("{bits} bit").format(bits=film.facts.bits_stored),
        )
        lines = (taken, stored)
        self._facts.setText(
            "\n".join(" · ".join(filter(None, line)) for line in lines if any(line))
        )
        self._facts.setToolTip("\n".join(film.facts.luts))

    def _taken(self, facts: Facts) -> tuple[str, ...]:
        age = "" if facts.age_years is None else self.tr("{age:.0f} y").format(age=facts.age_years)
        return (facts.modality, facts.body_part, facts.view, facts.laterality, age)
