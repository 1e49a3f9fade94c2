import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { Cell, Fidelity, ParticleShape } from '../../src/cell/cell.ts'
import { type Impedance, type ImpedanceOptions, impedance } from '../../src/cell/impedance/impedance.ts'
import { make as beaker } from '../../src/cells/li-mg-mo6s8-beaker.ts'
import { make as single } from '../../src/cells/li-mo6s8.ts'
import { SimulationError } from '../../src/error.ts'
import { readBpx } from '../../src/file/bpx.ts'
import { F, R } from '../../src/units.ts'
import { bath, ion, metalOf, oneIonCell, planar, twoIonCell } from './cells.ts'

const folder = new URL('../reference/', import.meta.url)
const { cell: chen } = readBpx(
  JSON.parse(readFileSync(new URL('pybamm/cells/chen2020.json', folder), 'utf8')),
  'chen2020.json',
)
const curveOf = (name: string): Impedance => {
  const rows = readFileSync(new URL(`impedance/${name}.csv`, folder), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
  const column = (k: number) => Float64Array.from(rows, row => Number(row.split(',')[k]))
  return { frequency: column(0), real: column(1), imaginary: column(2) } as unknown as Impedance
}
/** Largest |ΔZ|/|Z|. */
const apart = (a: Impedance, b: Impedance): number => {
  let worst = 0
  for (let k = 0; k < a.frequency.length; k++)
    worst = Math.max(
      worst,
      Math.hypot(a.real[k] - b.real[k], a.imaginary[k] - b.imaginary[k]) / Math.hypot(b.real[k], b.imaginary[k]),
    )
  return worst
}
const decades = (from: number, to: number, each = 2): number[] =>
  Array.from({ length: (to - from) * each + 1 }, (_, k) => 10 ** (from + k / each))
const agree = (label: string, a: Impedance, b: Impedance, tolerance: number): void => {
  const error = apart(a, b)
  console.log(`# ${label}: ${error.toExponential(1)}`)
  assert.ok(error < tolerance, `${label}: ${error} against ${tolerance}`)
}

test('spm is the closed form of a sphere behind a charge transfer and a double layer', () => {
  const want = curveOf('chen2020-spm')
  const got = impedance(chen, { frequencies: want.frequency, fidelity: 'spm', doubleLayer: 0.2 })
  // Both are closed forms; what differs is the slope of the fitted potential (its table follows it to 1e-8).
  agree('closed form', got, want, 1e-6)
  assert.deepEqual(got.diffusion, { anode: 'exact', cathode: 'exact' })
})

test('dfn follows the exact curve at the default mesh', () => {
  const want = curveOf('chen2020-dfn')
  const got = impedance(chen, { frequencies: want.frequency, doubleLayer: 0.2 })
  // The reference is good to 1e-4; the extrapolated mesh leaves 1e-5. A double layer whose current went to the cation is
  // 1e-2 off, a mesh that is not graded towards the separator 1.4e-2 at 10 kHz.
  agree('exact curve', got, want, 1.5e-4)
  assert.ok(got.real.every(value => value > 0) && got.imaginary.every(value => value < 0))
})

test('the mesh in x is fine enough: 20 points a region against 60', () => {
  const frequencies = decades(-4, 4)
  for (const [label, cell] of [
    ['chen2020', chen],
    ['Li–Mg beaker', beaker()],
  ] as const) {
    const o = { frequencies, doubleLayer: 0.2 }
    const fine = impedance(cell, { ...o, mesh: { points: 60, shells: 20 } })
    agree(label, impedance(cell, o), fine, 1e-4) // fourth order: 3⁴ times less than what a test at 7 points shows
  }
})

test('a reaction that stays at the separator drives a layer of salt there: as fine in the separator as in the electrode', () => {
  // Nearly all sites of the first kind taken, Li reacts within a micrometre. A separator of even points is 6e-3 off at 3 Hz.
  const frequencies = decades(-4, 4)
  for (const amount of [
    { Li: 2, Mg: 0.9 },
    { Li: 3.5, Mg: 0.02 },
  ]) {
    const cell = beaker()
    const o = { frequencies, doubleLayer: 0.2 }
    const state = { ...cell, cathode: { ...cell.cathode, amount } }
    const fine = impedance(state, { ...o, mesh: { points: 60, shells: 20 } })
    agree(`Li ${amount.Li}, Mg ${amount.Mg}`, impedance(state, o), fine, 1e-4) // fourth order, as above
  }
})

test('shells keep what little a fast ion stores at low frequency', () => {
  // Beside the step at x = 3 D is 1e-8 m²/s: s v is 1e-16 of D/Δr, and a difference of the two loses it (2e-4 of Z at 0.1 mHz).
  const cell = single()
  const state = { ...cell, cathode: { ...cell.cathode, amount: { Li: 3.1 } } }
  const o = { frequencies: decades(-4, 0), doubleLayer: 0.2, fidelity: 'spm' } as const
  // Round-off alone: the shells of a particle that is the same everywhere have no other error here.
  agree('Li 3.1', impedance(state, { ...o, diffusion: 'mesh' }), impedance(state, { ...o, diffusion: 'exact' }), 1e-9)
})

const shaped = (cell: Cell, shape: ParticleShape): Cell => ({
  ...cell,
  anode: cell.anode.kind === 'porous' ? { ...cell.anode, shape } : cell.anode,
  cathode: { ...cell.cathode, shape },
})
for (const shape of ['sphere', 'cylinder', 'plate'] as const)
  test(`shells and closed form agree on a uniform state: ${shape}`, () => {
    const frequencies = decades(-4, 4)
    for (const [label, cell] of [
      ['one ion', chen],
      ['two ions', twoIonCell()],
      ['Li–Mg in Mo6S8', beaker()],
    ] as const)
      for (const doubleLayer of [0, 0.2]) {
        const o = { frequencies, doubleLayer }
        const exact = impedance(shaped(cell, shape), { ...o, diffusion: 'exact' })
        const mesh = impedance(shaped(cell, shape), { ...o, diffusion: 'mesh' })
        agree(`${label}, ${doubleLayer} F/m²`, mesh, exact, 1e-4) // asked for; S itself is good to 1e-5
      }
  })

test('low frequency: the cell is the capacity its equilibrium potentials make', () => {
  const { anode, cathode } = chen
  if (anode.kind !== 'porous') return
  let elastance = 0
  for (const { host, amount, areaDensity, particleRadius, thickness } of [anode, cathode]) {
    const slope = host.thermodynamics.potentialJacobian(Object.values(amount), 298.15)[0] / F // −dU/dx
    elastance += slope / ((F / host.molarVolume) * areaDensity * (particleRadius / 3) * thickness * chen.area)
  }
  const f = 1e-7
  const { imaginary } = impedance(chen, { frequencies: [f] })
  // −Z″ω → 1/C; the next term is (ω R_p²/D)² ~ 1e-9.
  assert.ok(Math.abs((-imaginary[0] * 2 * Math.PI * f) / elastance - 1) < 1e-6, `${imaginary[0]}, ${elastance}`)
})

test('high frequency without a double layer: only what answers at once is left, and it is real', () => {
  const cell: Cell = { ...oneIonCell({ contactResistance: 0.3 }) }
  const { real, imaginary } = impedance(cell, { frequencies: [1e9], fidelity: 'spm' })
  // spm: contact and RT/(F j0) of each electrode, j0 = √(c_e…) × the exchange current at its content.
  let resistance = 0.3
  for (const electrode of [cell.anode, cell.cathode]) {
    if (electrode.kind !== 'porous') continue
    const x = Float64Array.of(electrode.amount.A)
    const mu = electrode.host.thermodynamics.potential(x, 298.15, new Float64Array(1))
    const j0 = electrode.host.kinetics.exchangeCurrent(x, mu, 298.15)[0]
    resistance += (R * 298.15) / F / j0 / (electrode.areaDensity * electrode.thickness * cell.area)
  }
  // The particle still answers as U′√(D/iω): 1e-5 of it here.
  assert.ok(Math.abs(real[0] / resistance - 1) < 1e-4, `${real[0]}, ${resistance}`)
  assert.ok(Math.abs(imaginary[0]) < 1e-4 * resistance)
})

test('real and imaginary part belong together (Kramers–Kronig)', () => {
  // Z″(ω) = (2ω/π) ∫ [Z′(x) − Z′(ω)]/(x² − ω²) dx for a Z that is finite at both ends: planar metal, reservoir, and the
  // cathode's own capacity taken off as 1/(iωC). In ln x, trapezoidal.
  const frequencies = decades(-8, 8, 20)
  const Z = impedance(chen, { frequencies, doubleLayer: 0.2 })
  const capacity = -1 / (2 * Math.PI * frequencies[0] * Z.imaginary[0])
  const step = Math.log(10) / 20
  for (const k of [110, 150, 190, 210]) {
    const w = frequencies[k]
    let sum = 0
    frequencies.forEach((x, m) => {
      if (m !== k) sum += ((Z.real[m] - Z.real[k]) / (x * x - w * w)) * x * step
    })
    // The point left out: the limit of the integrand, by the slope of Z′ there.
    const slope = (Z.real[k + 1] - Z.real[k - 1]) / (2 * step)
    sum += (slope * step) / (2 * w)
    const want = Z.imaginary[k] + 1 / (2 * Math.PI * w * capacity)
    const got = ((2 * w) / Math.PI) * sum
    const size = Math.hypot(Z.real[k], Z.imaginary[k])
    // Trapezoids of 20 a decade: 1e-3. A conjugated Z fails by its own imaginary part.
    assert.ok(Math.abs(got - want) < 3e-3 * size, `${w} Hz: ${got} for ${want}, |Z| ${size}`)
  }
})

test('it does not matter which anion is eliminated', () => {
  const anions = [
    { name: 'X', charge: -1, c: 700, D: 3e-10 },
    { name: 'Y', charge: -2, c: 400, D: 1e-10 },
  ]
  const cations = [
    { name: 'A', charge: 1, c: 500, D: 2e-10 },
    { name: 'B', charge: 2, c: 500, D: 1e-10 },
  ]
  const cell = twoIonCell()
  for (const fidelity of ['dfn', 'spme', 'spm'] as const) {
    const options = { frequencies: decades(-1, 4), doubleLayer: 0.3, fidelity }
    const spectrum = (order: typeof anions): Impedance =>
      impedance({ ...cell, electrolyte: bath([...cations, ...order], { A: 0, B: 0.5 }) }, options)
    // Algebra alone differs: round-off, magnified towards low frequency where ions only move between thin cells and the
    // closed volume answers last (1e-6 at 1 mHz).
    agree(`anions permuted, ${fidelity}`, spectrum([anions[1], anions[0]]), spectrum(anions), 1e-7)
  }
})

test('two ions that exchange at rest, films, contact, reference and reservoir all enter', () => {
  const metals = [metalOf(ion('B', 2)), metalOf(ion('A', 1))]
  const at = (o: Partial<Cell>, more: Partial<ImpedanceOptions> = {}): Impedance =>
    impedance(twoIonCell(o as never), { frequencies: [1e-2, 1, 100], ...more })
  const plain = at({})
  // Two metals 0.5 V apart under one potential: what one strips the other plates.
  assert.ok(
    plain.notes.some(note => /anode: ions exchange at rest \(B .*, A .* A\/m²\)/.test(note)),
    `${plain.notes}`,
  )
  const contact = at({ contactResistance: 0.7 })
  for (let k = 0; k < 3; k++) assert.ok(Math.abs(contact.real[k] - plain.real[k] - 0.7) < 1e-9) // exact but for round-off
  const anode = planar(metals, { A: 0.5, B: 2 }, { filmResistance: 2e-3 })
  const filmed = at({ anode })
  // A film in series with a face where two metals share the current: the drop is R_f/A = 0.2 Ω whatever they do.
  for (let k = 0; k < 3; k++) assert.ok(Math.abs(filmed.real[k] - plain.real[k] - 0.2) < 2e-3, `${filmed.real[k]}`)
  // Against a reference at the metal's face the metal's own part is gone.
  const reference = at({ reference: 'B', reservoir: 1e-3 })
  const whole = at({ reservoir: 1e-3 })
  assert.ok(reference.real.every((value, k) => value < whole.real[k]))
})

test('spm, spme and dfn: spme lies near dfn where reactions run evenly, spm misses the electrolyte', () => {
  const frequencies = decades(-4, 0)
  const of = (fidelity: Fidelity): Impedance => impedance(chen, { frequencies, fidelity, doubleLayer: 0.2 })
  const dfn = of('dfn')
  agree('spme', of('spme'), dfn, 5e-3)
  assert.ok(apart(of('spm'), dfn) > 0.05)
})

test('what cannot be is refused with field, value and range', () => {
  const refusal = (o: Partial<ImpedanceOptions>): string => {
    try {
      impedance(chen, { frequencies: [1], ...o })
    } catch (error) {
      assert.ok(error instanceof SimulationError && error.code === 'input')
      return error.message
    }
    return 'not refused'
  }
  assert.match(refusal({ frequencies: [] }), /frequencies: .*at least one/)
  assert.match(refusal({ frequencies: [1, 0] }), /frequencies: got 0, .*> 0/)
  assert.match(refusal({ frequencies: [Number.NaN] }), /frequencies: got NaN/)
  assert.match(refusal({ doubleLayer: -1 }), /doubleLayer: got -1/)
})
