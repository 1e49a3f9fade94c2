"""SevenNet-0 as a client of the i-PI protocol: client.py NAME STRUCTURE.extxyz

pip install sevenn==0.13.0 ase==3.29.0 (the weights are inside the wheel)
"""
import sys
import warnings

warnings.filterwarnings('ignore')
import torch
from ase.calculators.socketio import SocketClient
from ase.io import read
from sevenn.calculator import SevenNetCalculator

torch.set_num_threads(1)
atoms = read(sys.argv[2])
atoms.calc = SevenNetCalculator('7net-0', device='cpu')
SocketClient(unixsocket=sys.argv[1]).run(atoms, use_stress=True)
