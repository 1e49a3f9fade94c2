/**
 * A slab with a reservoir: events a second of CPU on a simple cubic lattice of 6 × 6 × 16 cells at a held current, two carriers with
 * neighbour energies, followers, and strain that a window of five layers sees. Set-up is not counted.
 */
import { plainLattice } from '../src/lattice/model/plain.ts'
import { slab } from '../src/lattice/slab/slab.ts'
import { printTable, spreadOf } from './measure.ts'

const pairHops = [{ kind: 'follow', leader: 'Li', follower: 'Mg', barrier: 0.32 }] as const
const strain = [{ name: 'strain', weights: { Li: 1, Mg: 2 }, coefficients: [0, 0.02, 0.05] }]

const lattices = ['hops alone', 'with followers', 'with energies', 'with strain by depth'].map((name, k) => ({
  name,
  lattice: plainLattice('simple-cubic', {
    spacing: 3,
    carriers: [
      { symbol: 'Li', charge: 1 },
      { symbol: 'Mg', charge: 2 },
    ],
    hops: [
      { carriers: ['Li'], barrier: 0.3 },
      { carriers: ['Mg'], barrier: 0.4 },
    ],
    ...(k > 0 ? { pairHops: [...pairHops] } : {}),
    ...(k > 1 ? { pairEnergies: [{ carriers: ['Mg', 'Mg'], shell: 1, energy: 0.03 }] } : {}),
    ...(k > 2 ? { meanField: strain } : {}),
  }),
}))

const eventsOf = 300_000
const rows = lattices.map(({ name, lattice }) => {
  const run = (events: number) => {
    const begin = process.cpuUsage()
    slab(lattice, {
      size: [6, 6, 16],
      window: 5,
      temperature: 300,
      reservoir: { exchangeRate: { Li: 1e6, Mg: 1e6 } },
      stages: [{ control: { current: 3e4, cutOff: -0.5 }, until: { events } }],
      seed: 1,
    })
    const { user, system } = process.cpuUsage(begin)
    return (user + system) / 1e6
  }
  run(20_000)
  const rates = [1, 2, 3].map(() => eventsOf / (run(eventsOf + 20_000) - run(20_000)))
  const { mean, deviation } = spreadOf(rates)
  return [name, `${Math.round(mean / 1e3)} k/s`, `± ${Math.round(deviation / 1e3)} k/s`]
})
printTable('Slab of 576 cells, events per second of CPU', ['lattice', 'mean', 'sd'], rows)
