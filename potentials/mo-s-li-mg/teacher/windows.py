"""Ions in and about the windows between cavities of displaced Chevrel hosts, alone and in pairs, labelled by SevenNet-0:
windows.py SEED OUT.extxyz SECONDS CELLS (of 2a, 3, 6)

Host atoms are displaced at random by 0.01 to 0.07 Å and the cell strained; one ion lies within a fifth of a cell vector of a window, a second one
(where there is one) a third to three quarters of it ahead or in another cavity; none to a few steps of relaxation follow.
"""
import sys, time, warnings
warnings.filterwarnings('ignore')
import numpy as np, torch
torch.set_num_threads(1)
from ase.build import make_supercell
from ase.calculators.singlepoint import SinglePointCalculator
from ase.io import read, write
from ase.optimize import LBFGS
from sevenn.calculator import SevenNetCalculator

seed, out, budget, which = int(sys.argv[1]), sys.argv[2], float(sys.argv[3]), sys.argv[4].split(',')
host_file = sys.argv[5] if len(sys.argv) > 5 else 'Mo6S8_7net-0.cif'
rng = np.random.default_rng(seed)
calc = SevenNetCalculator('7net-0', device='cpu')
host = read(host_file)
cells = {'2a': np.array([[2, 0, 0], [0, 1, 0], [0, 0, 1]]), '3': np.array([[1, -1, 0], [0, 1, -1], [1, 1, 1]]),
         '6': np.array([[3, 0, 0], [1, 1, 1], [0, -1, 1]])}
a_vec = host.cell.array[0]
sets = ['Mg', 'Li', 'MgMg', 'MgMg', 'MgMg', 'MgLi', 'MgLi', 'LiMg', 'LiLi', 'MgLiLi', 'MgMgLi', 'MgLiLiLi']
start, n = time.time(), 0
while time.time() - start < budget:
    k = str(rng.choice(which))
    spread = float(rng.uniform(0.01, 0.07))
    a = make_supercell(host, cells[k])
    a.positions += rng.normal(0, spread, a.positions.shape)
    strain = rng.normal(0, 0.004, (3, 3))
    strain = (strain + strain.T) / 2 + np.eye(3) * rng.normal(0.003, 0.005)
    a.set_cell(a.cell.array @ (np.eye(3) + strain), scale_atoms=True)
    ions = str(rng.choice(sets))
    symbols = [ions[i:i + 2] for i in range(0, len(ions), 2)]
    x1 = rng.uniform(0.3, 0.7)
    x2 = x1 + rng.choice([-1, 1]) * rng.uniform(0.35, 0.75)
    places = [x1 * a_vec + rng.normal(0, 0.2, 3), x2 * a_vec + rng.normal(0, 0.3, 3)]
    ok = True
    for i, symbol in enumerate(symbols):
        for _ in range(300):
            r = places[i] + rng.normal(0, 0.15, 3) if i < 2 else rng.random(3) @ a.cell.array
            b = a.copy()
            b.append(symbol)
            b.positions[-1] = r
            d = b.get_distances(len(b) - 1, list(range(len(b) - 1)), mic=True)
            kinds = np.array(b.get_chemical_symbols()[:-1])
            guests = d[(kinds == 'Li') | (kinds == 'Mg')]
            if d[kinds == 'S'].min() > 2.05 and d[kinds == 'Mo'].min() > 2.45 and (len(guests) == 0 or guests.min() > 2.2):
                a = b
                break
        else:
            ok = False
            break
    if not ok:
        continue
    a.calc = calc
    label = f"win{seed}_{n:04d}_c{k}_" + ''.join(symbols)
    def keep():
        e, f, st = a.get_potential_energy(), a.get_forces(), a.get_stress(voigt=True)
        if abs(f).max() < 25:
            c = a.copy()
            c.info = dict(config=label, model='7net-0', source='windows')
            c.calc = SinglePointCalculator(c, energy=float(e), forces=f, stress=st)
            write(out, c, format='extxyz', append=True)
    keep()
    steps = int(rng.choice([0, 3, 8]))
    if steps:
        LBFGS(a, logfile=None, maxstep=0.08).run(fmax=0.02, steps=steps)
        keep()
    n += 1
    if n % 20 == 0:
        print(n, round(time.time() - start), flush=True)
