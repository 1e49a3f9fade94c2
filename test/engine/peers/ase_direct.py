"""EMT of ASE: ase_direct.py STRUCTURE prints what it gives; with HOST PORT it is a client over TCP."""
import json
import sys

from ase.calculators.emt import EMT
from ase.calculators.socketio import SocketClient
from ase.io import read

atoms = read(sys.argv[1])
atoms.calc = EMT()
if len(sys.argv) > 2:
    SocketClient(host=sys.argv[2], port=int(sys.argv[3])).run(atoms, use_stress=True)
else:
    print(json.dumps({'energy': atoms.get_potential_energy(), 'forces': atoms.get_forces().ravel().tolist(),
                      'stress': atoms.get_stress(voigt=False).ravel().tolist()}))
