/** The loop of a walk by ions: trials until one is a hop, the hop, and the ions it concerns. No allocation. */
import { type IonLists, mostTrials, trialWindow } from './ion-lists.ts'
import { at, classes, inClass, rounding, type WalkArrays } from './walk-arrays.ts'

/**
 * Makes up to `most` events, no later than `until` [s]. A hop that lies after `until` is kept, drawn already.
 *
 * @returns true where too few trials were hops to go on like this: `clock` says how far it came
 */
export const advanceByIons = (
  w: WalkArrays,
  ions: IonLists,
  uniform: () => number,
  most: number,
  until: number,
): boolean => {
  const { tables, sigma, fields, ion, displacement, counts, clock } = w
  const { fixed, interacting, bound, lnWidth, levels, perEnergy, forbids, wrap } = w
  const { lists, moveAt, classOf, share, fastest, least, powers, newcomers } = ions
  const { begin: starts, end: ends, room, range, place } = lists
  const { run, perSite: K, channelOf, displacement: steps, moverStart, margin } = tables
  const { aroundStart, aroundCell, aroundSite, aroundShift, fieldStart, fieldAt, fieldChange } = tables
  const { perCell: S } = run
  const [sizeX, sizeY, sizeZ] = run.size
  const n = tables.lattice.carriers.length
  const states = n + 1
  const { x: wrapX, y: wrapY, z: wrapZ } = wrap
  const [padX, padY, padZ] = wrap.pad
  // whole parts of quotients by products: half a step keeps clear of round-off
  const perS = 1 / S
  const perZ = 1 / sizeZ
  const perY = 1 / sizeY
  const half = 0.5 * perEnergy
  let list = lists.list[0]
  let time = clock[at.time]
  let next = clock[at.next]
  let tries = clock[at.tries]
  let hops = clock[at.hops]
  let c = clock[at.pendingClass]
  let member = clock[at.pendingMember]
  let to = clock[at.pendingSite]
  let m = clock[at.pendingMove]
  let total = 0
  for (let k = range[0]; k <= range[1]; k++) total += (ends[k] - starts[k]) * bound[k]
  let made = 0
  let trials = 0
  let slow = false
  while (made < most) {
    if (c < 0) {
      // waits of trials that come to nothing add up: −ln of a product
      let product = 1
      let waited = 0
      const low = range[0]
      const high = range[1]
      for (;;) {
        if (tries === trialWindow) {
          if (hops * mostTrials < trialWindow) {
            slow = true
            break
          }
          tries = 0
          hops = 0
        }
        tries++
        trials++
        product *= 1 - uniform()
        if (product < 1e-280) {
          waited -= Math.log(product)
          product = 1
        }
        // a class by count·bound, a member, a way out, and how much of the trial is a hop's
        let r = uniform() * total
        for (c = low; c < high; c++) {
          const weight = (ends[c] - starts[c]) * bound[c]
          if (r < weight) break
          r -= weight
        }
        while (ends[c] === starts[c]) c--
        const size = (ends[c] - starts[c]) * K
        const pick =
          r >= 0 && r < bound[c] * (ends[c] - starts[c]) && bound[c] * 16777216 > total
            ? (r / bound[c]) * K
            : uniform() * size
        const whole = pick | 0
        const part = pick - whole
        member = (whole / K) | 0
        const from = list[starts[c] + member]
        const a = sigma[from]
        const cell = S === 1 ? from : ((from + 0.5) * perS) | 0
        const home = cell * S
        m = moveAt[((from - home) * states + a) * K + whole - member * K]
        if (m < 0) continue
        const j = channelOf[m]
        const p = aroundStart[j] + 1
        const rows = ((cell + 0.5) * perZ) | 0
        const z = cell - rows * sizeZ
        const x = ((rows + 0.5) * perY) | 0
        const y = rows - x * sizeY
        to =
          (wrapX[x + padX + aroundCell[3 * p]] +
            wrapY[y + padY + aroundCell[3 * p + 1]] +
            wrapZ[z + padZ + aroundCell[3 * p + 2]]) *
            S +
          aroundSite[p]
        if (sigma[to] !== 0) continue
        if (fixed) {
          if (part < share[m]) break
          continue
        }
        const dE = levels[3 * m] + (interacting ? fields[to * n + a - 1] - fields[from * n + a - 1] : 0)
        const change = dE * perEnergy
        const lowest = levels[3 * m + 2]
        let level = levels[3 * m + 1] + 0.5 * change
        if (level < lowest) level = lowest
        if (level < lowest + change) level = lowest + change
        if (!(level < classes && dE < forbids)) continue
        const over = level - c
        if (over <= rounding) break
        const steps = over | 0
        if (part >= powers[steps]) continue
        if (part < powers[steps + 1] || part < Math.exp(-over * lnWidth)) break
      }
      if (slow) {
        // no hop until now: what follows has its own wait
        next = time + (waited - Math.log(product)) / (total * K)
        c = -1
        break
      }
      next = time + (waited - Math.log(product)) / (total * K)
    }
    if (next > until) break
    time = next
    made++
    hops++
    counts[m]++
    const from = list[starts[c] + member]
    const a = sigma[from]
    const one = ion[from]
    const step = 3 * moverStart[m]
    ion[from] = -1
    ion[to] = one
    displacement[3 * one] += steps[step]
    displacement[3 * one + 1] += steps[step + 1]
    displacement[3 * one + 2] += steps[step + 2]
    sigma[from] = 0
    sigma[to] = a
    place[from] = -1
    place[to] = (c << 24) | member
    list[starts[c] + member] = to

    // the ion, and those whose fields it changes, to their classes
    const j = channelOf[m]
    const begin = aroundStart[j]
    const first = interacting ? fieldStart[j] : 0
    const last = interacting ? fieldStart[j + 1] : 0
    const cell = S === 1 ? from : ((from + 0.5) * perS) | 0
    const home = cell * S
    const rows = ((cell + 0.5) * perZ) | 0
    const z = cell - rows * sizeZ
    const x = ((rows + 0.5) * perY) | 0
    const y = rows - x * sizeY
    const mx = margin[3 * j]
    const my = margin[3 * j + 1]
    const mz = margin[3 * j + 2]
    const away = x >= mx && x < sizeX - mx && y >= my && y < sizeY - my && z >= mz && z < sizeZ - mz
    for (let q = first; q <= last; q++) {
      let s = to
      if (q < last) {
        const p = begin + fieldAt[q]
        if (away) s = home + aroundShift[p]
        else
          s =
            (wrapX[x + padX + aroundCell[3 * p]] +
              wrapY[y + padY + aroundCell[3 * p + 1]] +
              wrapZ[z + padZ + aroundCell[3 * p + 2]]) *
              S +
            aroundSite[p]
        const change = (q * n + a - 1) * n
        for (let i = 0; i < n; i++) fields[s * n + i] += fieldChange[change + i]
      }
      const b = sigma[s]
      if (b === 0) continue
      const position = place[s]
      const was = position >> 24
      const u = S === 1 ? 0 : s - (((s + 0.5) * perS) | 0) * S
      const key = u * states + b
      let now = 0
      if (fixed) {
        now = classOf[key]
        if (was === now) continue
      } else {
        let level = fastest[key]
        if (interacting) level -= half * fields[s * n + b - 1]
        if (level < least[key]) level = least[key]
        now = level < classes - 1 ? (level + rounding) | 0 : classes - 1
        if (was === now || was + 1 === now) continue
      }
      const moved = list[--ends[was]]
      list[starts[was] + (position & inClass)] = moved
      place[moved] = position
      const end = ends[now]++
      list[end] = s
      place[s] = (now << 24) | (end - starts[now])
      if (now > range[1]) range[1] = now
      if (now < range[0]) range[0] = now
    }
    total = 0
    for (let k = range[0]; k <= range[1]; k++) {
      const size = ends[k] - starts[k]
      total += size * bound[k]
      if (room[k] - size < newcomers) {
        lists.grow(k)
        list = lists.list[0]
      }
    }
    c = -1
  }
  clock[at.time] = next > until && c >= 0 ? until : time
  clock[at.next] = next
  clock[at.total] = total
  clock[at.events] += made
  clock[at.trials] += trials
  clock[at.tries] = tries
  clock[at.hops] = hops
  clock[at.pendingClass] = c
  clock[at.pendingMember] = member
  clock[at.pendingSite] = to
  clock[at.pendingMove] = m
  return slow
}
