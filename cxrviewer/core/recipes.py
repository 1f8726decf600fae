"""The recipes: named, frozen training plans taken from the papers, as a table.

A recipe says what differs; `cxrviewer.core.plan.TrainingPlan` adds where the films lie and what
the user changed. Where a paper is silent the value is this program's own, see `docs/recipes.md`.
"""

from dataclasses import replace

from cxrviewer.core.recipe import WHOLE, Phase, Recipe

_HALF = (0.5, 0.5, 0.5)
_ZERO = (0.0, 0.0, 0.0)
_ONE = (1.0, 1.0, 1.0)

_ROBUST = Recipe(
    name="robust",
    title="MobileNetV2 for films of other machines",
    source="this program: two phases (LP-FT) with wide crops and changed pictures",
    backbone="mobilenet_v2",
    backbones=("mobilenet_v2", "densenet121", "efficientnet_v2_s", "convnext_tiny"),
    input_size=224,
    batch_size=32,
    phases=(
        Phase(name="head", epochs=10, learning_rate=1e-3, unfrozen=0),
        Phase(name="top layers", epochs=20, learning_rate=1e-4, unfrozen=14),
    ),
    split=(0.7, 0.1, 0.2),
    augmentation="robust",
    schedule="cosine",
    patience=5,
)
_PATADIA_PHASES = (
    Phase(name="head", epochs=10, learning_rate=1e-4, unfrozen=0),
    Phase(name="whole network", epochs=20, learning_rate=1e-5, unfrozen=WHOLE),
)
_PATADIA = "Patadia, Patel, Tan: normal / pneumonia, three backbones, two scenarios"
_CHAMBERS = "Chambers, Sharma, Liu: findings of ChestX-ray14, ResNet50"

RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            name="p3-chen-kute",
            title="MobileNetV2 in two phases (Chen, Kute)",
            source="Chen, Kute: normal / bacterial / viral pneumonia, MobileNetV2",
            backbone="mobilenet_v2",
            backbones=("mobilenet_v2",),
            input_size=224,
            batch_size=32,
            phases=(
                Phase(name="head", epochs=10, learning_rate=1e-4, unfrozen=0),
                Phase(name="top layers", epochs=20, learning_rate=1e-5, unfrozen=14),
            ),
            split=(0.7, 0.1, 0.2),
            mean=_HALF,
            std=_HALF,
        ),
        _ROBUST,
        replace(
            _ROBUST,
            name="robust-several",
            title="MobileNetV2 for several findings a film, of other machines",
            source="this program: recipe robust with a sigmoid for each finding",
            activation="sigmoid",
        ),
        Recipe(
            name="p0-patadia-1",
            title="Two phases, films as they are (Patadia, Patel, Tan, scenario 1)",
            source=_PATADIA,
            backbone="vgg16",
            backbones=("vgg16", "resnet50v2", "densenet201"),
            input_size=256,
            batch_size=16,
            phases=_PATADIA_PHASES,
            split=(0.8, 0.1, 0.1),
            hidden=(512, 512),
            dropout=0.5,
            schedule="step",
        ),
        Recipe(
            name="p0-patadia-2",
            title="Two phases, classes balanced by copies (Patadia, Patel, Tan, scenario 2)",
            source=_PATADIA,
            backbone="vgg16",
            backbones=("vgg16", "resnet50v2", "densenet201"),
            input_size=256,
            batch_size=16,
            phases=_PATADIA_PHASES,
            split=(0.8, 0.1, 0.1),
            hidden=(512, 512),
            dropout=0.5,
            augmentation="balance",
            schedule="step",
        ),
        Recipe(
            name="p1-lee-abuan",
            title="New dense layers on a frozen base (Lee, Abuan)",
            source="Lee, Abuan: normal / pneumonia, three backbones, base frozen",
            backbone="vgg16",
            backbones=("vgg16", "inception_resnet_v2", "mobilenet_v2"),
            input_size=224,
            batch_size=32,
            phases=(Phase(name="head", epochs=50, learning_rate=1e-4, unfrozen=0),),
            split=(0.65, 0.1, 0.25),
            hidden=(512,),
            patience=5,
            counting="parametrised",
        ),
        Recipe(
            name="p2-pal-paul",
            title="The whole network at once (Pal, Paul)",
            source="Pal, Paul: COVID-19 / pneumonia / normal, eight backbones",
            backbone="inception_v3",
            backbones=(
                "mobilenet_v2",
                "vgg16",
                "densenet201",
                "xception",
                "inception_resnet_v2",
                "resnet152v2",
                "nasnet_large",
                "inception_v3",
            ),
            input_size=360,
            batch_size=32,
            batch_sizes=(
                ("densenet201", 16),
                ("xception", 16),
                ("inception_resnet_v2", 16),
                ("resnet152v2", 8),
                ("nasnet_large", 8),
            ),
            phases=(Phase(name="whole network", epochs=50, learning_rate=1e-4, unfrozen=WHOLE),),
            split=(0.8, 0.1, 0.1),
            mean=_ZERO,
            std=_ONE,
            hidden=(128, 32),
        ),
        Recipe(
            name="p4-chambers-single",
            title="From scratch, one label a film (Chambers, Sharma, Liu, baseline a)",
            source=_CHAMBERS,
            backbone="resnet50",
            backbones=("resnet50",),
            input_size=224,
            batch_size=32,
            phases=(Phase(name="whole network", epochs=5, learning_rate=1e-3, unfrozen=WHOLE),),
            split=(0.8, 0.1, 0.1),
            pretrained=False,
            augmentation="turn",
            steps=100,
            counting="parametrised",
            batch_norm="learning",
        ),
        Recipe(
            name="p4-chambers-multi",
            title="From scratch, several labels a film (Chambers, Sharma, Liu, baseline b)",
            source=_CHAMBERS,
            backbone="resnet50",
            backbones=("resnet50",),
            input_size=224,
            batch_size=32,
            phases=(Phase(name="whole network", epochs=5, learning_rate=1e-3, unfrozen=WHOLE),),
            split=(0.8, 0.1, 0.1),
            activation="sigmoid",
            pretrained=False,
            augmentation="turn",
            steps=100,
            counting="parametrised",
            batch_norm="learning",
        ),
        Recipe(
            name="p4-chambers-transfer",
            title="Last c layers, s films, several labels a film (Chambers, Sharma, Liu)",
            source=_CHAMBERS,
            backbone="resnet50",
            backbones=("resnet50",),
            input_size=224,
            batch_size=32,
            phases=(Phase(name="last layers", epochs=5, learning_rate=1e-3, unfrozen=2),),
            split=(0.8, 0.1, 0.1),
            activation="sigmoid",
            augmentation="turn",
            steps=100,
            samples=5000,
            counting="parametrised",
        ),
    )
}
DEFAULT_RECIPE = "p3-chen-kute"
# All that can be trained; any of them may be chosen with any recipe.
BACKBONES = tuple(dict.fromkeys(name for recipe in RECIPES.values() for name in recipe.backbones))
