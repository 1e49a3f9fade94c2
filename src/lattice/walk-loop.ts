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
   * Levels of a rate k: ln(bound₀/k)/ln width. Of ν₀ and of ν₀ exp(−E_KRA/kT), by move; of 1 eV.
   * A class holds the levels from its number up to the next.
   */
  readonly levelOfFrequency: Float64Array
  readonly levelOfEkra: Float64Array
  readonly perEnergy: number
  readonly lnWidth: number
  /** 1 where sites nearby or limits of cells have a say, by move. */
  readonly special: Uint8Array
  readonly anySpecial: boolean
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
/** Slower ones than width^−classes of the fastest do not happen. */
export const classes = 512

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
  const least = w.levelOfFrequency[move]
  return Math.max(w.levelOfEkra[move] + more * w.perEnergy + 0.5 * x, least, least + x)
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
  const { interacting, fixed, bound, classOfMove, levelOfFrequency, levelOfEkra, perEnergy, lnWidth, special } = w
  const { slots, wrap, around: sites, own, clock, forbids } = w
  const { classOf, place, listStart, size, room, range } = slots
  const { run, perSite: K, channelAt, involved, moveOf, energy, before, after } = tables
  const { moverStart, moverFrom, moverTo, displacement: steps } = tables
  const { aroundStart, aroundCell, aroundSite, aroundShift, margin } = tables
  const { groupStart, groupSite, groupChanged, entryStart, entry, entryReadStart, entryReads } = tables
  const { set } = tables.energies
  const { kind } = tables.energies.tables
  const { cells: N, perCell: S } = run
  const [sizeX, sizeY, sizeZ] = run.size
  const n = tables.lattice.carriers.length
  const states = n + 1
  const limited = tables.gain.length > 0
  const anySpecial = w.anySpecial
  /** A slot may stay in a class this much faster than its own. */
  const slack = fixed ? 0 : 1
  const { x: wrapX, y: wrapY, z: wrapZ } = wrap
  const [padX, padY, padZ] = wrap.pad
  let list = slots.list[0]
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
      const weight = size[c] * bound[c]
      if (r < weight) break
      r -= weight
    }
    while (size[c] === 0) c--
    const pick = uniform() * size[c]
    const member = pick | 0
    const slot = list[listStart[c] + member]
    const m = look(w, slot)
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
    const many = aroundStart[j + 1] - begin
    const mx = margin[3 * j]
    const my = margin[3 * j + 1]
    const mz = margin[3 * j + 2]
    if (planes >= mx && planes < sizeX - mx && y >= my && y < sizeY - my && z >= mz && z < sizeZ - mz) {
      for (let p = 0; p < many; p++) sites[p] = home + aroundShift[begin + p]
    } else {
      const x0 = planes + padX
      const y0 = y + padY
      const z0 = z + padZ
      for (let p = 0; p < many; p++) {
        const q = 3 * (begin + p)
        const there = wrapX[x0 + aroundCell[q]] + wrapY[y0 + aroundCell[q + 1]] + wrapZ[z0 + aroundCell[q + 2]]
        sites[p] = (there < 0 ? N : there) * S + aroundSite[begin + p]
      }
    }

    const changes = involved[j]
    for (let d = 0; d < changes; d++) {
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

    // what it concerns, grouped by the site left
    const groupEnd = groupStart[j + 1]
    for (let g = groupStart[j]; g < groupEnd; g++) {
      const start = sites[groupSite[g]]
      const a = sigma[start]
      const changed = groupChanged[g]
      if (a === 0 && changed === 0) continue
      const firstSlot = start * K
      const startField = interacting && a > 0 ? fields[start * n + a - 1] : 0
      const end = entryStart[g + 1]
      for (let e = entryStart[g]; e < end; e++) {
        const i = 4 * e
        let now = -1
        if (a > 0) {
          const toward = entry[i + 1]
          if (toward >= 0) {
            const to = sites[toward]
            if (sigma[to] === 0) {
              const move = moveOf[entry[i + 2] + a]
              if (move >= 0) {
                if (fixed) now = classOfMove[move]
                else {
                  let dE = energy[move]
                  if (interacting) dE += fields[to * n + a - 1] - startField
                  if (anySpecial && special[move] === 1) now = classBeside(w, move, dE, entryReadStart[e])
                  else if (dE < forbids) {
                    const x = dE * perEnergy
                    const least = levelOfFrequency[move]
                    let level = levelOfEkra[move] + 0.5 * x
                    if (level < least) level = least
                    if (level < least + x) level = least + x
                    now = level < classes ? (level + rounding) | 0 : -1
                  }
                }
              }
            } else if (changed === 0 && entry[i + 3] === 0) continue // it was blocked before
          } else {
            const p = entryReadStart[e]
            const many = involved[channelAt[kind[start] * K + entry[i]]]
            let code = a
            let factor = states
            for (let d = 1; d < many; d++) {
              code += factor * sigma[sites[entryReads[p + d]]]
              factor *= states
            }
            const move = moveOf[entry[i + 2] + code]
            if (move >= 0) {
              if (fixed) now = classOfMove[move]
              else {
                let dE = energy[move]
                if (interacting)
                  for (let d = 0; d < many; d++) {
                    const s = sites[entryReads[p + d]] * n - 1
                    const b = after[4 * move + d]
                    const a = before[4 * move + d]
                    if (b > 0) dE += fields[s + b]
                    if (a > 0) dE -= fields[s + a]
                  }
                now = classBeside(w, move, dE, p)
              }
            } else if (changed === 0 && entry[i + 3] === 0) continue
          }
        }
        const there = firstSlot + entry[i]
        const position = place[there]
        if (now < 0) {
          if (position < 0) continue
        } else if (position >= listStart[now > slack ? now - slack : 0] && position < listStart[now] + size[now])
          continue
        if (position >= 0) {
          const was = classOf[there]
          const moved = list[listStart[was] + --size[was]]
          list[position] = moved
          place[moved] = position
        }
        if (now >= 0) {
          if (size[now] === room[now]) {
            slots.grow(now)
            list = slots.list[0]
          }
          const position = listStart[now] + size[now]++
          list[position] = there
          place[there] = position
          classOf[there] = now
        } else place[there] = -1
      }
    }
    total = 0
    for (let k = range[0]; k <= range[1]; k++) total += size[k] * bound[k]
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
