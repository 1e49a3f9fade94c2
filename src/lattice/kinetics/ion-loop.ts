/** The loop of a walk by ions: trials until one is a hop, the hop, and the ions it concerns. No allocation. */
import { type IonLists, mostTrials, trialWindow } from './ion-lists.ts'
import { inClass } from './slots.ts'
import { at, classes, rounding, type WalkArrays } from './walk-arrays.ts'

/**
 * Makes up to `most` events, no later than `until` [s], fewer where nothing can move any more (Σ bounds 0). A hop that lies after
 * `until` is kept, drawn already.
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
  const { tables, sigma, ion, counts, clock } = w
  const { fixed, interacting, bound, lnWidth, levels, perEnergy, forbids, wrap } = w
  const { lists, moveAt, shiftAt, reach, hopCell, origin, box, classOf, share, still, powers, newcomers } = ions
  const { siteStart, siteCell, siteAt, siteShift, fieldAt, textStart, text } = ions.program
  const { begin: starts, end: ends, room, range, place } = lists
  const { run, perSite: K, channelOf, margin } = tables
  const { aroundStart, aroundCell, aroundSite, fieldStart, fieldChange } = tables
  const { moveOf } = tables
  const { around: sites } = w
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
  // fields by site, or by the word of a site
  const coded = ions.codes !== undefined
  const fields = ions.codes?.table ?? w.fields
  const words = ions.codes?.words ?? new Uint16Array(0)
  const wordChange = ions.codes?.change ?? new Int32Array(0)
  let list = lists.list[0]
  let number = lists.number[0]
  let time = clock[at.time]
  let next = clock[at.next]
  let tries = clock[at.tries] | 0
  let hops = clock[at.hops] | 0
  let c = clock[at.pendingClass] | 0
  let member = clock[at.pendingMember] | 0
  let to = clock[at.pendingSite] | 0
  let m = clock[at.pendingMove] | 0
  let total = 0
  for (let k = range[0]; k <= range[1]; k++) total += (ends[k] - starts[k]) * bound[k]
  let made = 0
  let trials = 0
  let slow = false
  while (made < most && total > 0) {
    if (c < 0) {
      // waits of trials that come to nothing add up: −ln of a product
      let product = 1
      let waited = 0
      const low = range[0]
      let high = range[1]
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
          waited -= Math.log(product) / total
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
        const rows = ((cell + 0.5) * perZ) | 0
        const z = cell - rows * sizeZ
        const x = ((rows + 0.5) * perY) | 0
        const y = rows - x * sizeY
        const away =
          x >= reach && x < sizeX - reach && y >= reach && y < sizeY - reach && z >= reach && z < sizeZ - reach
        const key = ((from - home) * states + a) * K
        const way = key + whole - member * K
        m = moveAt[way]
        if (m < 0) continue
        if (away) to = home + shiftAt[way]
        else {
          const p = aroundStart[channelOf[m]] + 1
          const q = 3 * p
          to =
            (wrapX[x + padX + aroundCell[q]] +
              wrapY[y + padY + aroundCell[q + 1]] +
              wrapZ[z + padZ + aroundCell[q + 2]]) *
              S +
            aroundSite[p]
        }
        if (fixed) {
          if (sigma[to] === 0 && part < share[m]) break
          continue
        }
        const own = interacting ? fields[(coded ? words[from] : from) * n + a - 1] : 0
        if (sigma[to] === 0) {
          const dE = levels[3 * m] + (interacting ? fields[(coded ? words[to] : to) * n + a - 1] - own : 0)
          const change = dE * perEnergy
          const least = levels[3 * m + 2]
          let level = levels[3 * m + 1] + 0.5 * change
          if (level < least) level = least
          if (level < least + change) level = least + change
          if (level < classes && dE < forbids) {
            const over = level - c
            if (over <= rounding) break
            const whole = over | 0
            if (part < powers[whole + 1] || (part < powers[whole] && part < Math.exp(-over * lnWidth))) break
          }
        }
        // no hop: is its fastest move still of this class?
        let lowest: number = classes
        for (let k = 0; k < K; k++) {
          const m = moveAt[key + k]
          if (m < 0) continue
          let to = home + shiftAt[key + k]
          if (!away) {
            const p = aroundStart[channelOf[m]] + 1
            const q = 3 * p
            to =
              (wrapX[x + padX + aroundCell[q]] +
                wrapY[y + padY + aroundCell[q + 1]] +
                wrapZ[z + padZ + aroundCell[q + 2]]) *
                S +
              aroundSite[p]
          }
          if (sigma[to] !== 0) continue
          const dE = levels[3 * m] + (interacting ? fields[(coded ? words[to] : to) * n + a - 1] - own : 0)
          if (dE >= forbids) continue
          const change = dE * perEnergy
          const least = levels[3 * m + 2]
          let level = levels[3 * m + 1] + 0.5 * change
          if (level < least) level = least
          if (level < least + change) level = least + change
          level += rounding
          if (level < lowest) lowest = level
        }
        const now = lowest | 0
        if (now <= c) continue
        waited -= Math.log(product) / total
        product = 1
        const one = number[starts[c] + member]
        const moved = list[--ends[c]]
        list[starts[c] + member] = moved
        number[starts[c] + member] = number[ends[c]]
        place[moved] = (c << 24) | member
        if (now < classes) {
          const end = ends[now]++
          list[end] = from
          number[end] = one
          place[from] = (now << 24) | (end - starts[now])
          if (now > range[1]) {
            range[1] = now
            high = now
          }
          if (room[now] - ends[now] + starts[now] < newcomers) {
            lists.grow(now)
            list = lists.list[0]
            number = lists.number[0]
          }
        } else {
          place[from] = -1
          ion[from] = one
        }
        total = 0
        for (let k = low; k <= high; k++) total += (ends[k] - starts[k]) * bound[k]
        if (total === 0) break
      }
      next = total > 0 ? time + (waited - Math.log(product) / total) / K : Infinity
      if (slow || total === 0) {
        // no hop until now: what follows has its own wait
        c = -1
        break
      }
    }
    if (next > until) break
    time = next
    made++
    hops++
    counts[m]++
    const from = list[starts[c] + member]
    const a = sigma[from]
    const cell = S === 1 ? from : ((from + 0.5) * perS) | 0
    const home = cell * S
    const rows = ((cell + 0.5) * perZ) | 0
    const z = cell - rows * sizeZ
    const x = ((rows + 0.5) * perY) | 0
    const y = rows - x * sizeY
    if (x < reach || x >= sizeX - reach || y < reach || y >= sizeY - reach || z < reach || z >= sizeZ - reach) {
      // over a face?
      const toX = x + hopCell[3 * m]
      const toY = y + hopCell[3 * m + 1]
      const toZ = z + hopCell[3 * m + 2]
      if (toX < 0 || toX >= sizeX || toY < 0 || toY >= sizeY || toZ < 0 || toZ >= sizeZ) {
        const overX = Math.floor(toX / sizeX)
        const overY = Math.floor(toY / sizeY)
        const overZ = Math.floor(toZ / sizeZ)
        const q = 3 * number[starts[c] + member]
        for (let d = 0; d < 3; d++) origin[q + d] += overX * box[d] + overY * box[3 + d] + overZ * box[6 + d]
      }
    }
    sigma[from] = 0
    sigma[to] = a
    list[starts[c] + member] = to
    if (still) {
      c = -1
      continue
    }
    place[from] = -1
    place[to] = (c << 24) | member

    const j = channelOf[m]
    if (fixed) {
      const cell = S === 1 ? to : ((to + 0.5) * perS) | 0
      const now = classOf[(to - cell * S) * states + a]
      if (now !== c) {
        const one = number[starts[c] + member]
        const moved = list[--ends[c]]
        list[starts[c] + member] = moved
        number[starts[c] + member] = number[ends[c]]
        place[moved] = (c << 24) | member
        const end = ends[now]++
        list[end] = to
        number[end] = one
        place[to] = (now << 24) | (end - starts[now])
      }
    } else {
      const begin = siteStart[j]
      const many = siteStart[j + 1] - begin
      const mx = margin[3 * j]
      const my = margin[3 * j + 1]
      const mz = margin[3 * j + 2]
      if (x >= mx && x < sizeX - mx && y >= my && y < sizeY - my && z >= mz && z < sizeZ - mz)
        for (let p = 0; p < many; p++) sites[p] = home + siteShift[begin + p]
      else
        for (let p = 0; p < many; p++) {
          const q = 3 * (begin + p)
          sites[p] =
            (wrapX[x + padX + siteCell[q]] + wrapY[y + padY + siteCell[q + 1]] + wrapZ[z + padZ + siteCell[q + 2]]) *
              S +
            siteAt[begin + p]
        }
      if (coded)
        for (let q = fieldStart[j]; q < fieldStart[j + 1]; q++) words[sites[fieldAt[q]]] += wordChange[q * n + a - 1]
      else if (interacting)
        for (let q = fieldStart[j]; q < fieldStart[j + 1]; q++) {
          const s = sites[fieldAt[q]] * n
          const change = (q * n + a - 1) * n
          for (let i = 0; i < n; i++) fields[s + i] += fieldChange[change + i]
        }
      // ions with a faster move than before to their class; of those whose own field has changed all moves are known
      const end = textStart[j + 1]
      let i = textStart[j]
      while (i < end) {
        const s = sites[text[i]]
        const b = sigma[s]
        const full = text[i + 2]
        const beyond = i + 3 + 2 * text[i + 1]
        if (b === 0) {
          i = beyond
          continue
        }
        const own = interacting ? fields[(coded ? words[s] : s) * n + b - 1] : 0
        let lowest: number = classes
        for (i += 3; i < beyond; i += 2) {
          const t = sites[text[i]]
          if (sigma[t] !== 0) continue
          const m = moveOf[text[i + 1] + b]
          if (m < 0) continue
          const dE = levels[3 * m] + (interacting ? fields[(coded ? words[t] : t) * n + b - 1] - own : 0)
          if (dE >= forbids) continue
          const change = dE * perEnergy
          const least = levels[3 * m + 2]
          let level = levels[3 * m + 1] + 0.5 * change
          if (level < least) level = least
          if (level < least + change) level = least + change
          level += rounding
          if (level < lowest) lowest = level
        }
        if (lowest >= classes) continue
        const now = lowest | 0
        const position = place[s]
        let one = 0
        if (position >= 0) {
          const was = position >> 24
          if (now === was || (now > was && full === 0)) continue
          const hole = starts[was] + (position & inClass)
          one = number[hole]
          const moved = list[--ends[was]]
          list[hole] = moved
          number[hole] = number[ends[was]]
          place[moved] = position
        } else one = ion[s]
        const last = ends[now]++
        list[last] = s
        number[last] = one
        place[s] = (now << 24) | (last - starts[now])
        if (now > range[1]) range[1] = now
        if (now < range[0]) range[0] = now
      }
    }
    total = 0
    for (let k = range[0]; k <= range[1]; k++) {
      const size = ends[k] - starts[k]
      total += size * bound[k]
      if (room[k] - size < newcomers) {
        lists.grow(k)
        list = lists.list[0]
        number = lists.number[0]
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
