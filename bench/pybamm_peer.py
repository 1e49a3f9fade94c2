"""The PyBaMM side of the benchmarks: `python pybamm_peer.py TASK '{"json": "arguments"}'` prints one JSON line.

Every simulation is built and solved once before the clock starts, then solved `repeats` times; the figures are CPU
seconds of this process (one thread). Meshes, tolerances and solver are PyBaMM's defaults unless an argument says so.
"""

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"

import json
import sys
import time
import warnings

try:
    import numpy as np
    import pybamm
except ImportError:
    print(json.dumps({"missing": "pybamm"}))
    sys.exit(0)

warnings.simplefilter("ignore")
pybamm.set_logging_level("ERROR")


def clock(solve, repeats):
    solve()
    out = []
    for _ in range(repeats):
        start = time.process_time()
        solve()
        out.append(time.process_time() - start)
    return out


def mesh(points, shells):
    return {"x_n": points, "x_s": points, "x_p": points, "r_n": shells, "r_p": shells}


def simulation(a, model=None, **rest):
    return pybamm.Simulation(
        model or pybamm.lithium_ion.DFN(),
        parameter_values=rest.pop("values", None) or pybamm.ParameterValues.create_from_bpx(a["cell"]),
        var_pts=mesh(a.get("points", 20), a.get("shells", 20)),
        solver=pybamm.IDAKLUSolver(rtol=a.get("rtol", 1e-4), atol=a.get("atol", 1e-6)),
        **rest,
    )


def discharge(a):
    """Constant current until the lower cut-off; with `times`, the voltage there (NaN after the end)."""
    rate = a.get("rate", 1)
    sim = simulation(a, C_rate=rate)
    end = 1.3 * 3600 / rate
    cpu = clock(lambda: sim.solve([0, end]), a["repeats"])
    solution = sim.solution
    out = {"cpu": cpu, "end": float(solution.t[-1]), "steps": len(solution.t)}
    if "times" in a:
        times = np.array(a["times"])
        out["voltage"] = np.where(times <= solution.t[-1], solution["Voltage [V]"](np.minimum(times, solution.t[-1])), np.nan)
        out["voltage"] = [float(v) for v in out["voltage"]]
    return out


def experiment(a):
    """A list of PyBaMM sentences."""
    sim = simulation(a, experiment=pybamm.Experiment(a["steps"]))
    return {"cpu": clock(lambda: sim.solve(calc_esoh=False), a["repeats"]), "end": float(sim.solution.t[-1])}


def impedance(a):
    """`count` frequencies, double layer 0.2 F/m2 in both electrodes."""
    values = pybamm.ParameterValues.create_from_bpx(a["cell"])
    for side in ("Negative", "Positive"):
        values.update({f"{side} electrode double-layer capacity [F.m-2]": 0.2}, check_already_exists=False)
    sim = pybamm.EISSimulation(
        pybamm.lithium_ion.DFN({"surface form": "differential"}),
        parameter_values=values,
        var_pts=mesh(a.get("points", 20), a.get("shells", 20)),
    )
    frequencies = np.logspace(-4, 4, a["count"])
    return {"cpu": clock(lambda: sim.solve(frequencies), a["repeats"])}


def sweep(a):
    """`count` 1C discharges with the cathode's diffusivity changed from run to run."""
    values = pybamm.ParameterValues.create_from_bpx(a["cell"])
    values["Positive particle diffusivity [m2.s-1]"] = pybamm.InputParameter("D")
    sim = simulation(a, values=values)
    inputs = [{"D": d} for d in a["diffusivities"]]
    return {"cpu": clock(lambda: sim.solve([0, 4680], inputs=inputs), a["repeats"])}


def cold(a):
    """Nothing but the import, the build and one discharge: the whole process is timed by the caller."""
    sim = simulation(a)
    return {"end": float(sim.solve([0, 4680]).t[-1])}


if __name__ == "__main__":
    tasks = {f.__name__: f for f in (discharge, experiment, impedance, sweep, cold)}
    result = tasks[sys.argv[1]](json.loads(sys.argv[2]))
    print(json.dumps({"version": pybamm.__version__, **result}))
