"""EMT of ASE as a client: ase_client.py STRUCTURE (unix NAME | tcp HOST PORT); with `direct`, prints what it gives itself."""
import json
import sys

from ase.calculators.emt import EMT
from ase.calculators.socketio import SocketClient
from ase.io import read

atoms = read(sys.argv[1])
atoms.calc = EMT()
if sys.argv[2] == 'direct':
    stress = atoms.get_stress(voigt=False)
    print(json.dumps({'energy': atoms.get_potential_energy(), 'forces': atoms.get_forces().ravel().tolist(),
                      'stress': stress.ravel().tolist()}))
elif sys.argv[2] == 'unix':
    SocketClient(unixsocket=sys.argv[3]).run(atoms, use_stress=True)
else:
    SocketClient(host=sys.argv[3], port=int(sys.argv[4])).run(atoms, use_stress=True)
