"""Energies of ions, metals and phases by SevenNet-0, for the lattice models of this folder: energies.py OUT.json

pip install sevenn==0.13.0 ase==3.29.0 (the weights are inside the wheel). One core, about ten minutes. What OUT.json holds
already is not computed again.
All numbers are those of a universal potential trained on PBE(+U) data: good for trends, not for single voltages.
"""
import json
import pathlib
import sys
import warnings

warnings.filterwarnings('ignore')
import numpy as np
import torch
from ase.build import bulk, make_supercell
from ase.constraints import FixAtoms
from ase.filters import FrechetCellFilter
from ase.io import read
from ase.optimize import BFGS, FIRE
from ase.spacegroup import crystal
from sevenn.calculator import SevenNetCalculator

torch.set_num_threads(1)
calc = SevenNetCalculator('7net-0', device='cpu')
here = pathlib.Path(__file__).parent
host_file = here / '../../src/hosts/crystals/mo6s8.cif'


def relax(atoms, cell=True, force=0.01, fixed=()):
    atoms = atoms.copy()
    if len(fixed):
        atoms.set_constraint(FixAtoms(list(fixed)))
    atoms.calc = calc
    if cell:
        FIRE(FrechetCellFilter(atoms), logfile=None).run(fmax=0.1, steps=200)
    done = BFGS(FrechetCellFilter(atoms) if cell else atoms, logfile=None, maxstep=0.1).run(fmax=force, steps=300)
    return atoms, float(atoms.get_potential_energy()), bool(done)


target = pathlib.Path(sys.argv[1])
out = {'engine': 'SevenNet-0 (7net-0), sevenn 0.13.0', 'metals': {}, 'phases': {}, 'mo6s8': {}, 'spinel': {}}
if target.exists():
    out = json.loads(target.read_text())


def keep():
    target.write_text(json.dumps(out, indent=1) + '\n')


def note(*words):
    print(*words, flush=True)


# metals, by atom
for name, atoms in {
    'Li': bulk('Li', 'bcc', a=3.44),
    'Mg': bulk('Mg', 'hcp', a=3.19, c=5.2),
    'Zn': bulk('Zn', 'hcp', a=2.66, c=4.95),
    'Al': bulk('Al', 'fcc', a=4.05),
    'Mo': bulk('Mo', 'bcc', a=3.15),
}.items():
    if name in out['metals']:
        continue
    relaxed, energy, _ = relax(atoms, force=0.002)
    out['metals'][name] = {'energy': energy / len(relaxed), 'volume': float(relaxed.get_volume()) / len(relaxed)}
    note(name, out['metals'][name])

# phases that a host may turn into, by formula unit
phases = {
    'MoS2': (crystal(['Mo', 'S'], [(1 / 3, 2 / 3, 1 / 4), (1 / 3, 2 / 3, 0.621)], spacegroup=194, cellpar=[3.16, 3.16, 12.3, 90, 90, 120]), 2),
    'Li2S': (crystal(['S', 'Li'], [(0, 0, 0), (0.25, 0.25, 0.25)], spacegroup=225, cellpar=[5.7] * 3 + [90] * 3, primitive_cell=True), 1),
    'MgS': (bulk('MgS', 'rocksalt', a=5.2), 1),
    'ZnS': (bulk('ZnS', 'zincblende', a=5.41), 1),
    'MgO': (bulk('MgO', 'rocksalt', a=4.21), 1),
    'CoO': (bulk('CoO', 'rocksalt', a=4.26), 1),
}
for name, (atoms, units) in phases.items():
    if name in out['phases']:
        continue
    relaxed, energy, _ = relax(atoms, force=0.005)
    out['phases'][name] = {'energy': energy / units, 'volume': float(relaxed.get_volume()) / units}
    note(name, out['phases'][name])

# ions in Mo6S8: one a formula unit, all relaxed
host = read(host_file)
host, e_host, _ = relax(host)
out['mo6s8']['host'] = {'energy': e_host, 'volume': float(host.get_volume())}
inner = np.array([0.107, -0.056, -0.045])
charge = {'Li': 1, 'Mg': 2, 'Zn': 2, 'Al': 3}
for ion, z in charge.items():
    if ion in out['mo6s8']:
        continue
    atoms = host.copy()
    atoms.append(ion)
    atoms.positions[-1] = inner @ np.array(atoms.cell)
    relaxed, energy, done = relax(atoms)
    insertion = energy - e_host - out['metals'][ion]['energy']
    one = {
        'energy': energy,
        'insertion': insertion,
        'voltage': -insertion / z,
        'volume': float(relaxed.get_volume()),
        'volumeChange': float(relaxed.get_volume()) / host.get_volume() - 1,
        'converged': done,
    }
    # conversion: X + Mo6S8 → X-sulphide + MoS2 + Mo; above 0 the intercalated phase is the more stable
    sulphur = {'Li': 0.5, 'Mg': 1, 'Zn': 1}.get(ion)
    if sulphur is not None:
        sulphide = {'Li': 0.5 * out['phases']['Li2S']['energy'], 'Mg': out['phases']['MgS']['energy'], 'Zn': out['phases']['ZnS']['energy']}[ion]
        n_mos2 = (8 - sulphur) / 2
        products = sulphide + n_mos2 * out['phases']['MoS2']['energy'] + (6 - n_mos2) * out['metals']['Mo']['energy']
        one['productsAboveIntercalated'] = products - energy
    out['mo6s8'][ion] = one
    note(ion, one)
    keep()

# MgCo2O4, the normal spinel, and what another Mg makes of it
a = 8.12
spinel = crystal(['Mg', 'Co', 'O'], [(1 / 8, 1 / 8, 1 / 8), (1 / 2, 1 / 2, 1 / 2), (0.263, 0.263, 0.263)], spacegroup=227, setting=2, cellpar=[a] * 3 + [90] * 3, primitive_cell=True)
octahedra = crystal(['Mg', 'Co', 'O'], [(0, 0, 0), (1 / 2, 1 / 2, 1 / 2), (0.25, 0.25, 0.25)], spacegroup=227, setting=2, cellpar=[8.5] * 3 + [90] * 3, primitive_cell=True)
units = 2
states = {'MgCo2O4 spinel': spinel, 'Mg2Co2O4 rock salt': octahedra}
# one Mg on a 16c site beside the tetrahedra that stay filled, per formula unit
pushed = spinel.copy()
sixteen = [s for s in octahedra if s.symbol == 'Mg']
for s in sixteen[:2]:
    f = np.linalg.solve(np.array(octahedra.cell).T, s.position)
    pushed.append('Mg')
    pushed.positions[-1] = f @ np.array(pushed.cell)
states['Mg2Co2O4, Mg on 8a and 16c'] = pushed
empty = spinel[[i for i, s in enumerate(spinel) if s.symbol != 'Mg']]
states['Co2O4 spinel'] = empty
for name, atoms in states.items():
    if name in out['spinel']:
        continue
    relaxed, energy, done = relax(atoms, force=0.02)
    out['spinel'][name] = {'energy': energy / units, 'volume': float(relaxed.get_volume()) / units, 'atoms': len(relaxed), 'converged': done}
    note(name, out['spinel'][name])
    keep()

# lone ions in a cell of six formula units: on the inner site, on the outer site, in the window (a centre of inversion)
big = make_supercell(host, [[3, 0, 0], [1, 1, 1], [0, -1, 1]])
lone = [ion for ion in ('Zn', 'Al', 'Mg') if 'dilute' not in out['mo6s8'][ion]]
if lone:
    big, e_big, _ = relax(big, cell=False)
for ion in lone:
    barrier = {}
    for where, f, held in (('inner', inner, False), ('outer', [0.31, 0.03, -0.06], True), ('window', [0.5, 0, 0], True)):
        atoms = big.copy()
        atoms.append(ion)
        atoms.positions[-1] = np.array(f) @ np.array(host.cell)
        fixed = []
        if held:
            d = atoms.get_distances(len(atoms) - 1, range(len(atoms) - 1), mic=True)
            far = max((i for i in range(len(big)) if big[i].symbol == 'Mo'), key=lambda i: d[i])
            fixed = [len(atoms) - 1, far]
        _, energy, _ = relax(atoms, cell=False, force=0.03, fixed=fixed)
        barrier[where] = energy
    out['mo6s8'][ion]['outerAboveInner'] = barrier['outer'] - barrier['inner']
    out['mo6s8'][ion]['windowAboveInner'] = barrier['window'] - barrier['inner']
    out['mo6s8'][ion]['dilute'] = barrier['inner'] - e_big - out['metals'][ion]['energy']
    note(ion, out['mo6s8'][ion])
    keep()

# the lowest arrangements at whole contents of the model of Mo6S8, as a check of the potential that it was made with; in a
# file of their own, filled.json, as they change with it (`filled` of energies.json is of the potential before)
model = here / '../mo6s8/model.json'
lowest = json.loads((here / '../mo6s8/fit.json').read_text())['fitted']['lowest']
sites = [np.array(site['position']) for site in json.loads(model.read_text())['sites']]
answers = target.parent / 'filled.json'
known = json.loads(answers.read_text())['filled'] if answers.exists() else {}
filled = {}
for one in lowest:
    if len(one['arrangement']) != 12 or any(x != round(x) for x in one['x']):
        continue
    name = ' '.join(f'{ion}{int(x)}' for ion, x in zip(('Li', 'Mg'), one['x']))
    if known.get(name, {}).get('arrangement') == one['arrangement']:
        filled[name] = {**known[name], 'potential': one['computed']}
        continue
    atoms = host.copy()
    for digit, f in zip(one['arrangement'], sites):
        if digit != '0':
            atoms.append(('Li', 'Mg')[int(digit) - 1])
            atoms.positions[-1] = f @ np.array(atoms.cell)
    relaxed, energy, done = relax(atoms, force=0.03)
    metals = sum(x * out['metals'][ion]['energy'] for ion, x in zip(('Li', 'Mg'), one['x']))
    filled[name] = {'arrangement': one['arrangement'], 'energy': energy - e_host - metals, 'potential': one['computed'], 'converged': done}
    note(name, filled[name])
answers.write_text(json.dumps({'engine': out['engine'], 'filled': filled}, indent=1) + '\n')
