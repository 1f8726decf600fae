"""What differs between the bundled models: how each is trained, named and gated."""

from dataclasses import dataclass, field

from cxrviewer.core.manifest import Gate

_RADIOGRAPHS = ("CR", "DX", "RG")


@dataclass(frozen=True, kw_only=True)
class Spec:
    """One bundled model.

    Attributes
    ----------
    changes
        Of recipe `robust`, as `--set` takes them.
    names
        Label id -> words on screen.
    older
        Folder of adults' films below the shared folder that its gate shall know, or empty.
    data
        The films' source, for the manifest.
    """

    name: str
    version: str
    changes: dict[str, str]
    names: dict[str, str]
    gate: Gate
    films: str
    data: str
    licence: str
    older: str = ""
    seeds: tuple[int, ...] = field(default=(1, 2, 3))


SPECS = {
    "pediatric-pneumonia": Spec(
        name="Children's pneumonia: normal, bacterial, viral",
        version="2.0.0",
        changes={
            "input_size": "160",
            "unfrozen": "0,90",
            "epochs": "4,20",
            "learning_rates": "3e-3,5e-4",
            "views": "10",
            "patience": "0",
            "split": "0.8,0.1,0.1",
        },
        names={
            "normal": "Normal",
            "bacterial": "Bacterial pneumonia",
            "viral": "Viral pneumonia",
        },
        gate=Gate(
            modalities=_RADIOGRAPHS,
            views=("PA", "AP"),
            body_parts=("CHEST",),
            age_years=(1.0, 5.0),
        ),
        films="data/kermany/train",
        older="data/nih/images",
        data="Kermany et al. 2018, training part, 224 px (CC BY 4.0)",
        licence="Apache-2.0; trained on films under CC BY 4.0 (Kermany, Zhang, Goldbaum 2018)",
    ),
}
