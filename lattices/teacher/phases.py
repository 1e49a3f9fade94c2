"""More phases that the hosts may turn into, by SevenNet-0, for the notes on stability of examples/ladders: phases.py OUT.json

pip install sevenn==0.13.0 ase==3.29.0 spglib. One core, about a quarter of an hour. What OUT.json holds already is not computed again.
Structures that were not read are built: an energy is that of the best arrangement tried, so an upper bound. All numbers are those
of a universal potential trained on PBE(+U) data: good for trends.
"""
import itertools
import json
import pathlib
import sys
import warnings

warnings.filterwarnings('ignore')
import numpy as np
import spglib
import torch
from ase import Atoms
from ase.filters import FrechetCellFilter
from ase.optimize import BFGS, FIRE
from ase.spacegroup import crystal
from sevenn.calculator import SevenNetCalculator

torch.set_num_threads(1)
calc = SevenNetCalculator('7net-0', device='cpu')


def relax(atoms, force=0.02):
    atoms = atoms.copy()
    atoms.calc = calc
    FIRE(FrechetCellFilter(atoms), logfile=None).run(fmax=0.3, steps=80)
    done = BFGS(FrechetCellFilter(atoms), logfile=None, maxstep=0.1).run(fmax=force, steps=200)
    return atoms, float(atoms.get_potential_energy()), bool(done)


target = pathlib.Path(sys.argv[1])
out = {'engine': 'SevenNet-0 (7net-0), sevenn 0.13.0', 'phases': {}}
if target.exists():
    out = json.loads(target.read_text())


def lowest(name, units, tries, about):
    """The lowest of the arrangements, per formula unit; those that were tried before are not tried again."""
    one = out['phases'].get(name, {'tried': []})
    for atoms in tries[len(one['tried']) :]:
        relaxed, energy, done = relax(atoms)
        tried = [*one['tried'], round(energy / units, 4)]
        print(name, tried[-1], done, flush=True)
        if 'energy' not in one or energy / units < one['energy']:
            group = spglib.get_spacegroup((relaxed.cell[:], relaxed.get_scaled_positions(), relaxed.numbers), symprec=0.05)
            volume = float(relaxed.get_volume()) / units
            one = {'energy': energy / units, 'volume': volume, 'converged': done, 'about': about, 'spaceGroup': group}
        one['tried'] = tried
        out['phases'][name] = one
        target.write_text(json.dumps(out, indent=1, ensure_ascii=False) + '\n')


# Al2S3: wurtzite with a third of its metal sites empty, one of three in every layer, ordered by a screw (P6_1)
def wurtzite_al2s3(empty):
    a, c = 6.423, 17.83  # alpha-Al2S3 as tabled by Wikipedia's page on aluminium sulfide
    cell = np.array([[a, 0, 0], [-a / 2, a * np.sqrt(3) / 2, 0], [0, 0, c]])
    small = np.array([[2 / 3, 1 / 3], [-1 / 3, 1 / 3]])  # rows: vectors of the wurtzite cell in those of the larger one
    symbols, places = [], []
    for layer in range(6):
        at = np.array([1 / 3, 2 / 3]) if layer % 2 == 0 else np.array([2 / 3, 1 / 3])
        for k in range(3):
            xy = (at + [k, 0]) @ small % 1
            if k != empty[layer]:
                symbols.append('Al')
                places.append([*xy, layer / 6])
            symbols.append('S')
            places.append([*xy, layer / 6 + 0.375 / 3])
    return Atoms(symbols, scaled_positions=places, cell=cell, pbc=True)


def screwed():
    seen = {}
    for empty in itertools.product(range(3), repeat=6):
        if empty[0] != 0:
            continue
        atoms = wurtzite_al2s3(empty)
        group = spglib.get_spacegroup((atoms.cell[:], atoms.get_scaled_positions(), atoms.numbers), symprec=0.01)
        if group.startswith(('P6_1', 'P6_5')):
            # arrangements are told apart by their distances between metals
            d = np.sort(atoms[[i for i in range(len(atoms)) if atoms[i].symbol == 'Al']].get_all_distances(mic=True).ravel())
            seen.setdefault(tuple(np.round(d, 2)), atoms)
    return list(seen.values())


lowest('Al2S3', 6, screwed(), 'wurtzite with a third of the metal sites empty, screws of six (as alpha-Al2S3)')

lowest(
    'Li2Se',
    1,
    [crystal(['Se', 'Li'], [(0, 0, 0), (0.25, 0.25, 0.25)], spacegroup=225, cellpar=[6.0] * 3 + [90] * 3, primitive_cell=True)],
    'antifluorite',
)
lowest(
    'Li3P',
    2,
    [crystal(['P', 'Li', 'Li'], [(1 / 3, 2 / 3, 1 / 4), (0, 0, 1 / 4), (1 / 3, 2 / 3, 0.583)], spacegroup=194, cellpar=[4.27, 4.27, 7.59, 90, 90, 120])],
    'hexagonal, as Na3As',
)


# Li3PSe4: wurtzite with one P among four metal sites, every Se with one P (as enargite)
def wurtzite_li3pse4():
    a, c = 4.0, 6.53
    symbols, places = [], []
    b = a * np.sqrt(3)
    metals = []
    for i in range(2):
        for x, y, z in ((0, 0, 0), (0.5, 0.5, 0), (0.5, 1 / 6, 0.5), (0, 2 / 3, 0.5)):
            metals.append([(x + i) / 2, y, z])
            symbols.append('Se')
            places.append([(x + i) / 2, y, z + 0.375])
    cell = [2 * a, b, c]
    found = []
    for two in itertools.combinations(range(8), 2):
        atoms = Atoms(symbols + ['P' if k in two else 'Li' for k in range(8)], scaled_positions=places + metals, cell=cell, pbc=True)
        d = atoms.get_all_distances(mic=True)
        p = [8 + k for k in two]
        if all(sum(d[s, q] < 2.7 for q in p) == 1 for s in range(8)):
            found.append(atoms)
    return found[:1] + found[-1:]


lowest('Li3PSe4', 2, wurtzite_li3pse4(), 'wurtzite, one P a Se (as enargite)')


# Li7PSe6: the skeleton of argyrodite (P on 4b, Se on 16e, 4a, 4c), Li where tetrahedra of Se have room, chosen at random
def argyrodite(seed, a=10.48):
    dice = np.random.default_rng(seed)
    skeleton = crystal(
        ['P', 'Se', 'Se', 'Se'],
        [(0, 0, 0.5), (0.12, -0.12, 0.62), (0, 0, 0), (0.25, 0.25, 0.75)],
        spacegroup=216,
        cellpar=[a] * 3 + [90] * 3,
        primitive_cell=True,
    )
    places = crystal(['Li'], [(0.317, 0.023, 0.683)], spacegroup=216, cellpar=[a] * 3 + [90] * 3, primitive_cell=True)
    chosen = skeleton.copy()
    order = list(dice.permutation(len(places)))
    apart = 2.6
    while sum(s == 'Li' for s in chosen.get_chemical_symbols()) < 7:
        for k in order:
            if sum(s == 'Li' for s in chosen.get_chemical_symbols()) == 7:
                break
            trial = chosen.copy()
            trial.append('Li')
            trial.positions[-1] = places.positions[k]
            li = [i for i, s in enumerate(trial.get_chemical_symbols()) if s == 'Li']
            if len(li) == 1 or min(trial.get_distances(li[-1], li[:-1], mic=True)) > apart:
                chosen = trial
        apart -= 0.3
    chosen.rattle(0.05, seed=seed)
    return chosen


lowest('Li7PSe6', 1, [argyrodite(seed) for seed in range(2)], 'argyrodite, one formula unit, the lowest of some random arrangements of Li')
