/** The arrays of a walk at its start: occupation and fields, contents, rates as levels, cells beyond the edges. */
import { refuse } from '../../error.ts'
import { kBeV } from '../../units.ts'
import type { EventTables } from './events.ts'
import type { Holds } from './holds.ts'
import { classes, clockSize, tolerance, type WalkArrays } from './walk-arrays.ts'

export type WalkOptions = {
  /** [K] */
  readonly temperature: number
  /** Factor on ν₀ of each event of the lattice, both directions, [events]; 1 where absent. */
  readonly slowing?: Float64Array
  /** Moves that are held back; the tables know `contents` then. */
  readonly holds?: Holds
}

/** Rates of one class are within this factor of each other, where rates change with the surroundings. */
const width = 2

/** Rate under which nothing happens [1/s], where rates change with the surroundings. */
export const slowest = ({ bound }: WalkArrays): number => bound[0] * width ** -classes

/** The arrays of a walk at its start. */
export const arraysOf = (
  tables: EventTables,
  occupation: Uint8Array,
  { temperature, slowing, holds }: WalkOptions,
): WalkArrays => {
  const { lattice, run, energies, channels, moves } = tables
  const n = lattice.carriers.length
  const { perCell: S, sites } = run
  if (occupation.length !== sites) refuse('occupation', occupation.length, `${sites} sites`)
  if (occupation.some(state => state > n)) refuse('occupation', Math.max(...occupation), `states from 0 to ${n}`)
  const { interacting } = tables
  const { sigma, fields } = fieldsOf(tables, occupation)
  const content = contentOf(tables, sigma)
  const special = Uint8Array.from({ length: moves }, (_, m) =>
    tables.nearStart[m + 1] > tables.nearStart[m] || tables.gainStart[m + 1] > tables.gainStart[m] ? 1 : 0,
  )
  const alone = holds === undefined && !interacting && special.every(flag => flag === 0)
  const levels = levelsOf(tables, sigma, temperature, slowing, alone)
  // more rates than classes are sorted by their levels, in fields that are 0
  const fixed = levels.classOfMove.length > 0
  const newcomers = tables.mostEntries
  return {
    tables,
    sigma,
    fields: interacting || fixed ? fields : new Float64Array(sigma.length * n),
    ion: new Int32Array(sites + S).fill(-1),
    displacement: new Float64Array(3 * sigma.reduce((sum, state) => sum + (state > 0 ? 1 : 0), 0)),
    counts: new Float64Array(moves),
    content,
    interacting,
    fixed,
    ...levels,
    special,
    simple: holds === undefined && tables.plain.every(flag => flag === 1) && special.every(flag => flag === 0),
    onlyPairs: energies.tables.pairEnd.every((end, u) => end === energies.tables.memberStart[u + 1]),
    newcomers,
    limitWeight: Float64Array.from(lattice.limits.flatMap(({ weights }) => [...weights])),
    limitMax: Float64Array.from(lattice.limits, ({ max }) => max),
    forbids: energies.forbids,
    holds,
    wrap: wrapOf(tables),
    around: new Int32Array(longest(tables.aroundStart, channels)),
    own: new Int32Array(longest(tables.readStart, channels)),
    clock: new Float64Array(clockSize),
  }
}

const longest = (starts: Int32Array, rows: number): number => {
  let most = 0
  for (let k = 0; k < rows; k++) most = Math.max(most, starts[k + 1] - starts[k])
  return most
}

/** Occupation and fields with one cell more: what lies beyond open faces, vacant and closed. */
const fieldsOf = ({ lattice, run, energies, interacting }: EventTables, occupation: Uint8Array) => {
  const n = lattice.carriers.length
  const sigma = new Uint8Array(run.sites + run.perCell)
  sigma.set(occupation)
  if (energies.energy(sigma) === Infinity)
    refuse('occupation', 'ions that exclude each other, or on forbidden sites', 'a finite energy')
  const fields = new Float64Array(interacting ? sigma.length * n : 0)
  if (interacting) {
    energies.fields(sigma, fields)
    fields.fill(energies.tables.forbidden, run.sites * n)
  }
  return { sigma, fields }
}

/** Ions by cell and carrier; refuses more than the limits allow. */
const contentOf = ({ lattice, run }: EventTables, sigma: Uint8Array): Int32Array => {
  const n = lattice.carriers.length
  const content = new Int32Array((run.cells + 1) * n)
  for (let s = 0; s < run.sites; s++) if (sigma[s] > 0) content[Math.floor(s / run.perCell) * n + sigma[s] - 1]++
  for (const { weights, max, per } of lattice.limits) {
    let all = 0
    for (let cell = 0; cell < run.cells; cell++) {
      const sum = weights.reduce((total, weight, i) => total + weight * content[cell * n + i], 0)
      if (per === 'cell' && sum > max + tolerance) refuse('occupation', sum, `at most ${max} in a cell`)
      all += sum
    }
    const mean = all / run.formulaUnits
    if (per === 'formula unit' && mean > max + tolerance) refuse('occupation', mean, `at most ${max} per formula unit`)
  }
  return content
}

/** Rates as levels: ln(bound₀/k)/ln width. Where rates are fixed, classes are the rates there are. */
const levelsOf = (
  tables: EventTables,
  sigma: Uint8Array,
  temperature: number,
  slowing: Float64Array | undefined,
  alone: boolean,
) => {
  const { lattice, run, moves, byAmount, eventOf, energy } = tables
  const n = lattice.carriers.length
  const beta = 1 / (kBeV * temperature)
  const amount = new Float64Array(n)
  for (const state of sigma) if (state > 0) amount[state - 1] += 1 / run.formulaUnits
  const lnFrequency = tables.logFrequency.slice()
  const lnKra = new Float64Array(moves)
  const lnRate = new Float64Array(moves)
  for (let m = 0; m < moves; m++) {
    let Ekra = tables.Ekra[m]
    for (let i = 0; i < n; i++) Ekra += byAmount[m * n + i] * amount[i]
    if (slowing) lnFrequency[m] += Math.log(slowing[eventOf[m]])
    lnKra[m] = lnFrequency[m] - beta * Ekra
    // as if the fields of both ends were alike
    const dE = tables.interacting ? 0 : energy[m]
    lnRate[m] = lnFrequency[m] - beta * Math.max(Ekra + dE / 2, 0, dE)
  }
  const lnWidth = Math.log(width)
  const rates = [...new Set(lnRate)].sort((a, b) => b - a)
  if (alone && rates.length <= classes) {
    const classOfMove = Int32Array.from(lnRate, ln => rates.indexOf(ln))
    const bound = Float64Array.from({ length: classes }, (_, c) => (c < rates.length ? Math.exp(rates[c]) : 0))
    return { bound, classOfMove, levels: lnKra, perEnergy: 0, lnWidth }
  }
  // the fastest of them on the bound of a class, so that it is never thinned
  const fastest = rates[0]
  const most = lnFrequency.reduce((a, b) => Math.max(a, b), -Infinity)
  const top = fastest + Math.ceil((most - fastest) / lnWidth) * lnWidth
  return {
    bound: Float64Array.from({ length: classes }, (_, c) => Math.exp(top - c * lnWidth)),
    classOfMove: new Int32Array(0),
    levels: Float64Array.from({ length: 3 * moves }, (_, k) => {
      const m = Math.floor(k / 3)
      return k % 3 === 0 ? energy[m] : (top - (k % 3 === 1 ? lnKra[m] : lnFrequency[m])) / lnWidth
    }),
    perEnergy: beta / lnWidth,
    lnWidth,
  }
}

const wrapOf = ({ run, aroundCell, readCell }: EventTables): WalkArrays['wrap'] => {
  const { size, periodic } = run
  const stride = [size[1] * size[2], size[2], 1]
  const far = [aroundCell, readCell].reduce((most, cells) => cells.reduce((a, b) => Math.max(a, Math.abs(b)), most), 0)
  const beyond = -(2 ** 28)
  const [x, y, z] = size.map((a, d) =>
    Int32Array.from({ length: a + 2 * far }, (_, k) => {
      const to = k - far
      if (periodic[d]) return (((to % a) + a) % a) * stride[d]
      return to < 0 || to >= a ? beyond : to * stride[d]
    }),
  )
  return { x, y, z, pad: [far, far, far] }
}
