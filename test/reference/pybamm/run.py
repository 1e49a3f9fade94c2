"""Reference curves from PyBaMM 26.10.1 (bpx 1.1.1): `python run.py [case ...]` writes <case>.json beside it.

Both programs read the same BPX file (cells/). Every curve is extrapolated to zero mesh width:
  x: N points a region, N = 20, 40, 80, 160 at 20 shells; PyBaMM is first order there -> V = V0 + a/N + b/N^2 through 40, 80, 160
  r: n shells, n = 40, 80, 160 at 20 points, graded to the surface (Exponential1DSubMesh, stretch 1), quadratic
     surface extrapolation -> V = V0 + a/n^2 + b/n^3
  V0 = V0x + V0r - V(20, 20).   IDAKLU, rtol = atol = 1e-8.
The stated error is |this - the next coarser extrapolation| in x plus the same in r. Check: against the independently
extrapolated 1C curve of the Chen2020 cell this way is 0.0004 mV rms (0.002 mV at most), t >= 60 s, with the habits on.
Three of PyBaMM's habits are set aside, so that the curves are those of the equations and the file as written:
  - square roots in the exchange current are regularised (x -> x (x^2 + 1e-6)^(-1/4)); here with 1e-18. Worth 0.001 mV rms.
  - a state of charge is turned into contents by the voltage limits; here by the file's own window of stoichiometry, and
    where the file has none (BPX 0.x) it is full. Worth 0.01 mV rms and 0.05 s in the LFP cell, nothing in the others.
  - 205 ln(1 + exp(-6910 (x + 0.00077))) V is added to every open-circuit potential, and the same of 1 - x taken off, so
    that no content leaves (0, 1): a nanovolt at 0.003, a millivolt at 0.001. Worth 0.21 s at the end of a charge of Ecker2015,
    whose surfaces fill (`ecker2015-dfn-charge`, the one curve made without).
Steps which end by a limit last differently on each mesh: rows are taken at equal time since the start of the step,
and the duration itself is extrapolated.
"""

import json
import sys
import warnings
from pathlib import Path

import bpx
import numpy as np
import pybamm
from pybamm.parameters import lithium_ion_parameters

import cells

warnings.simplefilter("ignore")
pybamm.set_logging_level("ERROR")
pybamm.settings.tolerances["reg_power"] = 1e-9
lithium_ion_parameters.U_asymptotes = lambda sto: pybamm.Scalar(0)
HERE = Path(__file__).parent
TOLERANCE = 1e-8
POINTS = (20, 40, 80, 160)
SHELLS = (40, 80, 160)
BASE = 20
OUTPUTS = {"voltage": "Voltage [V]", "current": "Current [A]"}
THERMAL = {"temperature": "Volume-averaged cell temperature [K]"}

CCCV = (
    "Discharge at 1C until 2.5 V",
    "Rest for 1 hour",
    "Charge at 1C until 4.2 V",
    "Hold at 4.2 V until C/20",
    "Rest for 1 hour",
)
GITT = ("Discharge at C/2 for 6 minutes", "Rest for 20 minutes") * 10


def drive_profile():
    """Current [A] against time [s]: levels from -5 A (regeneration) to 15 A (3C), held 8-30 s, joined by 1 s ramps.

    Levels and lengths come from a small congruential generator (seed 1), so that the profile has no pattern.
    """
    state = 1
    time, current = [0.0], [0.0]
    while time[-1] < 900:
        state = (1103515245 * state + 12345) % 2**31
        level = -5.0 + 0.5 * (state // 65536 % 41)
        state = (1103515245 * state + 12345) % 2**31
        hold = 8.0 + state // 65536 % 23
        time += [time[-1] + 1, time[-1] + 1 + hold]
        current += [level, level]
    return np.array(time), np.array(current)


# name: cell file, model, steps, rows per step, thermal
CASES = {
    "chen2020-dfn-c5": ("chen2020", "DFN", ("Discharge at C/5 until 2.5 V",), 150, False),
    "chen2020-dfn-1c": ("chen2020", "DFN", ("Discharge at 1C until 2.5 V",), 150, False),
    "chen2020-dfn-2c": ("chen2020", "DFN", ("Discharge at 2C until 2.5 V",), 150, False),
    "chen2020-spme-2c": ("chen2020", "SPMe", ("Discharge at 2C until 2.5 V",), 150, False),
    "chen2020-spm-2c": ("chen2020", "SPM", ("Discharge at 2C until 2.5 V",), 150, False),
    "chen2020-dfn-cccv": ("chen2020", "DFN", CCCV, 60, False),
    "chen2020-dfn-gitt": ("chen2020", "DFN", GITT, 14, False),
    "chen2020-dfn-drive": ("chen2020", "DFN", ("Discharge at 1C for 20 minutes", "drive"), 300, False),
    "chen2020-dfn-power": ("chen2020", "DFN", ("Discharge at 25 W until 2.5 V",), 150, False),
    "lfp-dfn-c2": ("lfp", "DFN", ("Discharge at C/2 until 2.0 V",), 150, False),
    "lfp-dfn-1c": ("lfp", "DFN", ("Discharge at 1C until 2.0 V",), 150, False),
    "lfp-dfn-2c": ("lfp", "DFN", ("Discharge at 2C until 2.0 V",), 150, False),
    "lfp-dfn-1c-adiabatic": ("lfp", "DFN", ("Discharge at 1C until 2.0 V",), 150, True),
    "lfp-dfn-2c-cooled": ("lfp-cooled", "DFN", ("Discharge at 2C until 2.0 V", "Rest for 30 minutes"), 100, True),
    "ecker2015-dfn-1c": ("ecker2015", "DFN", ("Discharge at 1C until 2.5 V",), 150, False),
    "ecker2015-dfn-charge": ("ecker2015", "DFN", ("Discharge at 1C until 2.5 V", "Charge at 1C until 4.2 V"), 150, False),
    "ecker2015-dfn-5c": ("ecker2015", "DFN", ("Discharge at 5C until 2.5 V",), 150, False),
    "marquis2019-dfn-1c": ("marquis2019", "DFN", ("Discharge at 1C until 3.105 V",), 150, False),
    "marquis2019-dfn-3c": ("marquis2019", "DFN", ("Discharge at 3C until 3.105 V",), 150, False),
}


def parameters_of(cell):
    """The file's parameters, started by its own window of stoichiometry."""
    path = HERE / "cells" / f"{cell}.json"
    values = pybamm.ParameterValues.create_from_bpx(path)
    data = json.loads(path.read_text())
    soc = data.get("State", {}).get("Initial conditions", {}).get("Initial state-of-charge", 1.0)
    for side, at in (("Negative", soc), ("Positive", 1 - soc)):
        e = data["Parameterisation"][f"{side} electrode"]
        low, high = e["Minimum stoichiometry"], e["Maximum stoichiometry"]
        content = (low + at * (high - low)) * e["Maximum concentration [mol.m-3]"]
        values[f"Initial concentration in {side.lower()} electrode [mol.m-3]"] = content
    return values


def solve(case, points, shells):
    """One run: a list of (duration, {output: function of the time since the step's start})."""
    cell, name, steps, _, thermal = CASES[case]
    values = parameters_of(cell)
    model = getattr(pybamm.lithium_ion, name)({"thermal": "lumped"} if thermal else {})
    methods = model.default_spatial_methods
    for domain in list(methods):
        if domain != "current collector":
            methods[domain] = pybamm.FiniteVolume(
                {"extrapolation": {"order": {"gradient": "quadratic", "value": "quadratic"}, "use bcs": False}}
            )
    meshes = model.default_submesh_types
    for domain in ("negative particle", "positive particle"):
        meshes[domain] = pybamm.MeshGenerator(pybamm.Exponential1DSubMesh, {"side": "right", "stretch": 1.0})
    protocol = [pybamm.step.current(np.column_stack(drive_profile())) if s == "drive" else s for s in steps]
    solution = pybamm.Simulation(
        model,
        parameter_values=values,
        experiment=pybamm.Experiment([tuple(protocol)]),
        spatial_methods=methods,
        submesh_types=meshes,
        var_pts={"x_n": points, "x_s": points, "x_p": points, "r_n": shells, "r_p": shells},
        solver=pybamm.IDAKLUSolver(rtol=TOLERANCE, atol=TOLERANCE),
    ).solve()
    out = []
    for step in solution.cycles[0].steps:
        start, end = step.t[0], step.t[-1]
        names = OUTPUTS | (THERMAL if thermal else {})
        out.append((end - start, {k: (lambda t, v=step[n], s=start: v(s + t)) for k, n in names.items()}))
    if len(out) != len(steps):
        raise RuntimeError(f"{case}: {len(out)} of {len(steps)} steps were done")
    return out


def rows_of(step, durations, rows):
    """Times since the start of the step: its 0+, then growing intervals, then even ones to just before the first end."""
    last = min(durations)
    if max(durations) - last > 1e-6:
        last *= 0.999
    if step == "drive":
        # Never on a ramp, where a row is as good as the clock: early, middle and late in each level.
        knots = drive_profile()[0][1:].reshape(-1, 2)
        return np.concatenate([[a + 4, (a + b) / 2, b - 4] if b - a >= 12 else [(a + b) / 2] for a, b in knots])
    first = np.array([0.0, 0.1, 1, 2, 5, 10, 20, 30])
    even = np.linspace(0, last, rows + 1 - len(first))[1:]
    return np.concatenate([first[first < even[0]], np.floor(even * 10) / 10])


def fit(values, counts, orders):
    matrix = np.array([[1.0, *((1 / n) ** o for o in orders)] for n in counts])
    return np.linalg.solve(matrix, np.stack(values))[0]


def extrapolate(x, r, base):
    """Value at zero mesh width and its error from runs x[points], r[shells] and the run common to both."""
    best = fit([x[n] for n in (40, 80, 160)], (40, 80, 160), (1, 2)), fit([r[n] for n in SHELLS], SHELLS, (2, 3))
    next_best = fit([x[n] for n in (20, 40, 80)], (20, 40, 80), (1, 2)), fit([r[n] for n in SHELLS[1:]], SHELLS[1:], (2,))
    return best[0] + best[1] - base, abs(best[0] - next_best[0]) + abs(best[1] - next_best[1])


def run(case):
    cell, model, steps, rows, thermal = CASES[case]
    x = {n: solve(case, n, BASE) for n in POINTS}
    r = {n: solve(case, BASE, n) for n in SHELLS}
    outputs = list(x[BASE][0][1])
    columns = {k: [] for k in ("step", "time", *outputs)}
    errors = {k: [] for k in outputs}
    summary = []
    start = 0.0
    for i, step in enumerate(steps):
        value, error = extrapolate(
            {n: np.array([s[i][0]]) for n, s in x.items()}, {n: np.array([s[i][0]]) for n, s in r.items()}, x[BASE][i][0]
        )
        time = rows_of(step, [s[i][0] for s in (*x.values(), *r.values())], rows)
        columns["step"] += [i + 1] * len(time)
        columns["time"] += [round(float(start + t), 6) for t in time]
        for k in outputs:
            v, e = extrapolate(
                {n: s[i][1][k](time) for n, s in x.items()}, {n: s[i][1][k](time) for n, s in r.items()}, x[BASE][i][1][k](time)
            )
            columns[k] += [round(float(a), 7) for a in v]
            errors[k] += list(e)
        summary.append({"label": step, "start": start, "duration": round(float(value[0]), 4), "durationError": round(float(error[0]), 4)})
        start += float(value[0])
    time = np.array(columns["time"])
    late = (time >= 60) & (time <= 0.97 * start)
    data = {
        "title": case,
        "peer": {"pybamm": pybamm.__version__, "bpx": bpx.__version__, "solver": "IDAKLU", "rtol": TOLERANCE, "atol": TOLERANCE},
        "method": "extrapolated to zero mesh width, see run.py",
        "cell": f"cells/{cell}.json",
        "model": model.lower(),
        "thermal": "lumped" if thermal else "isothermal",
        "steps": summary,
        "rmsError": {k: float(f"{np.sqrt(np.mean(np.square(v))):.2e}") for k, v in errors.items()},
        "lateRmsError": {k: float(f"{np.sqrt(np.mean(np.square(np.array(v)[late]))):.2e}") for k, v in errors.items()},
        "maxError": {k: float(f"{max(v):.2e}") for k, v in errors.items()},
        "units": {"time": "s", "voltage": "V", "current": "A", "temperature": "K"},
        "columns": columns,
    }
    if "drive" in steps:
        profile = drive_profile()
        data["profile"] = {"time": profile[0].tolist(), "current": profile[1].tolist()}
    (HERE / f"{case}.json").write_text(json.dumps(data, separators=(",", ":")) + "\n")
    print(case, [s["duration"] for s in summary][-3:], "V error late rms", data["lateRmsError"], "max", data["maxError"]["voltage"], flush=True)


if __name__ == "__main__":
    cells.lfp_cooled()
    cells.ecker2015()
    cells.marquis2019()
    for case in sys.argv[1:] or CASES:
        run(case)
