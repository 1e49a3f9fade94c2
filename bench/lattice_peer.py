"""Monte Carlo trials of icet and smol: `python lattice_peer.py pairs|triplets SECONDS` prints one line of JSON.

A binary fcc expansion, semigrand at the temperature and with the energies of monte-carlo.ts, 4,000 sites, single flips.
"""

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import json
import sys
import warnings
from importlib.metadata import version

from peer_rate import rate

warnings.filterwarnings("ignore")
kind, seconds = sys.argv[1], float(sys.argv[2])
a, temperature = 4.0, 600
pairs, triplets = 1.3 * a, 0.75 * a
answer = {}

try:
    from ase.build import bulk
    from icet import ClusterExpansion, ClusterSpace
    from mchammer.calculators import ClusterExpansionCalculator
    from mchammer.ensembles import SemiGrandCanonicalEnsemble

    space = ClusterSpace(bulk("Ag", "fcc", a=a), [pairs] + ([triplets] if kind == "triplets" else []), ["Ag", "Pd"])
    expansion = ClusterExpansion(space, [0.0, 0.0] + [0.005] * (len(space) - 2))
    cell = bulk("Ag", "fcc", a=a, cubic=True).repeat(10)
    cell.symbols[: len(cell) // 3] = "Pd"
    ensemble = SemiGrandCanonicalEnsemble(
        structure=cell,
        calculator=ClusterExpansionCalculator(cell, expansion),
        temperature=temperature,
        chemical_potentials={"Ag": 0, "Pd": 0},
        random_seed=1,
        ensemble_data_write_interval=10**9,
        trajectory_write_interval=10**9,
    )
    answer["icet"] = {"version": version("icet"), "rate": rate(ensemble.run, seconds, 2000)}
except ImportError:
    pass

try:
    from pymatgen.core import Lattice, Structure
    from smol.cofe import ClusterExpansion, ClusterSubspace
    from smol.moca import Ensemble, Sampler
    import numpy as np

    primitive = Structure(Lattice.cubic(a), [{"Ag": 0.5, "Pd": 0.5}] * 4, [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]])
    primitive = primitive.get_primitive_structure()
    cutoffs = {2: pairs, **({3: triplets} if kind == "triplets" else {})}
    subspace = ClusterSubspace.from_cutoffs(primitive, cutoffs, basis="indicator")
    expansion = ClusterExpansion(subspace, np.array([0.0, 0.0] + [0.005] * (subspace.num_corr_functions - 2)))
    ensemble = Ensemble.from_cluster_expansion(
        expansion, np.diag([20, 20, 10]), processor_type="expansion", chemical_potentials={"Ag": 0, "Pd": 0}
    )
    sampler = Sampler.from_ensemble(ensemble, step_type="flip", temperature=temperature, seeds=[1])
    start = np.zeros(ensemble.num_sites, dtype=int)
    start[: ensemble.num_sites // 3] = 1
    state = [start]

    def run(n):
        sampler.clear_samples()
        sampler.run(n, initial_occupancies=state[0].reshape(1, -1), thin_by=n, progress=False)
        state[0] = sampler.samples.get_occupancies(flat=False)[-1, 0].astype(int)

    answer["smol"] = {"version": version("smol"), "rate": rate(run, seconds, 2000)}
except ImportError:
    pass
print(json.dumps(answer))
