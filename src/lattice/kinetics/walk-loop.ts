/** The loop of kinetic Monte Carlo: pick a slot, make its move, sort anew what the move concerns. No allocation. */
import { resort, resortFixed, resortPlain } from './resort.ts'
import { at, look, rounding, type SlotArrays } from './walk-arrays.ts'

/**
 * Makes up to `most` events, no later than `until` [s], fewer where nothing can move any more (Σ bounds 0).
 *
 * @returns true where the time was reached
 */
export const advance = (w: SlotArrays, uniform: () => number, most: number, until: number): boolean => {
  const { tables, sigma, fields, ion, displacement, counts, content } = w
  const {
    holds,
    interacting,
    fixed,
    bound,
    lnWidth,
    slots,
    wrap,
    around: sites,
    own,
    clock,
    simple,
    levels,
    perEnergy,
  } = w
  const { begin: starts, end: ends, room, range } = slots
  const { run, perSite: K, channelAt, involved, after, moveOf, codeStart } = tables
  const { moverStart, moverFrom, moverTo, displacement: steps } = tables
  const { aroundStart, aroundCell, aroundSite, aroundShift, margin, fieldStart, fieldAt, fieldChange } = tables
  const { set } = tables.energies
  const { kind, forbidden } = tables.energies.tables
  const open = interacting && run.periodic.includes(false)
  const byTable = simple && (fixed || w.onlyPairs)
  const { cells: N, perCell: S } = run
  const [sizeX, sizeY, sizeZ] = run.size
  const n = tables.lattice.carriers.length
  const limited = tables.gain.length > 0 || holds !== undefined
  /** Slots that one event may put into a class. */
  const newcomers = w.newcomers
  const { x: wrapX, y: wrapY, z: wrapZ } = wrap
  const [padX, padY, padZ] = wrap.pad
  let time = clock[at.time]
  let next = clock[at.next]
  let total = clock[at.total]
  let made = 0
  let trials = 0
  while (made < most && next <= until && total > 0) {
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
    if (holds && holds.last[0] >= 0) holds.crossed[holds.last[0]]++

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

    if (byTable) {
      const a = sigma[from]
      sigma[own[1]] = a
      sigma[from] = 0
      if (interacting)
        for (let q = fieldStart[j]; q < fieldStart[j + 1]; q++) {
          const s = sites[fieldAt[q]] * n
          const change = (q * n + a - 1) * n
          for (let i = 0; i < n; i++) fields[s + i] += fieldChange[change + i]
        }
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

    // what lies beyond open faces stays closed, however many ions come near
    if (open) for (let k = N * S * n; k < fields.length; k++) fields[k] = forbidden
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
