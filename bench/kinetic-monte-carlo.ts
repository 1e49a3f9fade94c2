/**
 * Steps of kinetic Monte Carlo a second of CPU time on one core, through the public function, displacements tracked: a lattice gas
 * on the simple cubic lattice, half filled, without and with nearest-neighbour interaction, and two carriers in cavities of twelve
 * sites with rings, links and pair hops. kMCpy makes the hops of the first, on a lattice as small as it can take, where it is
 * installed.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { kineticMonteCarlo, kineticMonteCarloSteps } from '../src/lattice/kinetics/kinetic-monte-carlo.ts'
import type { Cluster, Lattice, LatticeEvent, Place } from '../src/lattice/lattice.ts'
import { plainLattice } from '../src/lattice/model/plain.ts'
import { printTable } from './measure.ts'
import { python } from './peer.ts'

const at = (site: number, image: readonly [number, number, number] = [0, 0, 0]): Place => ({ site, image })

/** Cavities of a ring of six inner and six outer sites; outer ones lead to the six neighbours. Numbers in the range of Mo6S8's. */
const cavities = (): Lattice => {
  const event = (family: string, movers: LatticeEvent['movers'], Ekra: number, inside = false): LatticeEvent => ({
    family,
    movers,
    Ekra,
    attemptFrequency: 1e13,
    surroundings: [],
    byAmount: Float64Array.of(0, 0),
    inside,
  })
  const events: LatticeEvent[] = []
  const clusters: Cluster[] = []
  const both = (V: number) => Float64Array.of(V, V, V, 1.5 * V)
  const directions = [0, 1, 2].map(d => [0, 1, 2].map(k => (k === d ? 1 : 0)) as [number, number, number])
  for (const c of [0, 1]) {
    const name = ['Li', 'Mg'][c]
    for (let k = 0; k < 6; k++) {
      events.push(event(`${name} ring`, [{ carrier: c, from: at(k), to: at((k + 1) % 6) }], 0.05 + 0.05 * c, true))
      events.push(event(`${name} inner–outer`, [{ carrier: c, from: at(k), to: at(6 + k) }], 0.15 + 0.05 * c, true))
    }
    for (const [d, image] of directions.entries())
      events.push(event(`${name} outer–outer`, [{ carrier: c, from: at(6 + d), to: at(9 + d, image) }], 0.25 + 0.1 * c))
  }
  for (const [leader, follower] of [
    [0, 1],
    [1, 0],
    [0, 0],
  ])
    for (const [d, image] of directions.entries())
      for (const [from, next] of [
        [6 + d, at(9 + d, image)],
        [9 + d, at(6 + d, image.map(x => -x) as [number, number, number])],
      ] as const)
        events.push(
          event(
            `${['Li', 'Mg'][follower]} follows ${['Li', 'Mg'][leader]}`,
            [
              { carrier: leader, from: at(from), to: next },
              { carrier: follower, from: at(from - 6), to: at(from) },
            ],
            0.3,
          ),
        )
  for (let a = 0; a < 12; a++)
    for (let b = a + 1; b < 12; b++) {
      const apart = Math.min((b - a + 12) % 6, (a - b + 12) % 6)
      const close = a < 6 && b < 6 ? apart === 1 : b === a + 6
      clusters.push({ label: 'inside', places: [at(a), at(b)], energy: both(close ? Number.POSITIVE_INFINITY : 0.08) })
    }
  for (const [d, image] of directions.entries())
    clusters.push({ label: 'link', places: [at(6 + d), at(9 + d, image)], energy: both(0.2) })
  return {
    name: 'cavities',
    cell: Float64Array.of(6.5, 0, 0, 0, 6.5, 0, 0, 0, 6.5),
    dimension: 3,
    formulaUnits: 1,
    volume: 6.5 ** 3,
    carriers: [
      { symbol: 'Li', charge: 1 },
      { symbol: 'Mg', charge: 2 },
    ],
    sublattices: ['inner', 'outer'],
    sites: Array.from({ length: 12 }, (_, k) => ({
      sublattice: k < 6 ? 0 : 1,
      position: [
        (k < 6 ? 0.9 : 2.2) * Math.cos((k * Math.PI) / 3),
        (k < 6 ? 0.9 : 2.2) * Math.sin((k * Math.PI) / 3),
        0,
      ],
    })),
    siteEnergy: Float64Array.from({ length: 24 }, (_, k) => (k < 12 ? 0 : k % 2 === 0 ? 0.05 : 0.1)),
    clusters,
    meanField: [],
    limits: [],
    events,
  }
}

/** M steps a second of CPU: the best of three stretches of one walk. */
const speedOf = (lattice: Lattice, size: number, amounts: readonly number[], steps: number): string => {
  const run = { lattice, size: [size, size, size] as const, temperature: 300, amounts, seed: 1, sweeps: 5 }
  let state = kineticMonteCarlo({ ...run, events: Math.ceil(steps / 4) }).walk.state()
  let best = 0
  for (let k = 0; k < 3; k++) {
    const walk = kineticMonteCarloSteps({
      ...run,
      resume: state,
      events: state.events + steps,
      every: Math.ceil(steps / 2),
    })
    walk.next() // compiles, sorts all slots, first half
    const begin = process.cpuUsage()
    const result = walk.next().value
    const { user, system } = process.cpuUsage(begin)
    best = Math.max(best, steps / 2 / (user + system))
    state = result.walk.state()
  }
  return best.toPrecision(3)
}

const gas = (pair: boolean) =>
  plainLattice('simple-cubic', {
    spacing: 2,
    hops: [{ carrier: 'A', barrier: 0.3 }],
    ...(pair ? { pairEnergies: [{ carriers: ['A', 'A'], shell: 1, energy: 0.03 }] } : {}),
  })

const rows: string[][] = []
for (const pair of [false, true]) {
  const name = pair ? 'with neighbour interaction' : 'no interaction'
  for (const size of [16, 32, 64])
    rows.push([
      `half filled, ${name}, ${size}³`,
      speedOf(gas(pair), size, [0.5], 1e6),
      size === 32 ? (pair ? '0.4' : '1.5') : '',
    ])
}
rows.push(['cavities of 12, Li 1 and Mg 0.5, pair hops, 8³', speedOf(cavities(), 8, [1, 0.5], 2e5), '0.08'])

printTable('Kinetic Monte Carlo, one core', ['', 'M steps/s', 'to reach'], rows)

const small = 8
const script = fileURLToPath(new URL('./kmc_peer.py', import.meta.url))
const { status, stdout, stderr, error } = spawnSync(python, [script, String(small), '2'], { encoding: 'utf8' })
if (!error && status !== 0) throw new Error(`kmc_peer.py: ${stderr.slice(-500)}`)
const { kMCpy }: { kMCpy?: { version: string; rate: number } } = error
  ? {}
  : JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}')
if (kMCpy) {
  const ours = Number(speedOf(gas(false), small, [0.5], 1e6))
  printTable(
    `The same gas without interaction, ${small}³`,
    ['', 'M steps/s', 'ours / peer'],
    [
      ['dualion', ours.toPrecision(3)],
      [
        `kMCpy ${kMCpy.version}, displacements not tracked`,
        (kMCpy.rate / 1e6).toPrecision(2),
        ((1e6 * ours) / kMCpy.rate).toFixed(0),
      ],
    ],
  )
} else console.log(`kMCpy not installed (${python}; set DUALION_PYTHON): no ratio`)
console.log(
  'Measured apart: SPPARKS, in no package index, 0.16–0.19 without and 0.115 with interaction (32³); kMCpy 0.3 0.0022 in its own example',
)
