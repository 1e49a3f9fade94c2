"""CPU time of one call of ASE's EMT through ASE, in its own process: `python ase_emt_peer.py paths.json` prints milliseconds
for the cell of each case (test/reference/ase-paths), every call at positions it has not seen."""

import json
import sys
import time

try:
    import ase
    import numpy as np
    from ase import Atoms
    from ase.calculators.emt import EMT
except ImportError:
    print("{}")
    sys.exit()

CALLS = 60
out = {"version": ase.__version__, "ms": {}}
for name, case in json.load(open(sys.argv[1]))["cases"].items():
    start = case["start"]
    atoms = Atoms(
        start["species"],
        positions=np.reshape(start["positions"], (-1, 3)),
        cell=np.reshape(start["lattice"], (3, 3)),
        pbc=start["periodic"],
    )
    atoms.calc = EMT()
    atoms.get_forces()
    places = atoms.positions.copy()
    noise = np.random.default_rng(0)
    times = []
    for _ in range(CALLS):
        atoms.positions = places + 0.02 * noise.standard_normal(places.shape)
        began = time.process_time()
        atoms.get_potential_energy()
        atoms.get_forces()
        times.append(time.process_time() - began)
    out["ms"][name] = 1e3 * sorted(times)[CALLS // 2]
print(json.dumps(out))
