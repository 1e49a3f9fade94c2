"""Thermal, filled Chevrel configurations labelled by SevenNet-0: host displacements drawn from harmonic phonons, ions placed
anywhere in the free volume, none to a few steps of relaxation."""
import sys, time, warnings
from pathlib import Path
warnings.filterwarnings('ignore')
import numpy as np, torch
torch.set_num_threads(1)
from ase import Atoms
from ase.io import read, write
from ase.optimize import LBFGS
from phonopy import Phonopy
from phonopy.structure.atoms import PhonopyAtoms
from sevenn.calculator import SevenNetCalculator
seed = int(sys.argv[1]); out = sys.argv[2]; budget = float(sys.argv[3])
which = sys.argv[4].split(',')
rng = np.random.default_rng(seed)
calc = SevenNetCalculator('7net-0', device='cpu')
host = read(Path(__file__).parent.parent / 'Mo6S8.cif')
cells = {'1': np.eye(3, dtype=int), '2a': np.array([[2,0,0],[0,1,0],[0,0,1]]), '2b': np.array([[1,1,0],[-1,1,0],[0,0,1]]),
         '3': np.array([[1,-1,0],[0,1,-1],[1,1,1]]), '6': np.array([[3,0,0],[1,1,1],[0,-1,1]])}
phonons = {}
for k in which:
    p = Phonopy(PhonopyAtoms(symbols=host.get_chemical_symbols(), cell=host.cell.array, scaled_positions=host.get_scaled_positions()), supercell_matrix=cells[k].T, primitive_matrix=np.eye(3), log_level=0)
    p.generate_displacements(distance=0.02)
    fs = []
    for s in p.supercells_with_displacements:
        a = Atoms(s.symbols, cell=s.cell, scaled_positions=s.scaled_positions, pbc=True); a.calc = calc; fs.append(a.get_forces())
    p.forces = np.array(fs); p.produce_force_constants(); p.symmetrize_force_constants()
    phonons[k] = p
    print(k, len(fs), 'displacements', flush=True)
randoms = {}
for k, p in phonons.items():
    from phonopy.phonon.random_displacements import RandomDisplacements
    sc = p.supercell
    randoms[k] = (sc, RandomDisplacements(p.supercell, p.primitive, p.force_constants, cutoff_frequency=0.3))
def thermal(k, T):
    sc, rd = randoms[k]
    rd.run(T, number_of_snapshots=1, random_seed=int(rng.integers(2**31)))
    u = np.array(rd.u)[0]
    return Atoms(sc.symbols, cell=sc.cell, positions=sc.positions + u, pbc=True)
def place(a, symbol):
    cell = a.cell.array
    for _ in range(4000):
        r = rng.random(3) @ cell
        b = a.copy(); b.append(symbol); b.positions[-1] = r
        d = b.get_distances(len(b)-1, list(range(len(b)-1)), mic=True)
        sym = np.array(a.get_chemical_symbols())
        mS = d[sym == 'S'].min(); mMo = d[sym == 'Mo'].min()
        ion = d[(sym == 'Li') | (sym == 'Mg')]
        lo = 2.0 if rng.random() < 0.15 else 2.2
        if mS > lo and mMo > 2.55 and (len(ion) == 0 or ion.min() > (2.1 if rng.random() < 0.3 else 2.6)): return b
    return None
t0 = time.time(); n = 0
while time.time() - t0 < budget:
    k = str(rng.choice(which)); nf = round(abs(np.linalg.det(cells[k])))
    T = float(rng.choice([50, 200, 300, 450, 600, 900]))
    a = thermal(k, T)
    vol = rng.normal(0.01, 0.012); F = np.eye(3)*(1+vol/1.0) + 0*np.eye(3)
    eps = rng.normal(0, 0.008, (3,3)); eps = (eps+eps.T)/2; eps += np.eye(3)*rng.normal(0.004, 0.008)
    a.set_cell(a.cell.array @ (np.eye(3)+eps), scale_atoms=True)
    dilute = rng.random() < 0.4
    total = 1 if dilute else int(rng.integers(0, 1 + min(2*nf+1, 6)))
    ions = [str(rng.choice(['Li','Mg'])) for _ in range(total)]
    ok = True
    for s in ions:
        a2 = place(a, s)
        if a2 is None: ok = False; break
        a = a2
    if not ok: continue
    a.calc = calc
    steps = int(rng.choice([0, 0, 2, 5, 10]))
    frames = []
    def keep():
        f = a.copy(); f.calc = None
        e, fo, st = a.get_potential_energy(), a.get_forces(), a.get_stress(voigt=False)
        if abs(fo).max() < 25: frames.append((f, e, fo, st))
    keep()
    if steps:
        opt = LBFGS(a, logfile=None, maxstep=0.08)
        opt.run(fmax=0.02, steps=steps); keep()
    label = f"th{seed}_{n:04d}_c{k}_{int(T)}K_" + ''.join(sorted(ions))
    for f, e, fo, st in frames:
        from ase.calculators.singlepoint import SinglePointCalculator
        f.info = dict(config=label, model='7net-0', source='thermal_placed')
        f.calc = SinglePointCalculator(f, energy=float(e), forces=fo, stress=np.array([st[0,0],st[1,1],st[2,2],st[1,2],st[0,2],st[0,1]]))
        write(out, f, format='extxyz', append=True)
    n += 1
    if n % 20 == 0: print(n, round(time.time()-t0), flush=True)
