"""Writes the BPX files of cells/ which are not copies: the LFP example with cooling, Ecker2015 and Marquis2019.

Values are PyBaMM's own parameter sets (its files name the papers), put into BPX's form: effective solid
conductivity sigma*eps_s^b, transport efficiency eps^b, a = 3 eps_s/R, rate constant k = j0/(F sqrt(...)),
every Arrhenius factor brought to the reference temperature of the file. Run by run.py.
"""

import json
from math import exp, sqrt
from pathlib import Path

HERE = Path(__file__).parent / "cells"
F, R, KB, QE = 96485.33212, 8.314462618, 1.380649e-23, 1.602176634e-19


def write(name, data):
    (HERE / f"{name}.json").write_text(json.dumps(data, indent=1) + "\n")


def arrhenius(energy, made_at, wanted_at):
    """Factor which brings a value stated at one temperature to another."""
    return exp(energy / R * (1 / made_at - 1 / wanted_at))


def header(title, description):
    return {"BPX": "1.1.0", "Title": title, "Description": description, "Model": "DFN"}


def state(temperature, concentration, cooling=0.0):
    return {
        "Initial conditions": {
            "Initial temperature [K]": temperature,
            "Initial electrolyte concentration [mol.m-3]": concentration,
        },
        "Thermal environment": {
            "Ambient temperature [K]": temperature,
            "Heat transfer coefficient [W.m-2.K-1]": cooling,
        },
    }


def electrode(*, radius, thickness, diffusivity, ocp, sigma, solid, porosity, transport, rate, window, c_max, ea_d, ea_k):
    return {
        "Particle radius [m]": radius,
        "Thickness [m]": thickness,
        "Diffusivity [m2.s-1]": diffusivity,
        "OCP [V]": ocp,
        "Conductivity [S.m-1]": sigma,
        "Surface area per unit volume [m-1]": 3 * solid / radius,
        "Porosity": porosity,
        "Transport efficiency": transport,
        "Reaction rate constant [mol.m-2.s-1]": rate,
        "Minimum stoichiometry": window[0],
        "Maximum stoichiometry": window[1],
        "Maximum concentration [mol.m-3]": c_max,
        "Diffusivity activation energy [J.mol-1]": ea_d,
        "Reaction rate constant activation energy [J.mol-1]": ea_k,
        "Entropic change coefficient [V.K-1]": 0.0,
    }


def lfp_cooled():
    """The LFP example, which has no cooling, beside air: h = 20 W/(m2 K) (assumed)."""
    cell = json.loads((HERE / "lfp.json").read_text())
    cell["Header"]["BPX"] = "1.1.0"
    cell["Header"]["Title"] += " With cooling, h = 20 W/(m2 K) assumed."
    parts = cell["Parameterisation"]
    temperature = parts["Cell"].pop("Initial temperature [K]")
    parts["Cell"].pop("Ambient temperature [K]")
    parts["Cell"].pop("Thermal conductivity [W.m-1.K-1]")  # not in BPX 1.1
    cell["State"] = state(temperature, parts["Electrolyte"].pop("Initial concentration [mol.m-3]"), 20.0)
    write("lfp-cooled", cell)


def ecker2015():
    """Kokam SLPB 75106100, NCO | graphite; the diffusivity of both particles depends on the content."""
    t = 296.15
    c0 = 1000.0
    # Conductivity is stated at 296 K and falls as exp(-E/RT)/T; D = kB T kappa/(F e c). Isothermal use only.
    kappa = 296 / t * arrhenius(1.71e4, 296, t)
    conductivity = "(0.2667 * (x / 1000) ** 3 - 1.2983 * (x / 1000) ** 2 + 1.7919 * (x / 1000) + 0.1726)"
    cn, cp = 31920.0, 48580.0
    dn = arrhenius(3.03e4, 296, t)
    data = {
        "Header": header(
            "Kokam SLPB 75106100 (Ecker2015) NCO|graphite, one layer, 0.15625 Ah",
            "Ecker et al. 2015, J. Electrochem. Soc. 162 A1836; written from PyBaMM's Ecker2015 set at 296.15 K",
        ),
        "State": state(t, c0),
        "Parameterisation": {
            "Cell": {
                "Reference temperature [K]": t,
                "Lower voltage cut-off [V]": 2.5,
                "Upper voltage cut-off [V]": 4.2,
                "Nominal cell capacity [A.h]": 0.15625,
                "Electrode area [m2]": 0.101 * 0.085,
                "Number of electrode pairs connected in parallel to make a cell": 1,
                "External surface area [m2]": 0.0172,
                "Volume [m3]": 1.52e-06,
            },
            "Electrolyte": {
                "Cation transference number": 0.26,
                "Conductivity [S.m-1]": f"{kappa!r} * {conductivity}",
                "Diffusivity [m2.s-1]": f"{KB * t / (F * QE) * kappa!r} * {conductivity} / x",
            },
            "Negative electrode": electrode(
                radius=1.37e-05, thickness=7.4e-05, sigma=14.0, solid=0.372403, porosity=0.329,
                transport=0.329**1.6372789338386007, c_max=cn, ea_d=3.03e4, ea_k=53400.0,
                diffusivity=f"{dn!r} * (8.4e-13 * exp(-11.3 * x) + 8.2e-15)",
                ocp="0.716502 * exp(-369.028 * x) + 0.12193 * exp(-35.6478 * (x - 0.0530947))"
                " - 0.0189193 * tanh(21.1967 * (x - 0.196176)) - 0.0169644 * tanh(27.1365 * (x - 0.312832))"
                " - 0.0199313 * tanh(28.5697 * (x - 0.614221)) - 0.931153 * exp(36.328 * (x - 1.10743)) + 0.140031",
                rate=1.11e-10 * sqrt(c0) * cn, window=(0.01, 26120.05 / cn),
            ),
            "Positive electrode": electrode(
                radius=6.5e-06, thickness=5.4e-05, sigma=68.1, solid=0.40832, porosity=0.296,
                transport=0.296**1.5442267190786427, c_max=cp, ea_d=8.06e4, ea_k=4.36e4,
                diffusivity="3.7e-13 - 3.4e-13 * exp(-12 * (x - 0.62) ** 2)",
                ocp="-2.35211 * x - 0.0747061 * tanh(31.886 * (x - 0.0219921)) + 6.34984 * tanh(2.66395 * (x - 0.174352))"
                " - 0.640243 * tanh(5.48623 * (x - 0.439245)) - 3.82383 * tanh(4.12167 * (x - 0.176187))"
                " - 0.0542123 * tanh(18.2919 * (x - 0.762272)) + 4.23285",
                rate=3.01e-11 * sqrt(c0) * cp, window=(12630.8 / cp, 0.95),
            ),
            "Separator": {"Thickness [m]": 2e-05, "Porosity": 0.508, "Transport efficiency": 0.508**1.9804586773134945},
        },
    }
    write("ecker2015", data)


def marquis2019():
    """LCO | graphite of Marquis et al. 2019. Its separator is all pore; 0.999 here, for the import takes log(porosity)."""
    t, c0 = 298.15, 1000.0
    cn, cp = 24983.2619938437, 51217.9257309275
    data = {
        "Header": header(
            "Marquis2019 LCO|graphite, 0.680616 Ah",
            "Marquis et al. 2019, J. Electrochem. Soc. 166 A3693; written from PyBaMM's Marquis2019 set",
        ),
        "State": state(t, c0),
        "Parameterisation": {
            "Cell": {
                "Reference temperature [K]": t,
                "Lower voltage cut-off [V]": 3.105,
                "Upper voltage cut-off [V]": 4.1,
                "Nominal cell capacity [A.h]": 0.680616,
                "Electrode area [m2]": 0.137 * 0.207,
                "Number of electrode pairs connected in parallel to make a cell": 1,
                "External surface area [m2]": 0.0569,
                "Volume [m3]": 7.8e-06,
            },
            "Electrolyte": {
                "Cation transference number": 0.4,
                "Conductivity [S.m-1]": "0.0911 + 1.9101 * (x / 1000) - 1.052 * (x / 1000) ** 2 + 0.1554 * (x / 1000) ** 3",
                "Diffusivity [m2.s-1]": "5.34e-10 * exp(-0.65 * x / 1000)",
                "Conductivity activation energy [J.mol-1]": 34700.0,
                "Diffusivity activation energy [J.mol-1]": 37040.0,
            },
            "Negative electrode": electrode(
                radius=1e-05, thickness=0.0001, sigma=100 * 0.6**1.5, solid=0.6, porosity=0.3, transport=0.3**1.5,
                c_max=cn, ea_d=42770.0, ea_k=37480.0, diffusivity=3.9e-14,
                ocp="0.194 + 1.5 * exp(-120.0 * x) + 0.0351 * tanh((x - 0.286) / 0.083)"
                " - 0.0045 * tanh((x - 0.849) / 0.119) - 0.035 * tanh((x - 0.9233) / 0.05)"
                " - 0.0147 * tanh((x - 0.5) / 0.034) - 0.102 * tanh((x - 0.194) / 0.142)"
                " - 0.022 * tanh((x - 0.9) / 0.0164) - 0.011 * tanh((x - 0.124) / 0.0226)"
                " + 0.0155 * tanh((x - 0.105) / 0.029)",
                rate=2e-5 / F * sqrt(c0) * cn, window=(0.02, 19986.609595075 / cn),
            ),
            "Positive electrode": electrode(
                radius=1e-05, thickness=0.0001, sigma=10 * 0.5**1.5, solid=0.5, porosity=0.3, transport=0.3**1.5,
                c_max=cp, ea_d=18550.0, ea_k=39570.0, diffusivity=1e-13,
                ocp="2.16216 + 0.07645 * tanh(30.834 - 54.4806 * 1.062 * x) + 2.1581 * tanh(52.294 - 50.294 * 1.062 * x)"
                " - 0.14169 * tanh(11.0923 - 19.8543 * 1.062 * x) + 0.2051 * tanh(1.4684 - 5.4888 * 1.062 * x)"
                " + 0.2531 * tanh((-1.062 * x + 0.56478) / 0.1316) - 0.02167 * tanh((1.062 * x - 0.525) / 0.006)",
                rate=6e-7 / F * sqrt(c0) * cp, window=(30730.7554385565 / cp, 0.94),
            ),
            "Separator": {"Thickness [m]": 2.5e-05, "Porosity": 0.999, "Transport efficiency": 0.999**1.5},
        },
    }
    write("marquis2019", data)


if __name__ == "__main__":
    lfp_cooled()
    ecker2015()
    marquis2019()
