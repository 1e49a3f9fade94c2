import { neighbourList } from '../crystal/neighbours.ts'
import { type Structure, volume } from '../crystal/structure.ts'
import { type AceBasis, blocksOf, kindsOfTerm } from '../engine/ace/basis.ts'
import { environmentOf } from '../engine/ace/environment.ts'
import { invariantsOf } from '../engine/ace/invariants.ts'

/**
 * The linear problem of one structure: what each coefficient adds to its energy, forces and stress.
 * Column c stands at rows·c: first the energy [eV], then the forces [eV/Å] (atom by atom), then the virial V·σ [eV] as
 * xx, yy, zz, yz, xz, xy. Only columns that are not identically zero here are filled and named in `active`.
 */
export type Design = {
  readonly rows: number
  /** Coefficients that act on this structure, ascending, [active]. */
  readonly active: Int32Array
  /** [active, rows] */
  readonly columns: Float64Array
}

/** Coefficients of a basis: for each kind its constant, then its terms. */
export const coefficientOffsets = (basis: AceBasis): Int32Array => {
  const offsets = new Int32Array(basis.species.length + 1)
  basis.terms.forEach((terms, s) => {
    offsets[s + 1] = offsets[s] + 1 + terms.count
  })
  return offsets
}

/** Order of a virial's six components: (row, column) of the tensor. */
export const virialOrder = [0, 0, 1, 1, 2, 2, 1, 2, 0, 2, 0, 1] as const

/** Kinds of the atoms of a structure in a basis. */
export const kindsOf = (structure: Structure, species: readonly string[]): Int32Array =>
  Int32Array.from(structure.species, symbol => species.indexOf(symbol))

/**
 * Makes the designs of one basis after another in the same buffers: a design is good until the next is made.
 * Cost: terms × neighbours of an atom; the memory is one structure's.
 */
export const designer = (basis: AceBasis) => {
  const env = environmentOf(basis)
  const invariant = invariantsOf(basis)
  const offsets = coefficientOffsets(basis)
  const blocks = basis.species.map((_, s) => blocksOf(basis, s))
  const needs = basis.terms.map((terms, s) =>
    Int32Array.from({ length: terms.count }, (_, t) => kindsOfTerm(terms, t, blocks[s])),
  )
  let columns = new Float64Array(0)
  let pulls = new Float64Array(0)

  return (structure: Structure): Design => {
    const list = neighbourList(structure, basis.primitives.cutoff)
    const kindOf = kindsOf(structure, basis.species)
    const n = kindOf.length
    const rows = 1 + 3 * n + 6
    const V = volume(structure)
    if (!(V > 0)) throw new RangeError('designer: a cell without volume')
    let all = 0
    for (const kind of kindOf) all |= 1 << kind
    const active: number[] = []
    const place = new Int32Array(offsets[offsets.length - 1]).fill(-1)
    for (let s = 0; s < basis.species.length; s++) {
      if ((all & (1 << s)) === 0) continue
      for (let t = -1; t < basis.terms[s].count; t++) {
        if (t >= 0 && (needs[s][t] & ~all) !== 0) continue
        place[offsets[s] + 1 + t] = active.length
        active.push(offsets[s] + 1 + t)
      }
    }
    if (columns.length < active.length * rows) columns = new Float64Array(active.length * rows)
    columns.fill(0, 0, active.length * rows)

    for (let i = 0; i < n; i++) {
      const s = kindOf[i]
      const { density, present, from, to } = env.gather(i, list, kindOf)
      const channels = env.channels[s]
      const stride = 3 * channels
      if (pulls.length < (to - from) * stride) pulls = new Float64Array(Math.ceil(1.5 * (to - from)) * stride)
      env.slopes(s, list, kindOf, pulls)
      columns[place[offsets[s]] * rows] += 1
      for (let t = 0; t < basis.terms[s].count; t++) {
        if ((needs[s][t] & ~present) !== 0) continue
        const { value, slopes } = invariant(s, t, density)
        const base = place[offsets[s] + 1 + t] * rows
        columns[base] += value
        const bits = needs[s][t]
        let [cx, cy, cz] = [0, 0, 0]
        for (let p = from; p < to; p++) {
          const j = list.index[p]
          const z = kindOf[j]
          if ((bits & (1 << z)) === 0) continue
          let [fx, fy, fz] = [0, 0, 0]
          for (let k = 0; k < 3; k++) {
            const b = basis.terms[s].blocks[3 * t + k]
            if (b < 0) break
            const block = blocks[s][b]
            if (block.kind !== z) continue
            const weight = slopes[k]
            let at = (p - from) * stride + 3 * block.at
            for (let m = 0; m <= 2 * block.l; m++, at += 3) {
              const w = weight[m]
              fx += w * pulls[at]
              fy += w * pulls[at + 1]
              fz += w * pulls[at + 2]
            }
          }
          const row = base + 1 + 3 * j
          columns[row] -= fx
          columns[row + 1] -= fy
          columns[row + 2] -= fz
          cx += fx
          cy += fy
          cz += fz
          const v = base + 1 + 3 * n
          const dx = list.delta[3 * p]
          const dy = list.delta[3 * p + 1]
          const dz = list.delta[3 * p + 2]
          columns[v] += fx * dx
          columns[v + 1] += fy * dy
          columns[v + 2] += fz * dz
          columns[v + 3] += 0.5 * (fy * dz + fz * dy)
          columns[v + 4] += 0.5 * (fx * dz + fz * dx)
          columns[v + 5] += 0.5 * (fx * dy + fy * dx)
        }
        const row = base + 1 + 3 * i
        columns[row] += cx
        columns[row + 1] += cy
        columns[row + 2] += cz
      }
    }
    return { rows, active: Int32Array.from(active), columns }
  }
}
