"""Answers of ASE and pymatgen for the structure files of files/: cell and atoms, as answers.json.

    pip install ase==3.29.0 pymatgen==2026.10.24
    python run.py                       # files/ -> answers.json
    python run.py FOLDER ANSWERS.json   # any other folder

For each file and peer: lengths [angstrom] and angles [degrees] of the cell, and for each atom its element, occupancy and
fractional coordinates in [0, 1); or the reason why the peer refuses. Sites of several species are several atoms.
"""
import json
import pathlib
import sys
import warnings

import ase
import ase.io
import numpy as np
from pymatgen.io.cif import CifParser
from pymatgen.io.vasp import Poscar

warnings.filterwarnings("ignore")
here = pathlib.Path(__file__).parent


def rows(symbols, occupancies, fractions):
    wrapped = np.round(np.asarray(fractions, dtype=float) % 1.0, 6) % 1.0
    return [[s, round(float(o), 5), *map(float, f)] for s, o, f in zip(symbols, occupancies, wrapped)]


def by_ase(path):
    name = path.name.lower()
    form = "cif" if name.endswith(".cif") else "extxyz" if name.endswith("xyz") else "vasp"
    options = {"fractional_occupancies": True} if form == "cif" else {}
    atoms = ase.io.read(path, format=form, **options)
    symbols, shares, fractions = [], [], []
    occupancy = atoms.info.get("occupancy", {})
    kinds = atoms.arrays.get("spacegroup_kinds")
    for i, f in enumerate(atoms.get_scaled_positions(wrap=False)):
        parts = occupancy.get(str(int(kinds[i])), {}) if kinds is not None else {}
        for symbol, share in (parts or {atoms[i].symbol: 1.0}).items():
            symbols.append(symbol)
            shares.append(share)
            fractions.append(f)
    return {"cell": [round(float(v), 6) for v in atoms.cell.cellpar()], "atoms": rows(symbols, shares, fractions)}


def by_pymatgen(path):
    name = path.name.lower()
    if name.endswith(".cif"):
        found = CifParser(str(path), occupancy_tolerance=1.02).parse_structures(primitive=False, on_error="raise")[0]
    elif name.endswith("xyz"):
        return None
    else:
        found = Poscar.from_file(str(path), check_for_potcar=False).structure
    symbols, shares, fractions, charges = [], [], [], []
    for site in found:
        for species, share in site.species.items():
            symbols.append("H" if species.symbol in ("D", "T") else species.symbol)
            shares.append(share)
            fractions.append(site.frac_coords)
            charges.append(getattr(species, "oxi_state", None))
    answer = {
        "cell": [round(float(v), 6) for v in found.lattice.parameters],
        "atoms": rows(symbols, shares, fractions),
    }
    if all(charge is not None for charge in charges):
        answer["charge"] = round(float(sum(c * o for c, o in zip(charges, shares))), 4)
    return answer


def attempt(read, path):
    try:
        return read(path)
    except Exception as error:
        return {"refused": f"{type(error).__name__}: {str(error)[:200]}"}


folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here / "files"
target = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else here / "answers.json"
answers = {
    path.name: {"ase": attempt(by_ase, path), "pymatgen": attempt(by_pymatgen, path)}
    for path in sorted(folder.iterdir())
    if path.is_file() and path.suffix != ".md"
}
versions = {"ase": ase.__version__, "pymatgen": "2026.10.24"}
lines = [f"{json.dumps(name)}: {json.dumps(answer, separators=(',', ':'))}" for name, answer in answers.items()]
target.write_text(f'{{"versions": {json.dumps(versions)},\n"files": {{\n' + ",\n".join(lines) + "\n}}\n")
