"""Space groups, orbits and Wyckoff letters by spglib of crystals built by ASE, some in supercells with shifted origins.

Needs spglib==2.8.0 and ase==3.29.0 (from PyPI). Writes symmetry.json beside itself.
"""

import json
import pathlib

import ase
import numpy as np
import spglib
from ase.build import make_supercell
from ase.spacegroup import crystal

here = pathlib.Path(__file__).parent


def cubic(a):
    return [a, a, a, 90, 90, 90]


crystals = {
    "rock salt": crystal(["Li", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]], spacegroup=225, cellpar=cubic(5.13)),
    "fluorite": crystal(["Ca", "F"], [[0, 0, 0], [0.25, 0.25, 0.25]], spacegroup=225, cellpar=cubic(5.463)),
    "spinel": crystal(
        ["Mg", "Al", "O"], [[1 / 8] * 3, [0.5] * 3, [0.2624] * 3], spacegroup=227, setting=2, cellpar=cubic(8.08)
    ),
    "olivine": crystal(
        ["Li", "Fe", "P", "O", "O", "O"],
        [[0, 0, 0], [0.2818, 0.25, 0.9744], [0.0947, 0.25, 0.418], [0.0973, 0.25, 0.7434], [0.4567, 0.25, 0.2061], [0.1652, 0.0466, 0.2843]],
        spacegroup=62,
        cellpar=[10.33, 6.01, 4.69, 90, 90, 90],
    ),
    "layered": crystal(
        ["Na", "Cr", "S"], [[0, 0, 0.5], [0, 0, 0], [0, 0, 0.2667]], spacegroup=166, cellpar=[3.5561, 3.5561, 19.365, 90, 90, 120]
    ),
    "garnet": crystal(
        ["Li", "La", "Zr", "O"], [[0.375, 0, 0.25], [0.125, 0, 0.25], [0, 0, 0], [-0.0318, 0.0545, 0.1504]], spacegroup=230, cellpar=cubic(12.97)
    ),
    "rutile": crystal(["Ti", "O"], [[0, 0, 0], [0.305, 0.305, 0]], spacegroup=136, cellpar=[4.594, 4.594, 2.959, 90, 90, 90]),
    "quartz": crystal(
        ["Si", "O"], [[0.4697, 0, 0], [0.4135, 0.2669, 0.1191]], spacegroup=152, cellpar=[4.916, 4.916, 5.405, 90, 90, 120]
    ),
    "monoclinic": crystal(
        ["Li", "S", "O"], [[0.1, 0.2, 0.3], [0.4, 0.05, 0.2], [0.3, 0.7, 0.6]], spacegroup=14, cellpar=[5, 7, 8, 90, 104, 90]
    ),
    "triclinic": crystal(["Li", "S"], [[0.1, 0.2, 0.3], [0.4, 0.05, 0.2]], spacegroup=2, cellpar=[5, 6, 7, 80, 95, 105]),
}

multiples = {
    "rock salt": [[1, 1, 0], [0, 2, 0], [0, 1, 1]],
    "olivine": [[1, 0, 0], [0, 2, 1], [0, 0, 2]],
    "layered": [[2, 1, 0], [0, 1, 0], [0, 0, 1]],
    "monoclinic": [[1, 0, 1], [0, 2, 0], [0, 0, 1]],
    "rutile": [[1, 0, 0], [0, 1, 0], [0, 0, 3]],
}


def described(atoms: ase.Atoms):
    found = spglib.get_symmetry_dataset((atoms.cell[:], atoms.get_scaled_positions(), atoms.numbers), symprec=1e-3)
    primitive = spglib.find_primitive((atoms.cell[:], atoms.get_scaled_positions(), atoms.numbers), symprec=1e-3)
    inside = spglib.get_symmetry_dataset(primitive, symprec=1e-3)
    return {
        "species": atoms.get_chemical_symbols(),
        "lattice": np.round(atoms.cell[:], 9).ravel().tolist(),
        "positions": np.round(atoms.positions, 9).ravel().tolist(),
        "number": int(found.number),
        "international": found.international,
        "pointGroup": found.pointgroup,
        "wyckoff": list(found.wyckoffs),
        # orbits of the crystal, not of the cell
        "orbits": [int(k) for k in found.crystallographic_orbits],
        "primitiveAtoms": len(primitive[2]),
        "operations": len(inside.rotations),
    }


if __name__ == "__main__":
    out = {}
    for name, atoms in crystals.items():
        out[name] = described(atoms)
        if name in multiples:
            big = make_supercell(atoms, multiples[name])
            big.positions += [0.31, -0.17, 0.53]
            order = np.random.default_rng(1).permutation(len(big))
            out[f"{name}, supercell"] = described(big[order])
    (here / "symmetry.json").write_text(json.dumps({"by": f"spglib {spglib.__version__}, ase {ase.__version__}", "crystals": out}) + "\n")
