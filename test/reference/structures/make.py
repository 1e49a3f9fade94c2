"""Files that pymatgen and ASE write, for the cases that the gathered files lack: made-* of files/.

    pip install ase==3.29.0 pymatgen==2026.10.24
    python make.py
"""
import pathlib

import ase
import ase.io
import numpy as np
from ase.build import bulk, fcc111
from ase.calculators.emt import EMT
from ase.calculators.singlepoint import SinglePointCalculator
from pymatgen.core import Lattice, Structure
from pymatgen.io.cif import CifWriter
from pymatgen.io.vasp import Poscar

out = pathlib.Path(__file__).parent / "files"


def save_cif(name, structure, symprec=0.01):
    CifWriter(structure, symprec=symprec).write_file(str(out / f"made-{name}.cif"))


# hosts of ions, in textbook cells: rock salt, spinel, olivine-like, garnet, argyrodite, layered, NASICON-like
spinel = Structure.from_spacegroup("Fd-3m", Lattice.cubic(8.24), ["Li+", "Mn3.5+", "O2-"], [[0.25] * 3, [0.625] * 3, [0.3875] * 3])
save_cif("spinel", spinel)
mixed = Structure.from_spacegroup(
    "Fd-3m", Lattice.cubic(8.4), [{"Li+": 0.25, "Mg2+": 0.375}, {"Mn3+": 0.5, "Mn4+": 0.5}, "O2-"], [[0.25] * 3, [0.625] * 3, [0.3875] * 3]
)
save_cif("spinel-mixed", mixed)
garnet = Structure.from_spacegroup(
    "Ia-3d", Lattice.cubic(12.97), [{"Li+": 0.542}, {"Li+": 0.448}, "La3+", "Zr4+", "O2-"],
    [[0.375, 0, 0.25], [0.0971, 0.6867, 0.5765], [0.125, 0, 0.25], [0, 0, 0], [0.281, 0.1027, 0.1973]],
)
save_cif("garnet", garnet)
argyrodite = Structure.from_spacegroup(
    "F-43m", Lattice.cubic(9.857), [{"Li+": 0.5}, "P5+", "S2-", {"S2-": 0.62, "Cl-": 0.38}, {"Cl-": 0.615, "S2-": 0.385}],
    [[0.3074, 0.0251, 0.6926], [0, 0, 0.5], [0.1195, 0.8805, 0.6195], [0, 0, 0], [0.25, 0.25, 0.75]],
)
save_cif("argyrodite", argyrodite)
olivine = Structure.from_spacegroup(
    "Pnma", Lattice.orthorhombic(10.33, 6.01, 4.69), ["Li+", "Fe2+", "P5+", "O2-", "O2-", "O2-"],
    [[0, 0, 0], [0.2822, 0.25, 0.9747], [0.0948, 0.25, 0.4182], [0.0968, 0.25, 0.7428], [0.4571, 0.25, 0.2060], [0.1656, 0.0465, 0.2848]],
)
save_cif("olivine", olivine)
layered = Structure.from_spacegroup("R-3m", Lattice.hexagonal(2.816, 14.05), ["Li", "Co", "O"], [[0, 0, 0.5], [0, 0, 0], [0, 0, 0.2605]])
save_cif("layered", layered)
monoclinic = Structure.from_spacegroup("C2/m", Lattice.monoclinic(4.937, 8.532, 5.03, 109.46), ["Li", "Li", "Li", "Mn", "O", "O"],
    [[0, 0.5, 0], [0, 0, 0.5], [0, 0.6606, 0.5], [0, 0.1671, 0], [0.2189, 0, 0.2273], [0.2540, 0.3213, 0.2233]])
save_cif("monoclinic", monoclinic)
save_cif("triclinic-p1", Structure(Lattice.from_parameters(6.61, 6.69, 6.59, 90.8, 97.8, 99.1), ["Mg", "Mo", "S"], [[0.22, -0.09, 0.03], [0.21, 0.55, 0.41], [0.13, 0.39, 0.73]]), None)

# POSCAR: Cartesian, selective dynamics, negative scale, three scales, no elements
primitive = spinel.get_primitive_structure().remove_oxidation_states()
flags = [[i % 2 == 0, True, False] for i in range(len(primitive))]
(out / "made-selective.vasp").write_text(Poscar(primitive, selective_dynamics=flags).get_str(significant_figures=12))
(out / "made-cartesian.vasp").write_text(Poscar(primitive).get_str(direct=False, significant_figures=12))
lines = Poscar(layered).get_str(significant_figures=12).splitlines()
(out / "made-volume.vasp").write_text("\n".join([lines[0], f"{-layered.volume * 1.1:.8f}", *lines[2:]]) + "\n")
(out / "made-vasp4.vasp").write_text("\n".join(["Li Co O in layers", *lines[1:5], *lines[6:]]) + "\n")
velocities = np.linspace(-1e-3, 1e-3, 3 * len(layered)).reshape(-1, 3)
(out / "made-CONTCAR").write_text(Poscar(layered, velocities=velocities.tolist()).get_str(significant_figures=12))
three = bulk("Cu", "fcc", a=3.6, cubic=True)
text = Poscar(Structure(Lattice.cubic(1.0), ["Cu"] * 4, three.get_scaled_positions())).get_str(significant_figures=12).splitlines()
(out / "made-three-scales.vasp").write_text("\n".join([text[0], "3.6 3.7 3.8", *text[2:]]) + "\n")

# extended XYZ: frames with energy, forces, stress, arrays and words; a slab; a molecule
rng = np.random.default_rng(7)
frames = []
for k in range(3):
    atoms = bulk("Au", "fcc", a=4.08, cubic=True) * (1, 1, 2)
    atoms.rattle(0.05, seed=k)
    atoms.set_cell(atoms.cell @ (np.eye(3) + 0.02 * rng.standard_normal((3, 3))), scale_atoms=True)
    atoms.calc = EMT()
    energy, forces, stress = atoms.get_potential_energy(), atoms.get_forces(), atoms.get_stress(voigt=False)
    atoms.calc = SinglePointCalculator(atoms, energy=energy, forces=forces, stress=stress)
    atoms.info.update(step=k, note='a "quoted" word', converged=True, weights=np.array([1.0, 0.5]))
    atoms.set_array("group", np.arange(8))
    atoms.set_array("fixed", np.arange(8) % 2 == 0)
    frames.append(atoms)
slab = fcc111("Al", size=(2, 2, 2), vacuum=8.0)
frames.append(slab)
ase.io.write(out / "made-frames.extxyz", frames)
