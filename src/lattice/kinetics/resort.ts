/** What is sorted anew after an event. No allocation. */
import { heldBy } from './holds.ts'
import { inClass } from './slots.ts'
import { classes, levelFrom, overfull, rounding, type SlotArrays, type WalkArrays } from './walk-arrays.ts'

/**
 * Sorts anew what an event of channel j concerns: hops of one ion only, of rates that never change. It calls nothing, and neither
 * does `resortPlain`, so that the compiler keeps their arrays at hand.
 */
export const resortFixed = (w: SlotArrays, j: number): void => {
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
export const resortPlain = (w: SlotArrays, j: number): void => {
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
export const resort = (w: SlotArrays, j: number): void => {
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
            now = classBeside(w, move, dE, p, many)
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
const classBeside = (w: WalkArrays, move: number, dE: number, p: number, many: number): number => {
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
  let level = levelFrom(w, move, dE, more)
  if (w.holds) {
    for (let d = 0; d < many; d++) w.own[d] = around[entryReads[p + d]]
    level += heldBy(w, w.holds, move, many, dE, more)
  }
  return level < classes ? (level + rounding) | 0 : -1
}
