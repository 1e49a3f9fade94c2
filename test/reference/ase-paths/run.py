"""Reaction paths by ASE 3.29.0 with its EMT potential: `python run.py` writes paths.json beside it.

Four moves: an adatom on a (100) slab of fcc Al, Cu (2 x 2 x 3 cells, two layers fixed, 4 A of vacuum; the cell of ASE's
tutorial) and a vacancy in Cu (3 x 3 x 3 cubic cells, 107 atoms, nothing fixed). End states are relaxed, the first guess is
interpolated by IDPP, the band climbs from its first step with improved tangents and springs of 0.1 eV/A^2.
Ends and band may be relaxed to different forces, as `ends band` says; a barrier at 0.05 eV/A is known to some meV only.
For each optimiser and pair of tolerances: force calls (one structure each) of the end states and of the band, and the barrier
from the images. `calls` of the band count the moving images only: the energies of the end states come with their
relaxation.
"""

import json
from pathlib import Path

import ase
import numpy as np
from ase.build import add_adsorbate, bulk, fcc100
from ase.calculators.emt import EMT
from ase.constraints import FixAtoms
from ase.mep import NEB
from ase.optimize import FIRE, LBFGS

HERE = Path(__file__).parent
# largest force of the ends, of the band [eV/A]
TOLERANCES = ((0.05, 0.05), (0.01, 0.05), (0.01, 0.01), (0.001, 0.001))


class Counted(EMT):
    calls = 0

    def calculate(self, *args, **kwargs):
        Counted.calls += 1
        super().calculate(*args, **kwargs)


def adatom(metal, ion):
    slab = fcc100(metal, size=(2, 2, 3))
    add_adsorbate(slab, ion, 1.7, "hollow")
    slab.center(axis=2, vacuum=4.0)
    slab.set_constraint(FixAtoms(mask=[atom.tag > 1 for atom in slab]))
    final = slab.copy()
    final.positions[-1, 0] += slab.cell[0, 0] / 2
    return slab, final, 5


def vacancy():
    perfect = bulk("Cu", cubic=True) * (3, 3, 3)
    distances = perfect.get_distances(0, list(range(1, len(perfect))), mic=True)
    neighbour = 1 + int(np.argmin(distances))
    start = perfect.copy()
    final = perfect.copy()
    final.positions[neighbour] = perfect.positions[0]
    del start[0]
    del final[0]
    return start, final, 7


CASES = {
    "Au on Al(100)": lambda: adatom("Al", "Au"),
    "Cu on Cu(100)": lambda: adatom("Cu", "Cu"),
    "Al on Al(100)": lambda: adatom("Al", "Al"),
    "vacancy in Cu": vacancy,
}


def relaxed(atoms, optimiser, fmax):
    atoms = atoms.copy()
    atoms.calc = Counted()
    optimiser(atoms, logfile=None).run(fmax=fmax, steps=500)
    return atoms


def one(name, optimiser, ends_fmax, fmax):
    start, final, images = CASES[name]()
    Counted.calls = 0
    start, final = relaxed(start, optimiser, ends_fmax), relaxed(final, optimiser, ends_fmax)
    ends = Counted.calls
    path = [start] + [start.copy() for _ in range(images - 2)] + [final]
    for image in path[1:-1]:
        image.calc = Counted()
    band = NEB(path, k=0.1, climb=True, method="improvedtangent")
    band.interpolate("idpp", mic=True)
    Counted.calls = 0
    search = optimiser(band, logfile=None)
    converged = search.run(fmax=fmax, steps=1000)
    energies = [image.get_potential_energy() for image in path]
    return {
        "ends": ends,
        "band": Counted.calls,
        "steps": search.nsteps,
        "converged": bool(converged),
        "barrier": max(energies) - energies[0],
        "energies": [e - energies[0] for e in energies],
    }


def plain(atoms):
    return {
        "species": atoms.get_chemical_symbols(),
        "lattice": np.asarray(atoms.cell).ravel().tolist(),
        "positions": atoms.positions.ravel().tolist(),
        "periodic": [bool(p) for p in atoms.pbc],
        "fixed": [int(i) for c in atoms.constraints for i in c.get_indices()],
    }


out = {"program": f"ase {ase.__version__}", "cases": {}}
for name, build in CASES.items():
    start, final, images = build()
    runs = {}
    for optimiser in (LBFGS, FIRE):
        for ends, band in TOLERANCES:
            key = f"{optimiser.__name__} {ends} {band}"
            runs[key] = one(name, optimiser, ends, band)
            print(name, key, runs[key], flush=True)
    out["cases"][name] = {"images": images, "start": plain(start), "final": plain(final), "runs": runs}
(HERE / "paths.json").write_text(json.dumps(out, indent=1) + "\n")
