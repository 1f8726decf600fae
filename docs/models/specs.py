"""What differs between the bundled models: how each is trained, named and gated."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cxrviewer.core.manifest import Gate

_FRONTAL = Gate(modalities=("CR", "DX", "RG"), views=("PA", "AP"), body_parts=("CHEST",))
_OF_CHILDREN = replace(_FRONTAL, age_years=(1.0, 5.0))
_ADULTS = replace(_FRONTAL, age_years=(18.0, 85.0))
_CHILDREN, _NIH, _HANNOVER = "data/kermany/train", "data/nih/images", "data/hannover_covid/images"
_NIH_LICENCE = "NIH Clinical Center ChestX-ray14 (Wang et al. 2017, no restriction on use)"


@dataclass(frozen=True, kw_only=True)
class Spec:
    """One bundled model.

    Attributes
    ----------
    changes
        Of the recipe, as `--set` takes them.
    names
        Label id -> words on screen.
    films
        Folders of films below the shared folder that the model learns from.
    other_ages
        Kind of `cxrviewer.learning.familiarity.OTHER_AGES` -> folders of films of such patients,
        that the gate shall know.
    data
        The films' source, for the manifest.
    control
        Whether the same training on films whose lungs are blacked out stands in the card.
    """

    name: str
    version: str
    recipe: str
    changes: dict[str, str]
    names: dict[str, str]
    gate: Gate
    films: tuple[str, ...]
    data: str
    licence: str
    other_ages: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    caution: str = ""
    control: bool = False
    seeds: tuple[int, ...] = (1, 2, 3)


_DEEP = {
    "input_size": "192",
    "view_size": "160",
    "unfrozen": "0,90",
    "epochs": "4,12",
    "learning_rates": "3e-3,2e-4",
    "views": "16",
    "patience": "0",
}
_SMALL_SET = _DEEP | {"epochs": "6,15", "split": "0.7,0.1,0.2"}

SPECS = {
    "pediatric-pneumonia": Spec(
        name="Children's pneumonia: normal, bacterial, viral",
        version="2.0.0",
        recipe="robust",
        changes=_DEEP | {"split": "0.8,0.1,0.1"},
        names={
            "normal": "Normal",
            "bacterial": "Bacterial pneumonia",
            "viral": "Viral pneumonia",
        },
        gate=_OF_CHILDREN,
        films=(_CHILDREN,),
        other_ages={"older": (_NIH, _HANNOVER)},
        data="Kermany et al. 2018, training part, 224 px (CC BY 4.0)",
        licence="Apache-2.0; trained on films under CC BY 4.0 (Kermany, Zhang, Goldbaum 2018)",
    ),
    "adult-findings": Spec(
        name="Adults' findings, several a film",
        version="1.0.0",
        recipe="robust-several",
        changes=_SMALL_SET,
        names={
            "no finding": "No finding",
            "pneumonia": "Pneumonia",
            "infiltration": "Infiltration",
            "atelectasis": "Atelectasis",
            "edema": "Edema",
            "effusion": "Effusion",
        },
        gate=_ADULTS,
        films=(_NIH,),
        other_ages={"younger": (_CHILDREN,)},
        data="NIH ChestX-ray14, 815 films at 512 px",
        licence=f"Apache-2.0; trained on films of the {_NIH_LICENCE}",
    ),
    "covid-research": Spec(
        name="Normal, pneumonia, COVID-19 (confounded, for research on confounding)",
        version="1.0.0",
        recipe="robust",
        changes=_SMALL_SET,
        names={"normal": "Normal", "pneumonia": "Other pneumonia", "covid-19": "COVID-19"},
        gate=_ADULTS,
        films=(_NIH, _HANNOVER),
        other_ages={"younger": (_CHILDREN,)},
        data=("NIH ChestX-ray14 (normal, pneumonia) and Hannover (COVID-19; CC BY 3.0), 512 px"),
        licence=(
            f"Apache-2.0; trained on films of the {_NIH_LICENCE} and of Hannover Medical School "
            "(Winther et al., CC BY 3.0)"
        ),
        caution=(
            "Confounded: all COVID-19 films this model learned from come from one hospital and "
            "all others from another, so it may tell hospitals apart and not diseases."
        ),
        control=True,
    ),
}
