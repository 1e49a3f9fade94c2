"""A calculator of ASE as an engine: ase_client.py CALCULATOR NAME STRUCTURE. Add yours to `calculators`."""
import sys

from ase.calculators.socketio import SocketClient
from ase.io import read


def emt():
    from ase.calculators.emt import EMT
    return EMT()


def tblite():
    from tblite.ase import TBLite
    return TBLite(method='GFN1-xTB', verbosity=0)


def chgnet():
    from chgnet.model.dynamics import CHGNetCalculator
    return CHGNetCalculator()


def sevennet():
    from sevenn.calculator import SevenNetCalculator
    return SevenNetCalculator('7net-0')


calculators = {'emt': emt, 'tblite': tblite, 'chgnet': chgnet, 'sevennet': sevennet}

if __name__ == '__main__':
    kind, name, structure = sys.argv[1:4]
    atoms = read(structure)
    atoms.calc = calculators[kind]()
    SocketClient(unixsocket=name).run(atoms, use_stress=True)
