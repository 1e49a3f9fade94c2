"""Steps of kinetic Monte Carlo of kMCpy: `python kmc_peer.py SIZE SECONDS` prints one line of JSON.

The half filled simple cubic lattice gas without interaction of kinetic-monte-carlo.ts, SIZE cells along each edge: its own loop
(propose, update), without its tracker of displacements.
"""

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[variable] = "1"

import json
import sys
import warnings
from importlib.metadata import version
from types import SimpleNamespace

from peer_rate import rate

warnings.filterwarnings("ignore")
size, seconds = int(sys.argv[1]), float(sys.argv[2])
answer = {}

try:
    import numpy as np
    from kmcpy.event import Event, EventLib
    from kmcpy.models import LocalBarrierModel
    from kmcpy.simulator.kmc import KMC
    from kmcpy.simulator.state import State
    from pymatgen.core import Lattice, Structure

    index = np.arange(size**3).reshape(size, size, size)
    library = EventLib()
    for axis in range(3):
        for a, b in zip(index.ravel(), np.roll(index, -1, axis).ravel()):
            library.add_event(Event((int(a), int(b)), ()))
    library.generate_event_dependencies()
    generator = np.random.default_rng(1)
    # 0 is the ion, 1 the vacancy
    state = State(generator.permutation(np.arange(size**3) % 2).tolist())
    runtime = SimpleNamespace(temperature=300.0, attempt_frequency=1e13)
    structure = Structure(Lattice.cubic(2 * size), ["Na"] * size**3, np.argwhere(index >= 0) / size)
    simulation = KMC(
        structure=structure,
        model=LocalBarrierModel.constant_barrier(300.0),
        event_lib=library,
        config=SimpleNamespace(runtime_config=runtime),
        simulation_state=state,
    )
    simulation.rng = generator

    def run(n):
        for _ in range(n):
            event, dt = simulation.propose(library.events)
            simulation.update(event, dt=dt)

    steps = rate(run, seconds, 20)
    answer["kMCpy"] = {"version": version("kmcpy"), "rate": steps, "possible": int((simulation.prob_list > 0).sum())}
except ImportError:
    pass
print(json.dumps(answer))
