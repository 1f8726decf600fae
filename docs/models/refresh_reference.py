"""Write a bundle's reference answer to the phantom anew, after the phantom has changed.

python docs/models/refresh_reference.py models/pediatric-pneumonia
"""

import sys
from dataclasses import replace
from pathlib import Path

from cxrviewer.core.bundle import read_bundle, write_manifest
from cxrviewer.learning.networks.weights import load_network
from cxrviewer.learning.reference import phantom_logits

bundle = read_bundle(Path(sys.argv[1]))
logits = phantom_logits(load_network(bundle), bundle.manifest.input)
write_manifest(replace(bundle.manifest, reference_logits=logits), bundle.folder)
print(f"{bundle.manifest.id}: {logits}")
