"""What PyBaMM 26.10.1 makes of an Experiment: `python experiment.py` writes experiment.json beside it.

  sentences     sentences of its grammar, every instruction with every unit, end and period, as its step objects hold them
  terminations  texts of `termination` as `Experiment.read_termination` holds them
  runs          experiments on the Chen2020 cell (SPM): when each step ended, what ended the whole
"""

import itertools
import json
import warnings
from datetime import datetime
from pathlib import Path

import pybamm

from run import HERE, parameters_of

warnings.simplefilter("ignore")

FLOWS = ["1C", "2 C", "0.5C", "C/20", "C/3", "1 A", "200 mA", "2.5A", "1W", "200mW", "4.1 V", "3300mV", "4 Ohm", "500 mOhm"]
ENDS = [
    (" for 0.5 hours", None),
    (" for 45 minutes", " or until {}"),
    (" for 20 seconds", None),
    (" for 2 h", " or until {}"),
    (" for 90 s", None),
    (" for 3 min", None),
    ("", " until {}"),
    ("", " until {} (10 second period)"),
    (" for 1 hour", " or until {} (5 minute period)"),
    (" for 10 minutes (1 minute period)", None),
]
LIMITS = ["2.5 V", "4.1V", "50mA", "1 A", "C/50", "0.02C", "> 4 V", "< 3.1V", "< 50 mA", "> -2A", "<0.1C"]


def sentences():
    limits = itertools.cycle(LIMITS)
    for verb in ("Discharge", "Charge", "Hold"):
        for flow, (duration, until) in itertools.product(FLOWS, ENDS):
            yield f"{verb} at {flow}{duration}{until.format(next(limits)) if until else ''}"
    for duration, until in ENDS:
        yield f"Rest{duration}{until.format(next(limits)) if until else ''}"


def read(text):
    step = pybamm.step.string(text)
    return {
        "text": text,
        "kind": type(step).__name__,
        "value": step.value,
        "duration": None if step.uses_default_duration else step.duration,
        "period": step.period,
        "direction": step.direction,
        "termination": [[type(t).__name__, t.operator, t.value] for t in step.termination],
    }


TERMINATIONS = [
    "80% capacity", "80 % capacity", "97.5% capacity", "4 Ah capacity", "4Ah capacity", "4 A.h capacity", "0.5A.h capacity",
    "2.5 V", "2.5V", "4 hours", "4h", "30 minutes", "30 min", "90 s", "3600 seconds", "1.5 hour",
]  # fmt: skip

CYCLE = ("Discharge at C/5 until 2.5 V", "Charge at C/5 until 4.2 V", "Hold at 4.2 V until C/50")


def at(hour, minute):
    return datetime(2026, 1, 31, hour, minute)


# name: cycles (a tuple of sentences each, or of a sentence and its start), termination
RUNS = {
    "no end": ([CYCLE] * 3, None),
    "80 % of a cell that does not age": ([CYCLE] * 3, ["80% capacity"]),
    "100 %, met by the first cycle": ([CYCLE] * 3, ["100% capacity"]),
    "less capacity than asked": ([CYCLE] * 3, ["5.2 Ah capacity"]),
    "more capacity than asked": ([CYCLE] * 3, ["4 Ah capacity"]),
    "a voltage the cycle passes": ([CYCLE] * 3, ["2.6 V"]),
    "a voltage it does not reach": ([CYCLE] * 3, ["2.4 V"]),
    "a time": ([CYCLE] * 3, ["10 hours"]),
    "the first of two": ([CYCLE] * 3, ["80% capacity", "12 h"]),
    "a time that no step reaches": ([CYCLE] * 2, ["100 hours"]),
    "steps outside cycles": ([(s,) for s in ("Discharge at 1C for 30 minutes", "Rest for 10 minutes", *CYCLE)], ["3.7 V"]),
    "steps in one cycle": ([("Discharge at 1C for 30 minutes", "Rest for 10 minutes", "Charge at C/2 for 5 minutes"), ("Rest for 1 hour",)], ["3.7 V"]),
    "rests until the next step": (
        [(("Discharge at 1C for 10 minutes", at(8, 0)),), (("Charge at C/2 for 5 minutes", at(8, 30)),), (("Rest for 1 hour", at(9, 0)),)],
        None,
    ),
    "cut off by the next step": ([(("Discharge at 1C for 1 hour", at(8, 0)),), (("Rest for 10 minutes", at(8, 30)),)], None),
    "cut off by the one after it": (
        [(("Discharge at C/2 for 20 minutes", at(8, 0)), ("Rest for 1 hour", None)), (("Charge at C/10 for 10 minutes", at(8, 30)),)],
        None,
    ),
}  # fmt: skip


def step_of(step):
    if isinstance(step, str):
        return step
    text, start = step
    return pybamm.step.string(text, start_time=start)


def run(cycles, termination):
    experiment = pybamm.Experiment([tuple(step_of(s) for s in cycle) for cycle in cycles], termination=termination)
    solution = pybamm.Simulation(
        pybamm.lithium_ion.SPM(),
        parameter_values=parameters_of("chen2020"),
        experiment=experiment,
        var_pts={"x_n": 20, "x_s": 20, "x_p": 20, "r_n": 80, "r_p": 80},
        solver=pybamm.IDAKLUSolver(rtol=1e-7, atol=1e-7),
    ).solve()
    plain = [[s if isinstance(s, str) else [s[0], s[1] and s[1].strftime("%Y-%m-%d %H:%M")] for s in c] for c in cycles]
    return {
        "cycles": plain,
        "termination": termination,
        "ended": str(solution.termination),
        # with the rest that pads a step: when the next one begins
        "ends": [float(step.t[-1]) for cycle in solution.cycles for step in cycle.steps],
    }


if __name__ == "__main__":
    out = {
        "source": f"PyBaMM {pybamm.__version__}, experiment.py",
        "sentences": [read(text) for text in sentences()],
        "terminations": [[t, {k: v for k, v in pybamm.Experiment.read_termination(t).items()}] for t in TERMINATIONS],
        "runs": {name: run(*case) for name, case in RUNS.items()},
    }
    (Path(HERE) / "experiment.json").write_text(json.dumps(out, indent=None, separators=(",", ":")) + "\n")
    for name, one in out["runs"].items():
        print(name, "|", one["ended"], "|", one["ends"])
    print(len(out["sentences"]), "sentences")
