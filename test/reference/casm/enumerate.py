"""Numbers of symmetry-distinct arrangements of ions on sites by CASM, an independent enumeration.

Needs libcasm-configuration==2.3.1 (from PyPI) and numpy. Reads the structures of moves.json and writes enumerate.json beside
itself, or the file that is named. Counted are arrangements in every distinct supercell of a size, those that repeat with a
smaller cell left out, by size and by content (ions of the first and of the second carrier).
"""

import json
import pathlib
import sys

import libcasm.configuration as casmconfig
import libcasm.enumerate as enum
import libcasm.xtal as xtal
import numpy as np

here = pathlib.Path(__file__).parent
structures = json.loads((here / "moves.json").read_text())["structures"]

# structure, how many of its sites, carriers, largest size
cases = [
    ("rockSalt", 1, ["Li"], 7),
    ("rockSalt", 1, ["Li", "Mg"], 4),
    ("perovskite", 1, ["Li", "Mg"], 4),
    ("fccBoth", 3, ["Li", "Mg"], 2),
    ("chiral", 3, ["Li"], 3),
    ("chevrel", 6, ["Li", "Mg"], 1),
    ("chevrel", 12, ["Li"], 1),
    ("chevrel", 6, ["Li"], 2),
]


def prim_of(structure, count, carriers):
    host, sites = structure["host"], structure["sites"][:count]
    return casmconfig.Prim(
        xtal.Prim(
            lattice=xtal.Lattice(np.array(structure["lattice"]).T),
            coordinate_frac=np.array([f for _, f in host] + sites).T,
            occ_dof=[[symbol] for symbol, _ in host] + [["Va", *carriers]] * count,
        )
    )


def counts(prim, host, size):
    contents = {}
    cells = set()
    enumerator = enum.ConfigEnumAllOccupations(prim=prim, supercell_set=casmconfig.SupercellSet(prim))
    for one in enumerator.by_supercell(min=size, max=size, skip_non_primitive=True, skip_non_canonical=True):
        cells.add(str(one.supercell.transformation_matrix_to_super.tolist()))
        key = " ".join(str(int(np.sum(one.occupation == k))) for k in (1, 2))
        contents[key] = contents.get(key, 0) + 1
    return {"size": size, "supercells": len(cells), "arrangements": sum(contents.values()), "contents": contents}


result = []
for name, count, carriers, largest in cases:
    prim = prim_of(structures[name], count, carriers)
    found = [counts(prim, structures[name]["host"], size) for size in range(1, largest + 1)]
    result.append({"structure": name, "sites": count, "carriers": carriers, "counts": found})
    print(name, carriers, [(c["size"], c["supercells"], c["arrangements"]) for c in found])
target = sys.argv[1] if len(sys.argv) > 1 else here / "enumerate.json"
pathlib.Path(target).write_text(json.dumps(result, indent=1) + "\n")
