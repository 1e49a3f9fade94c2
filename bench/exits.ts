/**
 * Exits out of a cavity of Mo6S8 at 298 K, an ion of each carrier for each second of CPU, in walks of half a million events on 3 × 3 × 3
 * cells: every move made, fast moves inside slowed by families, and walks at the pace of each carrier. All that a run costs counts:
 * filling, settling, the search for paces. Under 100 exits an ion a diffusivity is not determined: the last columns say what a run
 * of this length had.
 */
import { fileURLToPath } from 'node:url'
import { latticeFileOf } from '../src/ladder/lattice-file.ts'
import { type Transport, type TransportOptions, transport } from '../src/lattice/kinetics/diffusion.ts'
import { printTable } from './measure.ts'

const folder = fileURLToPath(new URL('../lattices/mo6s8/', import.meta.url))
const { lattice } = await latticeFileOf('model.json', folder)
const ways: Record<string, Partial<TransportOptions>> = {
  'every move': { inside: 'plain' },
  'inside slowed, 50': {},
  'paces, 30': { throttle: { crossings: 30 } },
}
const rows = [
  [0.1, 0.1],
  [0.1, 0.5],
  [0.5, 0.1],
  [0.95, 0],
  [0.95, 0.5],
  [1.5, 0.5],
].flatMap(amounts =>
  Object.entries(ways).map(([name, way]) => {
    const begin = process.cpuUsage()
    const t: Transport = transport({
      ...{ lattice, size: [3, 3, 3], temperature: 298.15, amounts, events: 500_000, seed: 1 },
      ...way,
    })
    const { user, system } = process.cpuUsage(begin)
    const seconds = (user + system) / 1e6
    const each = t.exits.map((count, i) => (t.ions[i] > 0 ? (count / seconds).toPrecision(2) : '–'))
    const known = t.exits.map((count, i) => (t.ions[i] > 0 ? count.toPrecision(2) : '–'))
    return [
      `Li ${amounts[0]} Mg ${amounts[1]}`,
      name,
      ...each,
      ...known,
      t.time.toExponential(1),
      seconds.toPrecision(2),
    ]
  }),
)
printTable(
  'Exits of an ion for each second of CPU, and in the run',
  ['content', 'moves', 'Li / s', 'Mg / s', 'Li', 'Mg', 'time in the host / s', 'CPU / s'],
  rows,
)
