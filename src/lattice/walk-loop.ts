/** The loop of kinetic Monte Carlo: pick a slot, make its move, sort anew what the move concerns. No allocation. */
import type { EventTables } from './events.ts'
import type { Slots } from './slots.ts'

/** Everything the loop touches. One cell more than the supercell has stands for what lies beyond open faces: vacant, closed. */
export type WalkArrays = {
  readonly tables: EventTables
  /** [sites + perCell], and fields [sites + perCell, n] [eV]. */
  readonly sigma: Uint8Array
  readonly fields: Float64Array
  readonly ion: Int32Array
  readonly displacement: Float64Array
  readonly counts: Float64Array
  /** Ions by cell and carrier, [cells + 1, n]. */
  readonly content: Int32Array
  /** Whether ΔE needs the fields, and whether each move has one rate for all time. */
  readonly interacting: boolean
  readonly fixed: boolean
  /** [1/s], by class; class by move where rates are fixed. */
  readonly bound: Float64Array
  readonly classOfMove: Int32Array
  /**
   * Levels of a rate k: ln(bound₀/k)/ln width. By move ΔE beyond the fields [eV], the levels of ν₀ exp(−E_KRA/kT) and of ν₀,
   * [moves, 3]; then the levels of 1 eV. Class c holds the levels from c to c + 1, and lets them stay up to c + 2.
   */
  readonly levels: Float64Array
  readonly perEnergy: number
  readonly lnWidth: number
  /** 1 where sites nearby or limits of cells have a say, by move. */
  readonly special: Uint8Array
  /** Hops of one ion only, without sites nearby and limits; most slots that one event may put into a class. */
  readonly simple: boolean
  readonly newcomers: number
  readonly limitWeight: Float64Array
  readonly limitMax: Float64Array
  readonly forbids: number
  readonly slots: Slots
  readonly wrap: Wrap
  /** Sites around the channel of a step, and those that the channel looked at reads: filled anew each time. */
  readonly around: Int32Array
  readonly own: Int32Array
  /** Time, time of the next trial, Σ bounds [1/s], events, trials, level of the move last looked at. */
  readonly clock: Float64Array
}

/** Indices in `clock`. */
export const at = { time: 0, next: 1, total: 2, events: 3, trials: 4, level: 5 } as const

/** Levels this close to a class are in it: rates equal to its bound are not thinned by round-off. */
export const rounding = 1e-9
/** Of sums of limits. */
export const tolerance = 1e-9
/** The part of a slot's word that is its place in the list. */
const inClass = 2 ** 24 - 1
/** Moves slower than width^−127 of the fastest that could be (6e-26 per second) do not happen. */
export const classes = 127

/** Cells along each direction, at + pad[d] → share of the cell's index; far below 0 beyond an open face. */
export type Wrap = {
  readonly x: Int32Array
  readonly y: Int32Array
  readonly z: Int32Array
  readonly pad: readonly [number, number, number]
}

/** Move that a slot stands for as things are, −1 for none; sets the sites in `own` and the level in `clock`. */
export const look = (w: WalkArrays, slot: number): number => {
  const { tables, sigma, own, wrap, fixed } = w
  const { perSite, channelAt, readStart, readCell, readSite, readShift, margin, involved, moveOf, codeStart } = tables
  const { cells: N, perCell: S, size } = tables.run
  const from = (slot / perSite) | 0
  const u = tables.energies.tables.kind[from]
  const channel = channelAt[u * perSite + slot - from * perSite]
  const cell = ((from - u) / S) | 0
  const rows = (cell / size[2]) | 0
  const z = cell - rows * size[2]
  const planes = (rows / size[1]) | 0
  const y = rows - planes * size[1]
  const x = planes
  const first = readStart[channel]
  const many = involved[channel]
  const count = fixed ? many : readStart[channel + 1] - first
  const mx = margin[3 * channel]
  const my = margin[3 * channel + 1]
  const mz = margin[3 * channel + 2]
  const home = from - u
  if (x >= mx && x < size[0] - mx && y >= my && y < size[1] - my && z >= mz && z < size[2] - mz) {
    for (let r = 0; r < count; r++) own[r] = home + readShift[first + r]
  } else {
    const [px, py, pz] = wrap.pad
    for (let r = 0; r < count; r++) {
      const q = 3 * (first + r)
      const there = wrap.x[x + px + readCell[q]] + wrap.y[y + py + readCell[q + 1]] + wrap.z[z + pz + readCell[q + 2]]
      own[r] = (there < 0 ? N : there) * S + readSite[first + r]
    }
  }
  let code = sigma[own[0]]
  const states = tables.lattice.carriers.length + 1
  for (let r = 1, factor = states; r < many; r++, factor *= states) code += factor * sigma[own[r]]
  const move = moveOf[codeStart[channel] + code]
  if (move >= 0 && !fixed) w.clock[at.level] = levelOf(w, move, many)
  return move
}

/** Level of a move at the sites in `own`, Infinity where it is not possible. */
const levelOf = (w: WalkArrays, move: number, many: number): number => {
  const { tables, sigma, fields, own } = w
  const { before, after, energy, nearStart, nearRead, nearEkra, nearEnergy, gainStart, gainRead } = tables
  const n = tables.lattice.carriers.length
  let dE = energy[move]
  if (w.interacting)
    for (let d = 0; d < many; d++) {
      const b = after[4 * move + d]
      const a = before[4 * move + d]
      if (b > 0) dE += fields[own[d] * n + b - 1]
      if (a > 0) dE -= fields[own[d] * n + a - 1]
    }
  let more = 0
  for (let q = nearStart[move]; q < nearStart[move + 1]; q++) {
    const state = sigma[own[nearRead[q]]]
    if (state === 0) continue
    more += nearEkra[q * n + state - 1]
    dE += nearEnergy[q * n + state - 1]
  }
  if (dE >= w.forbids) return Infinity
  for (let g = gainStart[move]; g < gainStart[move + 1]; g++)
    if (overfull(w, g, (own[gainRead[g]] / tables.run.perCell) | 0)) return Infinity
  return levelFrom(w, move, dE, more)
}

/** Level of ν₀ exp(−E_b/kT), E_b = max(E_KRA + ΔE/2, 0, ΔE) [eV], `more` what the surroundings add to E_KRA. */
const levelFrom = (w: WalkArrays, move: number, dE: number, more: number): number => {
  const x = dE * w.perEnergy
  const least = w.levels[3 * move + 2]
  return Math.max(w.levels[3 * move + 1] + more * w.perEnergy + 0.5 * x, least, least + x)
}

/** Whether a cell has no room for gain `g`. */
const overfull = (w: WalkArrays, g: number, cell: number): boolean => {
  const n = w.tables.lattice.carriers.length
  const limit = w.tables.gainLimit[g]
  let sum = w.tables.gain[g] - w.limitMax[limit]
  for (let i = 0; i < n; i++) sum += w.limitWeight[limit * n + i] * w.content[cell * n + i]
  return sum > tolerance
}

/**
 * Makes up to `most` events, no later than `until` [s].
 *
 * @returns true where the time was reached
 */
export const advance = (w: WalkArrays, uniform: () => number, most: number, until: number): boolean => {
  const { tables, sigma, fields, ion, displacement, counts, content } = w
  const { interacting, fixed, bound, lnWidth, slots, wrap, around: sites, own, clock, simple, levels, perEnergy } = w
  const { begin: starts, end: ends, room, range } = slots
  const { run, perSite: K, channelAt, involved, after, moveOf, codeStart } = tables
  const { moverStart, moverFrom, moverTo, displacement: steps } = tables
  const { aroundStart, aroundCell, aroundSite, aroundShift, margin } = tables
  const { set } = tables.energies
  const { kind } = tables.energies.tables
  const { cells: N, perCell: S } = run
  const [sizeX, sizeY, sizeZ] = run.size
  const n = tables.lattice.carriers.length
  const limited = tables.gain.length > 0
  /** Slots that one event may put into a class. */
  const newcomers = w.newcomers
  const { x: wrapX, y: wrapY, z: wrapZ } = wrap
  const [padX, padY, padZ] = wrap.pad
  let time = clock[at.time]
  let next = clock[at.next]
  let total = clock[at.total]
  let made = 0
  let trials = 0
  while (made < most && next <= until) {
    time = next
    trials++
    // a class by count·bound, a member, and how much of the member's share is its own
    let r = uniform() * total
    let c = range[0]
    const high = range[1]
    for (; c < high; c++) {
      const weight = (ends[c] - starts[c]) * bound[c]
      if (r < weight) break
      r -= weight
    }
    while (ends[c] === starts[c]) c--
    const pick =
      r < bound[c] * (ends[c] - starts[c]) && r >= 0 && bound[c] * 4096 > total / (ends[c] - starts[c])
        ? r / bound[c]
        : uniform() * (ends[c] - starts[c])
    const member = pick | 0
    const slot = slots.list[0][starts[c] + member]
    const from = (slot / K) | 0
    const u = kind[from]
    const home = from - u
    const j = channelAt[u * K + slot - from * K]
    const cell = (home / S) | 0
    const rows = (cell / sizeZ) | 0
    const z = cell - rows * sizeZ
    const planes = (rows / sizeY) | 0
    const y = rows - planes * sizeY
    const begin = aroundStart[j]
    const mx = margin[3 * j]
    const my = margin[3 * j + 1]
    const mz = margin[3 * j + 2]
    const away = planes >= mx && planes < sizeX - mx && y >= my && y < sizeY - my && z >= mz && z < sizeZ - mz
    let m = 0
    if (simple) {
      // what `look` does, for a hop of one ion
      let to = home + aroundShift[begin + 1]
      if (!away) {
        const q = 3 * begin + 3
        const there =
          wrapX[planes + padX + aroundCell[q]] +
          wrapY[y + padY + aroundCell[q + 1]] +
          wrapZ[z + padZ + aroundCell[q + 2]]
        to = (there < 0 ? N : there) * S + aroundSite[begin + 1]
      }
      own[0] = from
      own[1] = to
      const a = sigma[from]
      m = moveOf[codeStart[j] + a]
      if (!fixed) {
        const dE = levels[3 * m] + fields[to * n + a - 1] - fields[from * n + a - 1]
        const x = dE * perEnergy
        const least = levels[3 * m + 2]
        clock[at.level] = Math.max(levels[3 * m + 1] + 0.5 * x, least, least + x)
      }
    } else m = look(w, slot)
    if (!fixed) {
      const share = clock[at.level] - c
      if (share > rounding && pick - member >= Math.exp(-share * lnWidth)) {
        next = time - Math.log(1 - uniform()) / total
        continue
      }
    }
    made++
    counts[m]++

    // ions go over
    const first = moverStart[m]
    const last = moverStart[m + 1] - 1
    const leaves = own[moverFrom[first]]
    const one = ion[leaves]
    ion[leaves] = -1
    if (last > first) {
      const alsoLeaves = own[moverFrom[last]]
      const other = ion[alsoLeaves]
      ion[alsoLeaves] = -1
      ion[own[moverTo[last]]] = other
      displacement[3 * other] += steps[3 * last]
      displacement[3 * other + 1] += steps[3 * last + 1]
      displacement[3 * other + 2] += steps[3 * last + 2]
    }
    ion[own[moverTo[first]]] = one
    displacement[3 * one] += steps[3 * first]
    displacement[3 * one + 1] += steps[3 * first + 1]
    displacement[3 * one + 2] += steps[3 * first + 2]

    // sites around
    const many = aroundStart[j + 1] - begin
    if (away) for (let p = 0; p < many; p++) sites[p] = home + aroundShift[begin + p]
    else {
      const x0 = planes + padX
      const y0 = y + padY
      const z0 = z + padZ
      for (let p = 0; p < many; p++) {
        const q = 3 * (begin + p)
        const there = wrapX[x0 + aroundCell[q]] + wrapY[y0 + aroundCell[q + 1]] + wrapZ[z0 + aroundCell[q + 2]]
        sites[p] = (there < 0 ? N : there) * S + aroundSite[begin + p]
      }
    }

    if (fixed && simple) {
      sigma[own[1]] = sigma[from]
      sigma[from] = 0
    } else
      for (let d = 0; d < involved[j]; d++) {
        const s = own[d]
        const b = after[4 * m + d]
        if (limited) {
          const inCell = ((s / S) | 0) * n - 1
          if (sigma[s] > 0) content[inCell + sigma[s]]--
          if (b > 0) content[inCell + b]++
        }
        if (interacting) set(sigma, fields, s, b)
        else sigma[s] = b
      }

    if (simple) {
      if (fixed) resortFixed(w, j)
      else resortPlain(w, j)
    } else resort(w, j)
    total = 0
    for (let k = range[0]; k <= range[1]; k++) {
      const size = ends[k] - starts[k]
      total += size * bound[k]
      if (room[k] - size < newcomers) slots.grow(k)
    }
    next = time - Math.log(1 - uniform()) / total
  }
  const reached = next > until
  clock[at.time] = reached ? until : time
  clock[at.next] = next
  clock[at.total] = total
  clock[at.events] += made
  clock[at.trials] += trials
  return reached
}

/**
 * Sorts anew what an event of channel j concerns: hops of one ion only, of rates that never change. It calls nothing, and neither
 * does `resortPlain`, so that the compiler keeps their arrays at hand.
 */
const resortFixed = (w: WalkArrays, j: number): void => {
  const { tables, sigma, classOfMove, around: sites } = w
  const { place, list: lists, begin: starts, end: ends, range } = w.slots
  const { perSite: K, moveOf, programStart, program } = tables
  const list = lists[0]
  const end = programStart[j + 1]
  let i = programStart[j]
  while (i < end) {
    const from = sites[program[i]]
    const a = sigma[from]
    const next = i + 3 + 5 * program[i + 2]
    if (a === 0 && program[i + 1] === 0) {
      i = next
      continue
    }
    const firstSlot = from * K
    for (i += 3; i < next; i += 5) {
      const slot = firstSlot + program[i]
      const position = place[slot]
      const now = a > 0 && sigma[sites[program[i + 1]]] === 0 ? moveOf[program[i + 2] + a] : -1
      if (now < 0) {
        if (position < 0) continue
        const was = position >> 24
        const moved = list[--ends[was]]
        list[starts[was] + (position & inClass)] = moved
        place[moved] = position
        place[slot] = -1
      } else {
        const c = classOfMove[now]
        if (position >= 0) {
          const was = position >> 24
          if (was === c) continue
          const moved = list[--ends[was]]
          list[starts[was] + (position & inClass)] = moved
          place[moved] = position
        }
        const end = ends[c]++
        list[end] = slot
        place[slot] = (c << 24) | (end - starts[c])
        if (c > range[1]) range[1] = c
        if (c < range[0]) range[0] = c
      }
    }
  }
}

/** The same with energies of the surroundings, but no sites that act on the saddle, and no limits. */
const resortPlain = (w: WalkArrays, j: number): void => {
  const { tables, sigma, fields, levels, perEnergy, forbids, around: sites } = w
  const { place, list: lists, begin: starts, end: ends, range } = w.slots
  const { perSite: K, moveOf, programStart, program } = tables
  const list = lists[0]
  const n = tables.lattice.carriers.length
  const end = programStart[j + 1]
  let i = programStart[j]
  while (i < end) {
    const from = sites[program[i]]
    const a = sigma[from]
    const changed = program[i + 1]
    const next = i + 3 + 5 * program[i + 2]
    if (a === 0 && changed === 0) {
      i = next
      continue
    }
    const firstSlot = from * K
    const fromField = a > 0 ? fields[from * n + a - 1] : 0
    for (i += 3; i < next; i += 5) {
      let now = -1
      if (a > 0) {
        const to = sites[program[i + 1]]
        if (sigma[to] === 0) {
          const move = moveOf[program[i + 2] + a]
          if (move >= 0) {
            const dE = levels[3 * move] + fields[to * n + a - 1] - fromField
            const x = dE * perEnergy
            const least = levels[3 * move + 2]
            let level = levels[3 * move + 1] + 0.5 * x
            if (level < least) level = least
            if (level < least + x) level = least + x
            if (level < classes && dE < forbids) now = (level + rounding) | 0
          }
        } else if (changed === 0 && program[i + 3] === 0) continue // it was blocked before
      }
      const slot = firstSlot + program[i]
      const position = place[slot]
      if (position >= 0) {
        const was = position >> 24
        if (was === now || was + 1 === now) continue
        const moved = list[--ends[was]]
        list[starts[was] + (position & inClass)] = moved
        place[moved] = position
        place[slot] = -1
      }
      if (now >= 0) {
        const end = ends[now]++
        list[end] = slot
        place[slot] = (now << 24) | (end - starts[now])
        if (now > range[1]) range[1] = now
        if (now < range[0]) range[0] = now
      }
    }
  }
}

/** The same for any event. */
const resort = (w: WalkArrays, j: number): void => {
  const { tables, sigma, fields, interacting, fixed, classOfMove, around: sites } = w
  const { place, list: lists, begin: starts, end: ends, range } = w.slots
  const { perSite: K, channelAt, involved, moveOf, energy, before, after } = tables
  const { programStart, program, entryReads } = tables
  const { kind } = tables.energies.tables
  const list = lists[0]
  const n = tables.lattice.carriers.length
  const states = n + 1
  const slack = fixed ? 0 : 1
  const end = programStart[j + 1]
  let i = programStart[j]
  while (i < end) {
    const from = sites[program[i]]
    const a = sigma[from]
    const changed = program[i + 1]
    const next = i + 3 + 5 * program[i + 2]
    if (a === 0 && changed === 0) {
      i = next
      continue
    }
    const firstSlot = from * K
    const channels = kind[from] * K
    for (i += 3; i < next; i += 5) {
      let now = -1
      if (a > 0) {
        const p = program[i + 4]
        const many = involved[channelAt[channels + program[i]]]
        let code = a
        for (let d = 1, factor = states; d < many; d++, factor *= states)
          code += factor * sigma[sites[entryReads[p + d]]]
        const move = moveOf[program[i + 2] + code]
        if (move >= 0) {
          if (fixed) now = classOfMove[move]
          else {
            let dE = energy[move]
            if (interacting)
              for (let d = 0; d < many; d++) {
                const s = sites[entryReads[p + d]] * n - 1
                const to = after[4 * move + d]
                const was = before[4 * move + d]
                if (to > 0) dE += fields[s + to]
                if (was > 0) dE -= fields[s + was]
              }
            now = classBeside(w, move, dE, p)
          }
        } else if (changed === 0 && program[i + 3] === 0) continue // it was blocked before
      }
      const slot = firstSlot + program[i]
      const position = place[slot]
      if (position >= 0) {
        const was = position >> 24
        if (was === now || (now > 0 && was + slack === now)) continue
        const moved = list[--ends[was]]
        list[starts[was] + (position & inClass)] = moved
        place[moved] = position
        place[slot] = -1
      }
      if (now >= 0) {
        const end = ends[now]++
        list[end] = slot
        place[slot] = (now << 24) | (end - starts[now])
        if (now > range[1]) range[1] = now
        if (now < range[0]) range[0] = now
      }
    }
  }
}

/** Class of a move with the fields' share of ΔE, where sites nearby or limits may have a say; −1 where it is not possible. */
const classBeside = (w: WalkArrays, move: number, dE: number, p: number): number => {
  const { tables, around, sigma } = w
  const { nearStart, nearRead, nearEkra, nearEnergy, gainStart, gainRead, entryReads, run } = tables
  const n = tables.lattice.carriers.length
  let more = 0
  for (let near = nearStart[move]; near < nearStart[move + 1]; near++) {
    const state = sigma[around[entryReads[p + nearRead[near]]]]
    if (state === 0) continue
    more += nearEkra[near * n + state - 1]
    dE += nearEnergy[near * n + state - 1]
  }
  if (dE >= w.forbids) return -1
  for (let g = gainStart[move]; g < gainStart[move + 1]; g++)
    if (overfull(w, g, (around[entryReads[p + gainRead[g]]] / run.perCell) | 0)) return -1
  const level = levelFrom(w, move, dE, more)
  return level < classes ? (level + rounding) | 0 : -1
}
