"""Structures labelled by SevenNet-0: label.py STRUCTURES.extxyz OUT.extxyz [SHARE OF]"""
import sys
import warnings

warnings.filterwarnings('ignore')
import torch
from ase.calculators.singlepoint import SinglePointCalculator
from ase.io import iread, write
from sevenn.calculator import SevenNetCalculator

torch.set_num_threads(1)
source, out = sys.argv[1:3]
share, of = map(int, sys.argv[3:5]) if len(sys.argv) > 4 else (0, 1)
calc = SevenNetCalculator('7net-0', device='cpu')
for number, atoms in enumerate(iread(source, index=':')):
    if number % of != share:
        continue
    config = atoms.info['config']
    atoms.calc = calc
    energy, forces, stress = atoms.get_potential_energy(), atoms.get_forces(), atoms.get_stress(voigt=True)
    atoms.info = {'config': config, 'model': '7net-0'}
    atoms.calc = SinglePointCalculator(atoms, energy=float(energy), forces=forces, stress=stress)
    write(out, atoms, format='extxyz', append=True)
