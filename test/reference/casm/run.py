"""Counts of symmetry-distinct moves of one and two ions by CASM, an independent enumeration.

Needs libcasm-configuration==2.3.1 (from PyPI) and numpy. Writes moves.json beside itself, or the file that is named.

Each structure is a primitive cell of a rigid host (one occupant per site) and of sites that hold Li, Mg or nothing. CASM
enumerates all events on clusters of sites no further apart than `reach`; each counts once with its reverse. Paths of
vacancies are no part of a move here, so events that differ in them only are counted once.
"""

import json
import pathlib
import sys

import libcasm.clusterography as clusterography
import libcasm.configuration as casmconfig
import libcasm.occ_events as occ_events
import libcasm.xtal as xtal
import numpy as np

here = pathlib.Path(__file__).parent


def fcc(a):
    return [[0, a / 2, a / 2], [a / 2, 0, a / 2], [a / 2, a / 2, 0]]


def rhombohedral(a, alpha):
    c = np.cos(np.radians(alpha))
    s = np.sqrt(1 - c * c)
    cy = (c - c * c) / s
    return [[a, 0, 0], [a * c, a * s, 0], [a * c, a * cy, a * np.sqrt(1 - c * c - cy * cy)]]


def threefold(points):
    """Images under the threefold axis along the diagonal and the inversion."""
    out = []
    for x, y, z in points:
        for p in ([x, y, z], [z, x, y], [y, z, x]):
            out += [p, [-c for c in p]]
    return out


def turned(p):
    """Images under a threefold axis along c of a hexagonal cell."""
    x, y, z = p
    return [[x, y, z], [-y, x - y, z], [y - x, -x, z]]


structures = {
    # rock salt: octahedra of a fcc host
    "rockSalt": {"lattice": fcc(5.0), "host": [["Cl", [0.5, 0.5, 0.5]]], "sites": [[0, 0, 0]], "reach": 5.01},
    # cubic perovskite: the large sites, a simple cubic lattice
    "perovskite": {
        "lattice": [[3.9, 0, 0], [0, 3.9, 0], [0, 0, 3.9]],
        "host": [["Ti", [0.5, 0.5, 0.5]], ["O", [0.5, 0.5, 0]], ["O", [0.5, 0, 0.5]], ["O", [0, 0.5, 0.5]]],
        "sites": [[0, 0, 0]],
        "reach": 5.6,
    },
    # octahedra and tetrahedra of a fcc host
    "fccBoth": {
        "lattice": fcc(5.0),
        "host": [["Cl", [0.5, 0.5, 0.5]]],
        "sites": [[0, 0, 0], [0.25, 0.25, 0.25], [0.75, 0.75, 0.75]],
        "reach": 3.6,
    },
    # inner and outer sites of Mo6S8 (mp-2164), six each
    "chevrel": {
        "lattice": rhombohedral(6.4936, 91.325),
        "host": [["Mo", p] for p in threefold([[0.21213, 0.55051, 0.40536]])]
        + [["S", p] for p in threefold([[0.13303, 0.38829, 0.73278]])]
        + [["S", [0.22104] * 3], ["S", [-0.22104] * 3]],
        "sites": threefold([[0.0622, 0.0397, -0.1018], [-0.0301, 0.0647, -0.3412]]),
        "reach": 2.35,
    },
    # a chiral arrangement: P3 with generic points
    "chiral": {
        "lattice": [[5, 0, 0], [-2.5, 2.5 * np.sqrt(3), 0], [0, 0, 7]],
        "host": [["S", p] for p in turned([0.1, 0.23, 0.05])] + [["O", p] for p in turned([0.3, 0.1, 0.7])],
        "sites": turned([0.4, 0.15, 0.31]),
        "reach": 5.1,
    },
}


def prim(one):
    coordinates = np.array([p for _, p in one["host"]] + list(one["sites"]), dtype=float).T
    occupants = [[symbol] for symbol, _ in one["host"]] + [["Li", "Mg", "Va"]] * len(one["sites"])
    return casmconfig.Prim(
        xtal.Prim(lattice=xtal.Lattice(np.array(one["lattice"], dtype=float).T), coordinate_frac=coordinates, occ_dof=occupants)
    )


def place(position):
    site = position.integral_site_coordinate()
    return site.sublattice(), *[int(n) for n in site.unitcell()]


def identity(event, occ_dof):
    """An event modulo translation, forward and back alike, without vacancies."""

    def text(atoms):
        forms = []
        for first in range(len(atoms)):
            for end in (0, 1):
                origin = np.array(atoms[first][1][end][1:])
                forms.append(
                    sorted(
                        (kind, tuple((s, *(np.array(n) - origin).tolist()) for s, *n in (ends if end == 0 else ends[::-1])))
                        for kind, ends in atoms
                    )
                )
        return min(map(str, forms))

    atoms = []
    for start, finish in event.trajectories():
        a, b = place(start), place(finish)
        kind = occ_dof[a[0]][start.occupant_index()]
        if kind != "Va":
            atoms.append((kind, (a, b)))
    return text(atoms)


def count(one, atoms, size):
    p = prim(one)
    system = occ_events.OccSystem(p.xtal_prim)
    specs = clusterography.make_periodic_cluster_specs(xtal_prim=p.xtal_prim, max_length=[0, 0] + [one["reach"]] * (size - 1))
    required = [atoms.get(name, size - sum(atoms.values()) if name == "Va" else 0) for name in system.chemical_name_list()]
    found = occ_events.make_canonical_prim_periodic_occevents(
        system=system,
        cluster_specs=specs,
        occevent_counter_params={
            "required_cluster_size": size,
            "required_init_molecule_count": required,
            "skip_direct_exchange": False,
        },
    )
    rep = occ_events.make_occevent_symgroup_rep(p.factor_group.elements, p.xtal_prim)
    occ_dof = p.xtal_prim.occ_dof()
    orbits = {}
    for event in found:
        members = {identity(e, occ_dof) for e in occ_events.make_prim_periodic_orbit(event, rep)}
        orbits[min(members)] = len(members)
    return {"operations": len(p.factor_group.elements), "moves": len(orbits), "multiplicities": sorted(orbits.values())}


if __name__ == "__main__":
    out = {}
    for name, one in structures.items():
        out[name] = {**one, "counts": {}}
        for label, atoms, size in [
            ("single", {"Li": 1}, 2),
            ("exchange", {"Li": 1, "Mg": 1}, 2),
            ("follow", {"Li": 1, "Mg": 1}, 3),
            ("together", {"Li": 1, "Mg": 1}, 4),
            ("follow, like", {"Li": 2}, 3),
            ("together, like", {"Li": 2}, 4),
        ]:
            out[name]["counts"][label] = count(one, atoms, size)
            print(name, label, out[name]["counts"][label], flush=True)
    target = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here / "moves.json"
    target.write_text(json.dumps({"by": "libcasm-configuration 2.3.1", "structures": out}, indent=1) + "\n")
