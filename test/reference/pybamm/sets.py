"""Cells and curves of PyBaMM's own parameter sets, not by way of BPX: `python sets.py [name ...]`.

Every law of a set is written out from PyBaMM's expression tree at the set's ambient temperature (isothermal) into a
cell file of ours, cells/<set>.json; the curve is of PyBaMM's own set, so an error of the export would show. Solver, meshes
and extrapolation are those of run.py, with the same habits set aside. PyBaMM's Bruggeman exponent of an electrode acts on
1 - porosity, which is more than its active fraction.
xu2019 is a half cell against lithium: its exchange current there is taken as sqrt(c_e) (PyBaMM's set has c_e^0.3 beside
symmetric coefficients, which no single transition state has), of the same size at the start.
"""

import inspect
import json
import sys
from pathlib import Path

import numpy as np
import pybamm

import run  # sets PyBaMM's habits aside

HERE = Path(__file__).parent
F = 96485.33212
x = pybamm.t  # stands for the content or the concentration while a law is written out

# name: parameter set, contents at the start (those of the set where None), C-rate (negative charges)
CASES = {
    "prada2013-set-1c": ("Prada2013", None, 1),
    "mohtat2020-set-charge": ("Mohtat2020", (0.01813654383272623, 0.873760828384641), -1),
    "xu2019-half-cell-1c": ("Xu2019", None, 1),
}
OPERATORS = {"Addition": "+", "Subtraction": "-", "Multiplication": "*", "Division": "/", "Power": "**"}
FUNCTIONS = {"Exp": "exp", "Tanh": "tanh", "Cosh": "cosh", "Sqrt": "sqrt", "Log": "log"}


def half_cell(name):
    return name == "Xu2019"


def parameters(name):
    values = pybamm.ParameterValues(name)
    if half_cell(name):
        key = "Exchange-current density for lithium metal electrode [A.m-2]"
        at_start = float(values[key](1000.0, 1 / values["Lithium metal partial molar volume [m3.mol-1]"], 298.15).evaluate())
        values[key] = lambda c_e, c_Li, T: at_start * (c_e / 1000) ** 0.5
    return values


def text(symbol):
    kind = type(symbol).__name__
    if isinstance(symbol, pybamm.Time):
        return "x"
    if isinstance(symbol, pybamm.Scalar):
        return repr(float(symbol.value)) if symbol.value >= 0 else f"({float(symbol.value)!r})"
    parts = [text(child) for child in symbol.children]
    if kind in OPERATORS:
        return f"({parts[0]} {OPERATORS[kind]} {parts[1]})"
    if kind == "Negate":
        return f"(-{parts[0]})"
    return f"{FUNCTIONS[kind]}({parts[0]})"


def law(values, name, *arguments):
    f = values[name]
    if callable(f) and not isinstance(f, pybamm.Symbol):
        f = f(*arguments[: len(inspect.signature(f).parameters)])
    symbol = values.process_symbol(pybamm.convert_to_symbol(f))
    varies = any(isinstance(s, pybamm.Time) for s in symbol.pre_order())
    return text(symbol) if varies else float(symbol.evaluate())


def electrode(values, side, T, c0, start):
    c_max = values[f"Maximum concentration in {side.lower()} electrode [mol.m-3]"]
    porosity = values[f"{side} electrode porosity"]
    j0 = values[f"{side} electrode exchange-current density [A.m-2]"](*map(pybamm.Scalar, (c0, c_max / 2, c_max, T)))
    return {
        "kind": "porous",
        "host": {
            "kind": "fickian", "name": side.lower(), "formula": "host", "carrier": "Li",
            "maximumConcentration": c_max, "referenceTemperature": T,
            "potential": law(values, f"{side} electrode OCP [V]", x),
            "diffusivity": law(values, f"{side} particle diffusivity [m2.s-1]", x, pybamm.Scalar(T)),
            "rateConstant": float(values.process_symbol(j0).evaluate()) / (F * 0.5),
        },
        "thickness": values[f"{side} electrode thickness [m]"],
        "porosity": porosity,
        "activeFraction": values[f"{side} electrode active material volume fraction"],
        "transportEfficiency": porosity ** values[f"{side} electrode Bruggeman coefficient (electrolyte)"],
        "conductivity": values[f"{side} electrode conductivity [S.m-1]"]
        * (1 - porosity) ** values[f"{side} electrode Bruggeman coefficient (electrode)"],
        "particleRadius": values[f"{side} particle radius [m]"],
        "amount": {"Li": start},
    }


def write_cell(case, start):
    name = CASES[case][0]
    values = parameters(name)
    T, c0 = values["Ambient temperature [K]"], values["Initial concentration in electrolyte [mol.m-3]"]
    separator = values["Separator porosity"]
    if half_cell(name):
        j0 = values["Exchange-current density for lithium metal electrode [A.m-2]"](c0, 0, T)
        metal = {"name": "li", "parameters": {"exchangeCurrent": float(j0)}}
        anode = {"kind": "metal", "metals": [metal], "amount": {"Li": 50}}
    else:
        anode = electrode(values, "Negative", T, c0, start[0])
    cell = {
        "cell": f"{name} of PyBaMM",
        "anode": anode,
        "separator": {
            "thickness": values["Separator thickness [m]"],
            "porosity": separator,
            "transportEfficiency": separator ** values["Separator Bruggeman coefficient (electrolyte)"],
        },
        "cathode": electrode(values, "Positive", T, c0, start[1]),
        "electrolyte": {
            "kind": "binary", "name": "electrolyte", "cation": {"name": "Li", "charge": 1},
            "anion": {"name": "anion", "charge": -1}, "concentration": c0,
            "conductivity": law(values, "Electrolyte conductivity [S.m-1]", x, pybamm.Scalar(T)),
            "diffusivity": law(values, "Electrolyte diffusivity [m2.s-1]", x, pybamm.Scalar(T)),
            "transference": values["Cation transference number"],
        },
        "area": values["Electrode height [m]"] * values["Electrode width [m]"],
        "nominalCapacity": values["Nominal cell capacity [A.h]"],
        "voltageLimits": [values["Lower voltage cut-off [V]"], values["Upper voltage cut-off [V]"]],
        "temperature": T,
        "sources": {"*": f"PyBaMM {pybamm.__version__}, parameter set {name}"},
    }
    (HERE / "cells" / f"{case}.json").write_text(json.dumps(cell, indent=1) + "\n")


def keys_of(name):
    sides = ("positive",) if half_cell(name) else ("negative", "positive")
    return [f"Initial concentration in {s} electrode [mol.m-3]" for s in sides]


def solve(case, start, points, shells):
    name, _, rate = CASES[case]
    values = parameters(name)
    for key, content in zip(keys_of(name), start[1:] if half_cell(name) else start):
        values[key] = content * values[key.replace("Initial", "Maximum")]
    values["Current function [A]"] = rate * values["Nominal cell capacity [A.h]"]
    model = pybamm.lithium_ion.DFN({"working electrode": "positive"} if half_cell(name) else {})
    methods, meshes = model.default_spatial_methods, model.default_submesh_types
    quadratic = {"extrapolation": {"order": {"gradient": "quadratic", "value": "quadratic"}, "use bcs": False}}
    for domain in methods:
        if domain != "current collector":
            methods[domain] = pybamm.FiniteVolume(quadratic)
    for domain in meshes:
        if domain.endswith("particle"):
            meshes[domain] = pybamm.MeshGenerator(pybamm.Exponential1DSubMesh, {"side": "right", "stretch": 1.0})
    solution = pybamm.Simulation(
        model, parameter_values=values, spatial_methods=methods, submesh_types=meshes,
        var_pts={"x_n": points, "x_s": points, "x_p": points, "r_n": shells, "r_p": shells},
        solver=pybamm.IDAKLUSolver(rtol=run.TOLERANCE, atol=run.TOLERANCE),
    ).solve([0, 2 * 3600 / abs(rate)])
    return solution.t[-1], solution["Voltage [V]"]


def curve(case):
    name, start, rate = CASES[case]
    values = parameters(name)
    if start is None:
        contents = [values[key] / values[key.replace("Initial", "Maximum")] for key in keys_of(name)]
        start = [0.0, *contents] if half_cell(name) else contents
    write_cell(case, start)
    xs = {n: solve(case, start, n, run.BASE) for n in run.POINTS}
    rs = {n: solve(case, start, run.BASE, n) for n in run.SHELLS}
    take = lambda f: run.extrapolate({n: f(v) for n, v in xs.items()}, {n: f(v) for n, v in rs.items()}, f(xs[run.BASE]))
    duration, duration_error = take(lambda v: np.array([v[0]]))
    time = run.rows_of("", [v[0] for v in (*xs.values(), *rs.values())], 150)
    voltage, error = take(lambda v: v[1](time))
    late = (time >= 60) & (time <= 0.97 * duration[0])
    limit = values["Lower voltage cut-off [V]" if rate > 0 else "Upper voltage cut-off [V]"]
    label = f"{'Discharge' if rate > 0 else 'Charge'} at {abs(rate)}C until {limit} V"
    data = {
        "title": case,
        "peer": {"pybamm": pybamm.__version__, "solver": "IDAKLU", "rtol": run.TOLERANCE, "atol": run.TOLERANCE},
        "method": "extrapolated to zero mesh width, see sets.py",
        "cell": f"cells/{case}.json",
        "model": "dfn",
        "thermal": "isothermal",
        "steps": [{"label": label, "start": 0, "duration": round(float(duration[0]), 4), "durationError": round(float(duration_error[0]), 4)}],
        "lateRmsError": {"voltage": float(f"{np.sqrt(np.mean(error[late] ** 2)):.2e}")},
        "maxError": {"voltage": float(f"{max(error):.2e}")},
        "units": {"time": "s", "voltage": "V", "current": "A"},
        "columns": {
            "step": [1] * len(time),
            "time": [round(float(t), 6) for t in time],
            "voltage": [round(float(v), 7) for v in voltage],
            "current": [rate * values["Nominal cell capacity [A.h]"]] * len(time),
        },
    }
    (HERE / f"{case}.json").write_text(json.dumps(data, separators=(",", ":")) + "\n")
    print(case, label, data["steps"][0]["duration"], data["lateRmsError"], data["maxError"], flush=True)


if __name__ == "__main__":
    for case in sys.argv[1:] or CASES:
        curve(case)
