/**
 * Hosts from tables: what an evaluation costs beside the host that the table was sampled from (asked: at most 0.3 µs for two
 * carriers), what a fit costs, and a discharge with each.
 */
import { make } from '../src/cells/li-mg-mo6s8-beaker.ts'
import { mo6s8 } from '../src/hosts/mo6s8.ts'
import { hostFromTable } from '../src/laws/table/from-table.ts'
import type { HostMaterial } from '../src/scales.ts'
import { roomTemperature } from '../src/units.ts'
import { sampledHost } from '../test/laws/sampled-host.ts'
import { cpuOf, milliseconds, printTable, spreadOf, timeCells } from './measure.ts'
import { runnerOf } from './setup.ts'

const calls = 200_000
const T = roomTemperature

const both = mo6s8()
const one = mo6s8({}, ['Li'])
const noise = { mu: 100, theta: 0.05, L: 0.03 }
const tableOf = (host: HostMaterial, step: number, temperatures: readonly number[]) =>
  sampledHost(host, { temperatures, step, sites: 4, noise })
const made = {
  one: hostFromTable(tableOf(one, 0.025, [T]), one.carriers),
  both: hostFromTable(tableOf(both, 0.0625, [T]), both.carriers),
}

/** Nanoseconds of CPU time of one call, at contents that run through the room. */
const nanoseconds = (call: (x: Float64Array, out: Float64Array) => unknown, n: number): number => {
  const x = new Float64Array(n)
  const out = new Float64Array(n * n)
  const { min } = spreadOf(
    cpuOf(
      () => {
        for (let k = 0; k < calls; k++) {
          x[0] = 0.01 + 2.5 * ((k & 1023) / 1024)
          if (n > 1) x[1] = 0.01 + 0.6 * ((k & 127) / 128)
          call(x, out)
        }
      },
      { warm: 5, repeats: 10 },
    ),
  )
  return (1e6 * min) / calls
}

const rows = ([label, tabled, original]: readonly [string, HostMaterial, HostMaterial]) =>
  (['potential', 'potentialJacobian', 'onsager', 'diffusivity'] as const).map(what => {
    const of = (host: HostMaterial) => {
      const { potential, potentialJacobian } = host.thermodynamics
      const { onsager, diffusivity } = host.transport
      const law = { potential, potentialJacobian, onsager, diffusivity: diffusivity! }[what]
      return nanoseconds((x, out) => law(x, T, out), host.carriers.length)
    }
    const [table, own] = [of(tabled), of(original)]
    return [label, what, `${table.toFixed(0)} ns`, `${own.toFixed(0)} ns`]
  })
printTable(
  'One evaluation',
  ['carriers', 'what', 'table', 'mean-field law'],
  [rows(['Li', made.one, one]), rows(['Li, Mg', made.both, both])].flat(),
)

printTable(
  'Making a host of a table',
  ['samples', 'min', 'mean ± sd'],
  (
    [
      [one, 0.025, [T]],
      [both, 0.125, [T]],
      [both, 0.0625, [T]],
      [both, 0.0625, [280, 320]],
    ] as const
  ).map(([host, step, temperatures]) => {
    const table = tableOf(host, step, temperatures)
    const label = `${table.thermodynamics.length}, ${host.carriers.map(c => c.symbol).join(' ')}, ${temperatures.length} T`
    return [label, ...timeCells(cpuOf(() => hostFromTable(table, host.carriers), { warm: 1, repeats: 3 }))]
  }),
)

const cell = make()
const discharge = (host: HostMaterial): string =>
  milliseconds(
    spreadOf(
      cpuOf(runnerOf({ ...cell, cathode: { ...cell.cathode, host } }, ['Discharge at 1C until 0.4 V']), {
        warm: 3,
        repeats: 5,
      }),
    ).min,
  )
printTable(
  'Li–Mg | Mo6S8 beaker at 1C, DFN 20 × 20',
  ['table', 'mean-field law'],
  [[discharge(made.both), discharge(both)]],
)
