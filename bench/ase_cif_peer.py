"""CPU seconds of reading one CIF with ASE and pymatgen: prints one line of JSON. python ase_cif_peer.py FILE REPEATS"""
import json
import sys
import time
import warnings

warnings.filterwarnings("ignore")
file, repeats = sys.argv[1], int(sys.argv[2])
answer = {}


def timed(read):
    read()
    times = []
    for _ in range(repeats):
        start = time.process_time()
        read()
        times.append(time.process_time() - start)
    return times


try:
    import ase
    import ase.io

    answer["ASE"] = {"version": ase.__version__, "cpu": timed(lambda: ase.io.read(file, format="cif"))}
except ImportError:
    pass
try:
    from importlib.metadata import version

    from pymatgen.io.cif import CifParser

    answer["pymatgen"] = {
        "version": version("pymatgen"),
        "cpu": timed(lambda: CifParser(file, site_tolerance=1e-4).parse_structures(primitive=False, check_occu=False)),
    }
except ImportError:
    pass
print(json.dumps(answer))
