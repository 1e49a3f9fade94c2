import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { PorousElectrode } from '../../src/cell/cell.ts'
import { readBpx } from '../../src/file/bpx.ts'
import { checkCell } from '../../src/file/check-cell.ts'
import { F, R } from '../../src/units.ts'

type Section = Record<string, unknown>
type Bpx = { Header: Section; State?: Record<string, Section>; Parameterisation: Record<string, Section> }
const load = (file: string): Bpx =>
  JSON.parse(readFileSync(new URL(`../../src/cells/bpx/${file}.json`, import.meta.url), 'utf8')) as Bpx
const chen = () => load('chen2020')
const lfp = () => load('lfp-18650')
const near = (got: number, expected: number, tolerance: number, what: string) =>
  assert.ok(Math.abs(got / expected - 1) <= tolerance, `${what}: ${got}, expected ${expected}`)

/** BPX example file at 310 K and c_e = 1200: j0, D, U, ∂U/∂T, κ and D_e from PyBaMM 26.10's own reading of the file. */
const pybamm = {
  anode: {
    x: 0.4,
    j0: 0.8309380110978001,
    D: 1.5246753521886686e-14,
    U: 0.12739782661476795,
    dUdT: -1.5339999873388543e-5,
  },
  cathode: { x: 0.63, j0: 0.08523032125609528, D: 2.359913409389992e-16, U: 3.403424643324, dUdT: -7.33658e-5 },
  kappa: 1.1968516662488038,
  De: 1.7728549456883185e-10,
}
/** PyBaMM's F and R are older CODATA values, 1e-7 off at most; fast tables are good to 1e-10 V. */
const constants = 2e-7

test('0.x file: every material law as PyBaMM reads it, at another temperature and concentration', () => {
  const { cell } = readBpx(lfp(), 'lfp.json')
  const [T, c0] = [310, 1000]
  for (const side of ['anode', 'cathode'] as const) {
    const { x, j0, D, U, dUdT } = pybamm[side]
    const { host } = cell[side] as PorousElectrode
    const mu = host.thermodynamics.potential([x], T)
    near(
      host.kinetics.exchangeCurrent([x], mu, T)[0] * (1200 / c0) ** host.kinetics.electrolyteOrder[0],
      j0,
      constants,
      `${side} j0`,
    )
    near(host.transport.diffusivity!([x], T)[0], D, constants, `${side} D`)
    near(-mu[0] / F, U + dUdT * (T - 298.15), 1e-9, `${side} U`)
    near(host.thermodynamics.entropy([x], T)[0] / F, dUdT, 1e-7, `${side} entropy`)
  }
  // κ from the flux law, D_e from what is left where no current flows.
  const [D, s] = [new Float64Array(4), new Float64Array(2)]
  cell.electrolyte.flux(Float64Array.of(1200, 1200), T, D, s)
  near(F * (s[0] - s[1]), pybamm.kappa, constants, 'κ')
  const [cation, anion] = [D[0] + D[1], D[2] + D[3]]
  near(cation - (s[0] * (cation - anion)) / (s[0] - s[1]), pybamm.De, constants, 'D_e')
  near(s[0] / (s[0] - s[1]), 0.259, 1e-12, 't₊')
})

test('start: x from the state of charge through the stoichiometry window', () => {
  // State of charge 1, the only start of a 0.x file: the ends of the window themselves.
  const old = readBpx(lfp(), 'lfp.json').cell
  assert.equal((old.anode as PorousElectrode).amount.Li, 0.82258)
  near(old.cathode.amount.Li, 0.0875, 1e-15, 'cathode')
  const chenCell = readBpx(chen(), 'chen.json').cell
  // 29866/33133 and 17038/63104, the start of Chen2020.
  near((chenCell.anode as PorousElectrode).amount.Li, 29866 / 33133, 1e-12, 'anode')
  near(chenCell.cathode.amount.Li, 17038 / 63104, 1e-12, 'cathode')
})

test('what the standard says of geometry, temperatures and limits', () => {
  const file = chen()
  file.Parameterisation.Cell['Number of electrode pairs connected in parallel to make a cell'] = 3
  const { cell, fidelity, notes } = readBpx(file, 'chen.json')
  near(cell.area, 3 * 0.1027, 1e-12, 'area')
  assert.equal(fidelity, 'dfn')
  assert.equal(cell.cathode.transportEfficiency, 0.1938952681217363)
  assert.equal(cell.cathode.conductivity, 0.18)
  near(cell.cathode.activeFraction, 0.665, 1e-12, 'ε_s = aR/3')
  assert.deepEqual(cell.voltageLimits, [2.5, 4.2])
  assert.equal(cell.thermal, undefined)
  assert.deepEqual(notes, [])
  assert.deepEqual(checkCell(cell, 'chen.json'), [])
})

test('lumped heat balance where the file has all of it', () => {
  const file = chen()
  file.Parameterisation.Cell['Density [kg.m-3]'] = 2000
  file.Parameterisation.Cell['Specific heat capacity [J.K-1.kg-1]'] = 1000
  const { cell } = readBpx(file, 'chen.json')
  near(cell.thermal!.heatCapacity, 2000 * 1000 * 2.42e-5, 1e-12, 'C')
  near(cell.thermal!.coolingConductance, 10 * 0.00531, 1e-12, 'hA')
  assert.equal(readBpx(file, 'chen.json', { isothermal: true }).cell.thermal, undefined)
})

test('constant, expression and table mean the same where they hold the same', () => {
  const at = (value: unknown) => {
    const file = chen()
    file.Parameterisation['Negative electrode']['Diffusivity [m2.s-1]'] = value
    const { host } = readBpx(file, 'chen.json').cell.anode as PorousElectrode
    return [0.1, 0.45, 0.9].map(x => host.transport.diffusivity!([x], 298.15)[0])
  }
  assert.deepEqual(at(3e-14), at('3e-14'))
  assert.deepEqual(at(3e-14), at({ x: [0, 1], y: [3e-14, 3e-14] }))
  const [expression, table] = [at('1e-14 + 2e-14 * x'), at({ x: [0, 0.5, 1], y: [1e-14, 2e-14, 3e-14] })]
  for (const [i, D] of expression.entries()) near(table[i], D, 1e-10, 'straight line')
  // A table that falls is turned round.
  assert.deepEqual(at({ x: [1, 0.5, 0], y: [3e-14, 2e-14, 1e-14] }), table)
})

test('a file for single-particle models only', () => {
  const file = chen()
  file.Header.Model = 'SPM'
  const p = file.Parameterisation
  delete p.Electrolyte
  delete p.Separator
  for (const side of ['Negative electrode', 'Positive electrode']) {
    for (const key of ['Porosity', 'Transport efficiency', 'Conductivity [S.m-1]']) delete p[side][key]
  }
  const result = readBpx(file, 'spm.json')
  assert.equal(result.only, 'spm')
  checkCell(result.cell, 'spm.json')
  assert.match(result.notes.join(), /only the single-particle model/)
})

/** A change to the good file, and what the message must say of it. */
const refusals: [name: string, change: (p: Bpx) => void, message: RegExp][] = [
  [
    'misspelt key',
    f => {
      f.Parameterisation.Separator.Porossity = 0.3
    },
    /Separator\.Porossity: unknown key, did you mean "Porosity"\?/,
  ],
  [
    'wrong unit in a key',
    f => {
      f.Parameterisation.Separator['Thickness [um]'] = 12
    },
    /Thickness \[um\]: unknown key, did you mean "Thickness \[m\]"\?/,
  ],
  [
    'missing key',
    f => {
      delete f.Parameterisation.Separator.Porosity
    },
    /Separator\.Porosity: missing, needed: a number > 0 and ≤ 1/,
  ],
  [
    'number as text',
    f => {
      f.Parameterisation.Separator['Thickness [m]'] = '12e-6'
    },
    /got "12e-6" \(a text; write the number without/,
  ],
  [
    'zero thickness',
    f => {
      f.Parameterisation.Separator['Thickness [m]'] = 0
    },
    /Separator > Thickness \[m\]: got 0, allowed: a number > 0 \[m\]/,
  ],
  [
    'NaN',
    f => {
      f.Parameterisation.Cell['Electrode area [m2]'] = Number.NaN
    },
    /Electrode area \[m2\]: got NaN/,
  ],
  [
    'infinite',
    f => {
      f.Parameterisation.Cell['Electrode area [m2]'] = Number.POSITIVE_INFINITY
    },
    /got Infinity/,
  ],
  [
    'transference',
    f => {
      f.Parameterisation.Electrolyte['Cation transference number'] = 1.2
    },
    /Cation transference number: got 1\.2, allowed: a number ≥ 0 and ≤ 1/,
  ],
  [
    'state of charge',
    f => {
      f.State!['Initial conditions']['Initial state-of-charge'] = -0.1
    },
    /got -0\.1, allowed: a number ≥ 0 and ≤ 1/,
  ],
  [
    'unsorted table',
    f => {
      f.Parameterisation['Negative electrode']['OCP [V]'] = { x: [0, 1, 0.5], y: [1, 2, 3] }
    },
    /OCP \[V\]: x\[2\]: got 0\.5, allowed: sorted x/,
  ],
  [
    'duplicates',
    f => {
      f.Parameterisation['Negative electrode']['OCP [V]'] = { x: [0, 1, 1], y: [1, 2, 3] }
    },
    /x\[2\]: got 1, allowed: each x once/,
  ],
  [
    'short table',
    f => {
      f.Parameterisation['Negative electrode']['OCP [V]'] = { x: [0], y: [1] }
    },
    /number of points: got 1, allowed: at least 2/,
  ],
  [
    'unequal table',
    f => {
      f.Parameterisation['Negative electrode']['OCP [V]'] = { x: [0, 1], y: [1] }
    },
    /number of y: got 1, allowed: as many as x, 2/,
  ],
  [
    'misspelt function',
    f => {
      f.Parameterisation['Negative electrode']['OCP [V]'] = '1 - tnah(x)'
    },
    /column 5: unknown function "tnah", did you mean "tanh"/,
  ],
  [
    'blend',
    f => {
      f.Parameterisation['Negative electrode'].Particle = {}
    },
    /blended electrodes/,
  ],
  [
    'partial',
    f => {
      f.Header.Model = 'Partial'
    },
    /Model: got "Partial", allowed: "DFN", "SPMe" or "SPM"/,
  ],
  [
    'moved key',
    f => {
      f.Parameterisation.Cell['Initial temperature [K]'] = 300
    },
    /since BPX 1\.0 it stands in State > Initial conditions/,
  ],
  [
    'degraded',
    f => {
      f.State!.Degradation = { LLI: 0.1, 'LAM: Positive electrode': 0, 'LAM: Negative electrode': 0 }
    },
    /Degradation > LLI: got 0\.1, allowed: 0/,
  ],
  [
    'window reversed',
    f => {
      f.Parameterisation['Negative electrode']['Minimum stoichiometry'] = 0.95
    },
    /Minimum stoichiometry: got 0\.95, allowed: less than/,
  ],
]
for (const [name, change, message] of refusals) {
  test(`refused: ${name}`, () => {
    const file = chen()
    change(file)
    assert.throws(
      () => readBpx(file, 'chen.json'),
      (error: Error) => {
        assert.match(error.message, message)
        assert.match(error.message, /^chen\.json/)
        assert.equal((error as { code?: string }).code, 'input')
        return true
      },
    )
  })
}

/** Good in every key, impossible as a cell. */
const impossible: [name: string, change: (p: Bpx) => void, message: RegExp][] = [
  [
    'porosity + solid > 1',
    f => {
      f.Parameterisation['Negative electrode'].Porosity = 0.5
    },
    /anode\.porosity \+ activeFraction: got 0\.5 \+ 0\.75 = 1\.25, allowed: ≤ 1/,
  ],
  [
    'κ = 0',
    f => {
      f.Parameterisation.Electrolyte['Conductivity [S.m-1]'] = 0
    },
    /conductivity at the start: got 0, .*no current can pass/,
  ],
  [
    'D_e = 0',
    f => {
      f.Parameterisation.Electrolyte['Diffusivity [m2.s-1]'] = 0
    },
    /diffusivity of the salt at the start: got 0/,
  ],
  [
    'D < 0',
    f => {
      f.Parameterisation['Negative electrode']['Diffusivity [m2.s-1]'] = '1e-14 * (0.5 - x)'
    },
    /diffusivity at Li 0\.9\S*: got -4\.0\S*e-15/,
  ],
  [
    'U not finite',
    f => {
      f.Parameterisation['Negative electrode']['OCP [V]'] = 'log(x - 0.5)'
    },
    /Negative electrode > OCP \[V\]: value at x = .*: got NaN/,
  ],
  [
    'limits reversed',
    f => {
      f.Parameterisation.Cell['Lower voltage cut-off [V]'] = 5
    },
    /voltageLimits: got 5 V to 4\.2 V/,
  ],
]
for (const [name, change, message] of impossible) {
  test(`refused: ${name}`, () => {
    const file = chen()
    change(file)
    assert.throws(() => checkCell(readBpx(file, 'chen.json').cell, 'chen.json'), message)
  })
}

test('stiff extremes and the ends of the state of charge are allowed', () => {
  for (const D of [1e-20, 1e-5]) {
    const file = chen()
    file.Parameterisation['Negative electrode']['Diffusivity [m2.s-1]'] = D
    file.Parameterisation.Electrolyte['Diffusivity [m2.s-1]'] = D
    file.Parameterisation['Negative electrode']['Reaction rate constant [mol.m-2.s-1]'] = D * (R / R)
    checkCell(readBpx(file, 'chen.json').cell, 'chen.json')
  }
  for (const soc of [0, 1]) {
    const file = chen()
    file.State!['Initial conditions']['Initial state-of-charge'] = soc
    file.Parameterisation['Positive electrode']['Minimum stoichiometry'] = 0
    file.Parameterisation['Positive electrode']['Maximum stoichiometry'] = 1
    const { cell } = readBpx(file, 'chen.json')
    assert.equal(cell.cathode.amount.Li, 1 - soc)
    checkCell(cell, 'chen.json')
  }
})
