/** Rejection-free kinetic Monte Carlo: the loop over the tables of `events.ts`. */
import { refuse } from '../error.ts'
import { type Random, resumeRandom } from '../math/random.ts'
import { kBeV } from '../units.ts'
import type { EventTables } from './events.ts'

/** All that a walk is: plain arrays. A walk that goes on from it gives the bits of one that never stopped. */
export type WalkState = {
  /** 0 = vacant, i + 1 = carrier i, [sites]. */
  readonly occupation: Uint8Array
  /** Number of the ion on a site, −1 on a vacant one, [sites]. */
  readonly ion: Int32Array
  /** Carrier by ion, [ions]. */
  readonly carrier: Uint8Array
  /** Unwrapped displacement of each ion since the start [Å], [ions, 3]. */
  readonly displacement: Float64Array
  /** How often each move of the tables was made, [moves]. */
  readonly counts: Float64Array
  /** Possible slots class by class, and how many each class holds. */
  readonly slots: Int32Array
  readonly classSizes: Int32Array
  readonly random: readonly [number, number, number, number]
  /** Time, and time of the next trial, drawn already [s]. */
  readonly time: number
  readonly next: number
  readonly events: number
  readonly trials: number
}

export type WalkOptions = {
  /** [K] */
  readonly temperature: number
  /** Factor on the attempt frequency of each event of the lattice, both directions, [events]; 1 where absent. */
  readonly slowing?: Float64Array
  /** Energy of carrier i on site s beyond the lattice's [eV], [sites, n]. */
  readonly potential?: Float64Array
}

export type Walk = {
  readonly tables: EventTables
  readonly temperature: number
  readonly ions: number
  readonly carrier: Uint8Array
  readonly occupation: Uint8Array
  readonly ion: Int32Array
  readonly displacement: Float64Array
  readonly counts: Float64Array
  /** Time [s], events made, trials (events and those thinned out). */
  readonly time: () => number
  readonly events: () => number
  readonly trials: () => number
  /** Σk of all possible moves [1/s], summed anew. */
  readonly totalRate: () => number
  /** Rate of a channel in a cell as it stands [1/s], 0 where it is not possible. */
  readonly rate: (channel: number, cell: number) => number
  /** Makes up to `events` events, stops at time `until` [s]. True where the time was reached. */
  readonly advance: (events: number, until?: number) => boolean
  readonly state: () => WalkState
}

/** Rates of a class are within this factor of each other: each step in the class's list, thinned by rate/bound. */
const width = 2
/** Classes; slower ones than width^−classes of the fastest do not happen. */
const classes = 1000

/**
 * A walk from an occupation or from the state of another.
 *
 * Moves whose rates lie in (2^−c−1, 2^−c] of a bound are listed in class c, unordered. A trial picks a class by count·bound, a
 * member at random, and makes the move with probability rate/bound ≥ ½; trials are a Poisson process of rate Σ count·bound, the
 * moves made thus one of rate Σk. Only counts are summed: no sum of rates is kept up, so none can drift, and fields are exact.
 * Source: computed
 *
 * @throws SimulationError (`input`) for a temperature that is not above 0, or where no event is possible
 */
export const startWalk = (
  tables: EventTables,
  start: WalkState | { readonly occupation: Uint8Array; readonly random: Random },
  options: WalkOptions,
): Walk => {
  const { temperature, slowing, potential } = options
  if (!(temperature > 0 && temperature < Infinity)) refuse('temperature', temperature, 'above 0 K, and finite')
  const resumed = 'slots' in start
  const {
    lattice,
    run,
    energies,
    channels: J,
    moves: M,
    interacting: coupled,
    fromSite,
    involved,
    plain,
    readStart,
    readCell,
    readSite,
    codeStart,
    moveOf,
    before,
    after,
    moverStart,
    moverFrom,
    moverTo,
    displacement: steps,
    nearStart,
    nearRead,
    nearEkra,
    nearEnergy,
    gainStart,
    gainRead,
    gainLimit,
    gain,
    patchStart,
    patchCell,
    ownPatch,
    groupStart,
    groupPatch,
    groupSite,
    groupChanged,
    entryStart,
    entryChannel,
    entryReadStart,
    entryPatch,
  } = tables
  const n = lattice.carriers.length
  const states = n + 1
  const { perCell: S, cells: N, sites } = run
  if (start.occupation.length !== sites) refuse('occupation', start.occupation.length, `${sites} sites`)
  const interacting = coupled || potential !== undefined

  // beyond the last cell there is one more, always vacant and closed: what lies beyond an open face
  const sigma = new Uint8Array(sites + S)
  sigma.set(start.occupation)
  const fields = new Float64Array((sites + S) * n)
  if (interacting) {
    energies.fields(sigma, fields)
    const { quantum, forbidden } = energies.tables
    for (let k = 0; k < (potential?.length ?? 0); k++)
      fields[k] += potential![k] === Infinity ? forbidden : Math.round(potential![k] / quantum) * quantum
    fields.fill(forbidden, sites * n)
  }
  if (energies.energy(sigma) === Infinity)
    refuse('occupation', 'ions where the lattice forbids them', 'a finite energy')
  const forbids = energies.forbids

  const ion = new Int32Array(sites + S).fill(-1)
  let ions = 0
  for (let s = 0; s < sites; s++) if (sigma[s] > 0) ion[s] = ions++
  const carrier = new Uint8Array(ions)
  for (let s = 0; s < sites; s++) if (sigma[s] > 0) carrier[ion[s]] = sigma[s] - 1
  const displacement = new Float64Array(3 * ions)
  const counts = new Float64Array(M)
  if (resumed) {
    ion.set(start.ion)
    carrier.set(start.carrier)
    displacement.set(start.displacement)
    counts.set(start.counts)
  }

  const cellLimits = lattice.limits.map(({ per, max }) => (per === 'cell' ? max : Infinity))
  const limits = cellLimits.length
  const limited = gain.length > 0
  /** Ions by cell and carrier. */
  const content = new Int32Array((N + 1) * n)
  for (let s = 0; s < sites; s++) if (sigma[s] > 0) content[Math.floor(s / S) * n + sigma[s] - 1]++
  const limitWeight = Float64Array.from(lattice.limits.flatMap(({ weights }) => [...weights]))
  for (let c = 0; c < N; c++)
    for (let l = 0; l < limits; l++) {
      let sum = 0
      for (let i = 0; i < n; i++) sum += limitWeight[l * n + i] * content[c * n + i]
      if (sum > cellLimits[l] + tolerance) refuse('occupation', sum, `at most ${cellLimits[l]} in each cell`)
    }

  const beta = 1 / (kBeV * temperature)
  const { Ekra, logRate } = ratesOf(tables, sigma, slowing)
  const lnWidth = Math.log(width)
  const perClass = 1 / lnWidth
  const top = topOf(tables, Ekra, logRate, beta, lnWidth)
  /** Class of a move is ⌊(E_b/kT + offset) / ln width⌋. */
  const offset = logRate.map(ln => top - ln)
  const bound = Float64Array.from({ length: classes }, (_, c) => Math.exp(top - c * lnWidth))

  const slotCount = N * J
  if (slotCount > 2 ** 30) refuse('size', slotCount, `at most ${2 ** 30} events at a time`)
  const classOf = new Int16Array(slotCount).fill(-1)
  const place = new Int32Array(slotCount)
  const lists: Int32Array[] = Array.from({ length: classes }, () => none)
  const sizes = new Int32Array(classes)
  let low = classes
  let high = 0

  // wrapped cells along each direction: index at + offset + size, offset from −size to 2·size
  const strides = [run.size[1] * run.size[2], run.size[2], 1]
  const beyond = -(2 ** 28)
  const [wrapX, wrapY, wrapZ] = [0, 1, 2].map(d => {
    const a = run.size[d]
    const reach = a + 64
    return Int32Array.from({ length: 2 * reach + a }, (_, k) => {
      const at = k - reach
      if (run.periodic[d]) return (((at % a) + a) % a) * strides[d]
      return at < 0 || at >= a ? beyond : at * strides[d]
    })
  })
  const [padX, padY, padZ] = run.size.map(a => a + 64)
  const [strideX, strideY] = strides

  /** Cell at an offset from (i, j, k); N beyond an open face. */
  const cellAt = (i: number, j: number, k: number, x: number, y: number, z: number): number => {
    const cell = wrapX[i + x + padX] + wrapY[j + y + padY] + wrapZ[k + z + padZ]
    return cell < 0 ? N : cell
  }

  /** Move that a channel in a cell stands for as things are, −1 for none; `level` is where its rate lies among the classes. */
  let level = 0
  const own = new Int32Array(64)
  const look = (j: number, cell: number): number => {
    const i0 = Math.floor(cell / strideX)
    const rest = cell - i0 * strideX
    const j0 = Math.floor(rest / strideY)
    const k0 = rest - j0 * strideY
    const first = readStart[j]
    const count = readStart[j + 1] - first
    let code = 0
    let factor = 1
    for (let r = 0; r < count; r++) {
      const q = first + r
      own[r] = cellAt(i0, j0, k0, readCell[3 * q], readCell[3 * q + 1], readCell[3 * q + 2]) * S + readSite[q]
      if (r < involved[j]) {
        code += factor * sigma[own[r]]
        factor *= states
      }
    }
    const m = moveOf[codeStart[j] + code]
    if (m < 0) return -1
    let dE = tables.energy[m]
    if (interacting)
      for (let r = 0; r < involved[j]; r++) {
        const b = after[4 * m + r]
        const a = before[4 * m + r]
        if (b > 0) dE += fields[own[r] * n + b - 1]
        if (a > 0) dE -= fields[own[r] * n + a - 1]
      }
    let kra = Ekra[m]
    for (let q = nearStart[m]; q < nearStart[m + 1]; q++) {
      const state = sigma[own[nearRead[q]]]
      if (state > 0) {
        kra += nearEkra[q * n + state - 1]
        dE += nearEnergy[q * n + state - 1]
      }
    }
    if (dE >= forbids) return -1
    for (let g = gainStart[m]; g < gainStart[m + 1]; g++)
      if (overfull(gainLimit[g], gain[g], Math.floor(own[gainRead[g]] / S))) return -1
    let barrier = kra + 0.5 * dE
    if (barrier < 0) barrier = 0
    if (barrier < dE) barrier = dE
    level = (barrier * beta + offset[m]) * perClass
    return m
  }

  const overfull = (limit: number, more: number, cell: number): boolean => {
    let sum = more - cellLimits[limit]
    for (let i = 0; i < n; i++) sum += limitWeight[limit * n + i] * content[cell * n + i]
    return sum > tolerance
  }

  /** Puts a slot into a class, −1 for none. */
  const sort = (slot: number, to: number): void => {
    const from = classOf[slot]
    if (from === to) return
    if (from >= 0) {
      const list = lists[from]
      const last = list[--sizes[from]]
      const at = place[slot]
      list[at] = last
      place[last] = at
    }
    classOf[slot] = to
    if (to >= 0) {
      const size = sizes[to]++
      if (size === lists[to].length) grow(to)
      lists[to][size] = slot
      place[slot] = size
    }
  }

  const grow = (c: number): void => {
    const longer = new Int32Array(Math.max(64, 2 * lists[c].length))
    longer.set(lists[c])
    lists[c] = longer
    if (c < low) low = c
    if (c > high) high = c
  }

  if (resumed) {
    let at = 0
    for (let c = 0; c < start.classSizes.length; c++)
      for (let k = 0; k < start.classSizes[c]; k++) sort(start.slots[at++], c)
  } else {
    for (let cell = 0; cell < N; cell++)
      for (let j = 0; j < J; j++) {
        if (sigma[cell * S + fromSite[j]] === 0 || look(j, cell) < 0) continue
        const c = Math.floor(level + rounding)
        if (c < classes) sort(cell * J + j, c)
      }
  }

  const sumOfBounds = (): number => {
    let sum = 0
    for (let c = low; c <= high; c++) sum += sizes[c] * bound[c]
    return sum
  }

  const generator = resumed ? resumeRandom(start.random) : start.random
  const uniform = generator.uniform
  let total = sumOfBounds()
  let time = resumed ? start.time : 0
  let next = resumed ? start.next : -Math.log(1 - uniform()) / total
  let events = resumed ? start.events : 0
  let trials = resumed ? start.trials : 0
  if (!(total > 0))
    refuse('events', 'none possible', 'ions that can move: vacancies beside them, events of their sites')

  const base = new Int32Array(Math.max(...Array.from({ length: J }, (_, j) => patchStart[j + 1] - patchStart[j])))
  const set = energies.set

  const advance = (most: number, until = Infinity): boolean => {
    let made = 0
    while (made < most) {
      if (next > until) {
        time = until
        events += made
        return true
      }
      time = next
      trials++
      // class, member, and how much of the member's share is its own
      let r = uniform() * total
      let c = low
      for (; c < high; c++) {
        const w = sizes[c] * bound[c]
        if (r < w) break
        r -= w
      }
      while (sizes[c] === 0) c--
      const pick = uniform() * sizes[c]
      const member = Math.floor(pick)
      const slot = lists[c][member]
      const cell = Math.floor(slot / J)
      const j = slot - cell * J
      const m = look(j, cell)
      const share = level - c
      if (share > rounding && pick - member >= Math.exp(-share * lnWidth)) {
        next = time - Math.log(1 - uniform()) / total
        continue
      }
      made++
      counts[m]++

      const i0 = Math.floor(cell / strideX)
      const rest = cell - i0 * strideX
      const x0 = i0 + padX
      const j0 = Math.floor(rest / strideY)
      const y0 = j0 + padY
      const z0 = rest - j0 * strideY + padZ
      const patch0 = patchStart[j]
      const patches = patchStart[j + 1] - patch0
      for (let p = 0, q = 3 * patch0; p < patches; p++, q += 3) {
        const at = wrapX[x0 + patchCell[q]] + wrapY[y0 + patchCell[q + 1]] + wrapZ[z0 + patchCell[q + 2]]
        base[p] = at < 0 ? N : at
      }

      // ions go over
      const first = moverStart[m]
      const last = moverStart[m + 1] - 1
      const ionA = ion[own[moverFrom[first]]]
      const ionB = ion[own[moverFrom[last]]]
      ion[own[moverFrom[first]]] = -1
      ion[own[moverFrom[last]]] = -1
      ion[own[moverTo[first]]] = ionA
      displacement[3 * ionA] += steps[3 * first]
      displacement[3 * ionA + 1] += steps[3 * first + 1]
      displacement[3 * ionA + 2] += steps[3 * first + 2]
      if (last > first) {
        ion[own[moverTo[last]]] = ionB
        displacement[3 * ionB] += steps[3 * last]
        displacement[3 * ionB + 1] += steps[3 * last + 1]
        displacement[3 * ionB + 2] += steps[3 * last + 2]
      }
      for (let k = 0; k < involved[j]; k++) {
        const s = own[k]
        const b = after[4 * m + k]
        if (limited) {
          const inCell = base[ownPatch[4 * j + k]] * n
          if (sigma[s] > 0) content[inCell + sigma[s] - 1]--
          if (b > 0) content[inCell + b - 1]++
        }
        if (interacting) set(sigma, fields, s, b)
        else sigma[s] = b
      }

      // what it changed
      for (let g = groupStart[j]; g < groupStart[j + 1]; g++) {
        const home = base[groupPatch[g]]
        if (home === N) continue
        const fromSiteHere = home * S + groupSite[g]
        const a = sigma[fromSiteHere]
        if (a === 0) {
          if (groupChanged[g] === 1)
            for (let e = entryStart[g]; e < entryStart[g + 1]; e++) sort(home * J + entryChannel[e], -1)
          continue
        }
        for (let e = entryStart[g]; e < entryStart[g + 1]; e++) {
          const k = entryChannel[e]
          const slotHere = home * J + k
          const p = entryReadStart[e]
          const q = readStart[k]
          let to = -1
          if (plain[k] === 1) {
            const toSite = base[entryPatch[p + 1]] * S + readSite[q + 1]
            if (sigma[toSite] === 0) {
              const move = moveOf[codeStart[k] + a]
              if (move >= 0) {
                let dE = tables.energy[move]
                if (interacting) dE += fields[toSite * n + a - 1] - fields[fromSiteHere * n + a - 1]
                to = classFor(move, dE, p, q)
              }
            }
          } else {
            let code = 0
            let factor = 1
            for (let d = 0; d < involved[k]; d++) {
              code += factor * sigma[base[entryPatch[p + d]] * S + readSite[q + d]]
              factor *= states
            }
            const move = moveOf[codeStart[k] + code]
            if (move >= 0) {
              let dE = tables.energy[move]
              if (interacting)
                for (let d = 0; d < involved[k]; d++) {
                  const s = (base[entryPatch[p + d]] * S + readSite[q + d]) * n - 1
                  const stateAfter = after[4 * move + d]
                  const stateBefore = before[4 * move + d]
                  if (stateAfter > 0) dE += fields[s + stateAfter]
                  if (stateBefore > 0) dE -= fields[s + stateBefore]
                }
              to = classFor(move, dE, p, q)
            }
          }
          sort(slotHere, to)
        }
      }
      total = sumOfBounds()
      next = time - Math.log(1 - uniform()) / total
    }
    events += made
    return false
  }

  /** Class of a move with fields' share of ΔE, reads at entry `p` and channel `q`; −1 where it cannot be. */
  const classFor = (m: number, dE: number, p: number, q: number): number => {
    let kra = Ekra[m]
    for (let near = nearStart[m]; near < nearStart[m + 1]; near++) {
      const r = nearRead[near]
      const state = sigma[base[entryPatch[p + r]] * S + readSite[q + r]]
      if (state > 0) {
        kra += nearEkra[near * n + state - 1]
        dE += nearEnergy[near * n + state - 1]
      }
    }
    if (dE >= forbids) return -1
    if (limited)
      for (let g = gainStart[m]; g < gainStart[m + 1]; g++)
        if (overfull(gainLimit[g], gain[g], base[entryPatch[p + gainRead[g]]])) return -1
    let barrier = kra + 0.5 * dE
    if (barrier < 0) barrier = 0
    if (barrier < dE) barrier = dE
    const c = Math.floor((barrier * beta + offset[m]) * perClass + rounding)
    return c < classes ? c : -1
  }

  const rate: Walk['rate'] = (channel, cell) =>
    look(channel, cell) < 0 || level >= classes ? 0 : Math.exp(top - level * lnWidth)

  return {
    tables,
    temperature,
    ions,
    carrier,
    occupation: sigma.subarray(0, sites),
    ion: ion.subarray(0, sites),
    displacement,
    counts,
    time: () => time,
    events: () => events,
    trials: () => trials,
    totalRate: () => {
      let sum = 0
      for (let cell = 0; cell < N; cell++) for (let j = 0; j < J; j++) sum += rate(j, cell)
      return sum
    },
    rate,
    advance,
    state: () => {
      const used = sizes.subarray(0, high + 1)
      const slots = new Int32Array(used.reduce((a, b) => a + b, 0))
      let at = 0
      for (const [c, size] of used.entries()) {
        slots.set(lists[c].subarray(0, size), at)
        at += size
      }
      return {
        occupation: sigma.slice(0, sites),
        ion: ion.slice(0, sites),
        carrier: carrier.slice(),
        displacement: displacement.slice(),
        counts: counts.slice(),
        slots,
        classSizes: used.slice(),
        random: generator.state(),
        time,
        next,
        events,
        trials,
      }
    },
  }
}

const none = new Int32Array(0)
/** Levels this close to a bound are on it: rates equal to the bound are not thinned by round-off. */
const rounding = 1e-9
/** Of the sums of limits. */
const tolerance = 1e-9

/** E_KRA and ln ν₀ of the moves at the amounts of an occupation. */
const ratesOf = (tables: EventTables, sigma: Uint8Array, slowing: Float64Array | undefined) => {
  const { lattice, run, moves, byAmount, eventOf } = tables
  const n = lattice.carriers.length
  const amount = new Float64Array(n)
  for (const state of sigma) if (state > 0) amount[state - 1] += 1 / run.formulaUnits
  const Ekra = tables.Ekra.slice()
  const logRate = tables.logFrequency.slice()
  for (let m = 0; m < moves; m++) {
    for (let i = 0; i < n; i++) Ekra[m] += byAmount[m * n + i] * amount[i]
    if (slowing) logRate[m] += Math.log(slowing[eventOf[m]])
  }
  return { Ekra, logRate }
}

/** ln of the bound of class 0: no rate is above it, and the fastest move without surroundings lies on the bound of its class. */
const topOf = (
  { moves, energy }: EventTables,
  Ekra: Float64Array,
  logRate: Float64Array,
  beta: number,
  lnWidth: number,
): number => {
  let highest = -Infinity
  let fastest = -Infinity
  for (let m = 0; m < moves; m++) {
    const dE = Math.abs(energy[m]) < 100 ? energy[m] : 0
    highest = Math.max(highest, logRate[m])
    fastest = Math.max(fastest, logRate[m] - beta * Math.max(Ekra[m] + dE / 2, 0, dE))
  }
  return fastest + Math.ceil((highest - fastest) / lnWidth) * lnWidth
}
