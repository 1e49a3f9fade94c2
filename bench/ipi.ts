/**
 * What the socket costs: a client (another Node process) that answers at once, so that all of the time is the road. Tried
 * elsewhere with ASE at the other end: about 6 ms a call.
 */
import { latticeOf } from '../src/crystal/lattice.ts'
import type { Structure } from '../src/crystal/structure.ts'
import { ipi } from '../src/engine/ipi/index.ts'
import { milliseconds, printTable } from './measure.ts'

const client = new URL('../test/engine/fake-client.mjs', import.meta.url).pathname
const calls = 300

const structureOf = (atoms: number): Structure => ({
  species: Array.from({ length: atoms }, () => 'Mg'),
  lattice: latticeOf({ lengths: [20, 20, 20], angles: [80, 90, 100] }).map((a, i) => a + (i === 1 ? 0.1 : 0)),
  positions: Float64Array.from({ length: 3 * atoms }, (_, i) => (7 * i) % 20),
})

const rows: string[][] = []
for (const [atoms, where, connections] of [
  [14, '{socket}', 1],
  [107, '{socket}', 1],
  [107, '{host}:{port}', 1],
  [107, '{socket}', 2],
  [1000, '{socket}', 1],
] as const) {
  const command = `"${process.execPath}" "${client}" ${where} well`
  const engine = ipi({ command, connections, probe: false })
  const structures = Array.from({ length: connections }, () => structureOf(atoms))
  for (let i = 0; i < 30; i++) await engine.evaluateAll(structures)
  const [cpu, start] = [process.cpuUsage(), performance.now()]
  for (let i = 0; i < calls; i++) await engine.evaluateAll(structures)
  const { user, system } = process.cpuUsage(cpu)
  const each = calls * connections
  rows.push([
    String(atoms),
    where === '{socket}' ? 'unix' : 'TCP',
    String(connections),
    milliseconds((performance.now() - start) / each),
    milliseconds((user + system) / 1000 / each),
  ])
  await engine.close()
}
printTable(
  'One evaluation over the socket, of a client that answers at once',
  ['atoms', 'socket', 'connections', 'time', 'CPU time of ours'],
  rows,
)
