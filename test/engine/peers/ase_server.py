"""ASE's SocketIOCalculator moves the atoms of STRUCTURE, a client gives the forces: ase_server.py STRUCTURE NAME STEPS."""
import json
import sys

from ase.calculators.socketio import SocketIOCalculator
from ase.io import read

atoms = read(sys.argv[1])
frames = []
with SocketIOCalculator(unixsocket=sys.argv[2]) as calc:
    atoms.calc = calc
    for step in range(int(sys.argv[3])):
        frames.append({'positions': atoms.positions.ravel().tolist(), 'lattice': atoms.cell[:].ravel().tolist(),
                       'energy': atoms.get_potential_energy(), 'forces': atoms.get_forces().ravel().tolist(),
                       'stress': atoms.get_stress(voigt=False).ravel().tolist()})
        atoms.positions += 0.02 * atoms.get_forces()
        atoms.set_cell(atoms.cell[:] * 1.01, scale_atoms=True)
print(json.dumps(frames))
