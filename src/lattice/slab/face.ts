import { refuse } from '../../error.ts'
import type { Hamiltonian } from '../hamiltonian.ts'
import type { Lattice } from '../lattice.ts'
import { type LatticeSupercell, siteAt } from '../supercell.ts'
import type { WindowField } from './layers.ts'

/**
 * The open face of a slab: the sites through which ions come and go, and the sums A_i, B_i over them (see `reservoir.ts`).
 * The mean-field part of ΔE is the same for every site of the face, so it is a factor.
 */
export type SlabFace = {
  readonly sites: Int32Array
  /** Its rank among them. */
  readonly rank: Int32Array
  /** A_i and B_i [1/s], [n], once `update` was called. */
  readonly insert: Float64Array
  readonly remove: Float64Array
  /** A site's state has changed. */
  changed(site: number): void
  /** Contents of layers have changed. */
  contentsChanged(): void
  /** Brings the sums up to date; true where they had to be. */
  update(): boolean
  /** Site under `at` in 0 … A_i (or B_i). */
  draw(carrier: number, into: boolean, at: number): number
  renew(): void
}

/**
 * Sites of the first layer from which a single ion's event would lead out of the open face: an ion comes in as if it had come
 * that way.
 *
 * @throws SimulationError ('input') where no event leads through that face
 */
export const faceSitesOf = (lattice: Lattice, axis: number): readonly number[] => {
  const found = new Set<number>()
  for (const { movers } of lattice.events) {
    if (movers.length !== 1) continue
    const { from, to } = movers[0]
    const step = to.image[axis] - from.image[axis]
    if (step > 0) found.add(to.site)
    if (step < 0) found.add(from.site)
  }
  if (found.size === 0) refuse('axis', axis, `a direction with hops: no event of ${lattice.name} leads along it`)
  return [...found].sort((a, b) => a - b)
}

/**
 * @param o.sites  of the cell
 * @param o.load   weighted ions by cell and limit, [cells, limits], of limits that hold for each cell
 * @param o.full   whether limits on the slab as a whole keep a carrier out
 */
export const slabFace = (o: {
  readonly lattice: Lattice
  readonly hamiltonian: Hamiltonian
  readonly field: WindowField
  readonly axis: number
  readonly sites: readonly number[]
  readonly exchangeRate: Float64Array
  readonly kT: number
  readonly sigma: Uint8Array
  readonly fields: Float64Array
  readonly load: Float64Array
  readonly full: (carrier: number) => boolean
  /** h by site of the face and carrier [–]: k⁰ is divided by what is above 1 (`throttle.ts`). */
  readonly hold: Float64Array
}): SlabFace => {
  const { lattice, hamiltonian, field, exchangeRate, kT, sigma, fields, load, hold } = o
  const { run, tables, forbids } = hamiltonian
  const { touched, touchedStart } = tables
  const { perCell } = run
  const n = lattice.carriers.length
  const limits = lattice.limits.filter(limit => limit.per === 'cell')
  const sites = Int32Array.from(facePlaces(hamiltonian.run, o.axis, o.sites))
  const rank = new Int32Array(run.sites + 1).fill(-1)
  for (const [k, s] of sites.entries()) rank[s] = k
  /** Without mean fields, by site of the face and carrier: what comes in, what goes out. */
  const into = new Float64Array(sites.length * n)
  const out = new Float64Array(sites.length * n)
  const insertFactor = new Float64Array(n).fill(1)
  const removeFactor = new Float64Array(n).fill(1)
  const insert = new Float64Array(n)
  const remove = new Float64Array(n)
  let dirty = true

  const fits = (s: number, i: number): boolean => {
    const cell = (s / perCell) | 0
    for (let k = 0; k < limits.length; k++)
      if (load[cell * limits.length + k] + limits[k].weights[i] > limits[k].max + 1e-9) return false
    return true
  }

  const work = (s: number): void => {
    const k = rank[s] * n
    const there = sigma[s]
    for (let i = 0; i < n; i++) {
      into[k + i] = 0
      out[k + i] = 0
      if (exchangeRate[i] === 0) continue
      const energy = fields[s * n + i]
      const rate = exchangeRate[i] / Math.max(1, hold[k + i])
      if (there === 0 && energy < forbids && fits(s, i)) into[k + i] = rate * Math.exp((-0.5 * energy) / kT)
      if (there === i + 1) out[k + i] = rate * Math.exp((0.5 * energy) / kT)
    }
    dirty = true
  }

  const inwards = lattice.carriers.map((_, i) => field.shift([i], [-1], [0]))
  const outwards = lattice.carriers.map((_, i) => field.shift([i], [0], [-1]))
  const contentsChanged = (): void => {
    for (let i = 0; i < n; i++) {
      insertFactor[i] = Math.exp((-0.5 * field.change(inwards[i])) / kT)
      removeFactor[i] = Math.exp((-0.5 * field.change(outwards[i])) / kT)
    }
    dirty = true
  }

  return {
    sites,
    rank,
    insert,
    remove,
    contentsChanged,

    changed(site) {
      if (rank[site] >= 0) work(site)
      for (let k = touchedStart[site]; k < touchedStart[site + 1]; k++) if (rank[touched[k]] >= 0) work(touched[k])
      if (limits.length === 0) return
      const cell = (site / perCell) | 0
      for (let s = cell * perCell; s < (cell + 1) * perCell; s++) if (rank[s] >= 0) work(s)
    },

    update() {
      if (!dirty) return false
      dirty = false
      for (let i = 0; i < n; i++) {
        let a = 0
        let b = 0
        for (let k = i; k < into.length; k += n) {
          a += into[k]
          b += out[k]
        }
        insert[i] = o.full(i) ? 0 : a * insertFactor[i]
        remove[i] = b * removeFactor[i]
      }
      return true
    },

    draw(carrier, goesIn, at) {
      const table = goesIn ? into : out
      const factor = goesIn ? insertFactor[carrier] : removeFactor[carrier]
      let rest = at / factor
      let last = -1
      for (let k = 0; k < sites.length; k++) {
        const k0 = table[k * n + carrier]
        if (k0 === 0) continue
        last = sites[k]
        if (rest < k0) return last
        rest -= k0
      }
      return last
    },

    renew() {
      for (const s of sites) work(s)
      contentsChanged()
    },
  }
}

/** Index of every site of the face. */
export const facePlaces = (run: LatticeSupercell, axis: number, sites: readonly number[]): number[] => {
  const out: number[] = []
  const step: [number, number, number] = [0, 0, 0]
  step[axis] = -1
  for (let cell = 0; cell < run.cells; cell++) {
    // a cell of the first layer has none before it
    if (siteAt(run, cell, { site: 0, image: step }) >= 0) continue
    for (const site of sites) out.push(cell * run.perCell + site)
  }
  return out
}
