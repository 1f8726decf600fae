"""The network: its inputs, its training, its answers."""

import os

# Read when torch is loaded. By default a thread that waits for another spins, and where the cores
# are shared (the window, a second training) that can take ten times what the network takes.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
