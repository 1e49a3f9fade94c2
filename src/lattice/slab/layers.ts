import { refuse } from '../../error.ts'
import type { Lattice } from '../lattice.ts'

/**
 * The layers of a slab, one cell thick, and the mean-field energy of contents that differ from layer to layer,
 *
 *   H_mf = U Σ_l Σ_terms h(n̄_l),   n̄_l = Σ_m K_lm n_m,   n_m = Σ_i weights_i N_im/U
 *
 * U the formula units of a layer, K the mean over a window of depth. A window that hangs over a face is folded back into the slab,
 * so K is symmetric and its rows sum to one: a content that is the same everywhere has the μ of the bulk in every layer.
 * Source: computed: definitions only
 */
export type SlabLayers = {
  readonly count: number
  /** U */
  readonly formulaUnits: number
  /** Thickness of a layer [Å]. */
  readonly thickness: number
  /** Area of a face [Å²] (length·1 Å, or 1 Å², in fewer dimensions). */
  readonly area: number
  /** K, [layers, layers] */
  readonly kernel: Float64Array
  /** How far from the diagonal K reaches. */
  readonly reach: number
}

/**
 * @param o.size    cells along each vector
 * @param o.axis    the vector into the depth; layer 0 is at the open face
 * @param o.window  layers that a mean is taken over, odd, at most those of the slab; `slab` for the whole slab
 * @throws SimulationError ('input')
 */
export const slabLayers = (
  lattice: Lattice,
  o: { readonly size: readonly [number, number, number]; readonly axis: 0 | 1 | 2; readonly window: number | 'slab' },
): SlabLayers => {
  const { size, axis, window } = o
  const count = size[axis]
  if (!(axis >= 0 && axis < lattice.dimension)) refuse('axis', axis, `0 … ${lattice.dimension - 1}`)
  if (!(count >= 2)) refuse(`size[${axis}]`, count, 'at least two layers')
  if (window !== 'slab' && !(Number.isInteger(window) && window % 2 === 1 && window > 0 && window <= count))
    refuse('window', window, `an odd number of layers, at most the ${count} of the slab; left out, the whole slab`)
  const cells = size[0] * size[1] * size[2]
  const perLayer = cells / count
  const kernel = new Float64Array(count * count)
  if (window === 'slab') kernel.fill(1 / count)
  else
    for (let l = 0; l < count; l++)
      for (let k = 0; k < window; k++) kernel[l * count + folded(l + k - (window - 1) / 2, count)] += 1 / window
  const area = (perLayer * lattice.volume) / thicknessOf(lattice, axis)
  return {
    count,
    formulaUnits: perLayer * lattice.formulaUnits,
    thickness: thicknessOf(lattice, axis),
    area,
    kernel,
    reach: window === 'slab' ? count : Math.min(count, (window - 1) / 2),
  }
}

/** A layer beyond a face, mirrored in it. */
const folded = (l: number, count: number): number => {
  const turn = ((l % (2 * count)) + 2 * count) % (2 * count)
  return turn < count ? turn : 2 * count - 1 - turn
}

/** Height of the cell over the face that the other vectors span [Å]. */
const thicknessOf = ({ cell, dimension }: Lattice, axis: number): number => {
  const v = [...cell.subarray(3 * axis, 3 * axis + 3)]
  const length = (a: readonly number[]) => Math.hypot(...a)
  for (let other = 0, spanned: number[][] = []; other < dimension; other++) {
    if (other === axis) continue
    // Gram–Schmidt over the vectors of the face
    const u = [...cell.subarray(3 * other, 3 * other + 3)]
    for (const s of spanned) along(u, s)
    const norm = length(u)
    const unit = u.map(x => x / norm)
    along(v, unit)
    spanned = [...spanned, unit]
  }
  return length(v)
}

/** Takes the part along a unit vector away. */
const along = (v: number[], unit: readonly number[]): void => {
  const part = v[0] * unit[0] + v[1] * unit[1] + v[2] * unit[2]
  for (let a = 0; a < 3; a++) v[a] -= part * unit[a]
}

/** What ions that go from layer to layer change in the contents: shift by shift, [terms] numbers for each layer. */
export type ContentShift = {
  readonly layers: Int32Array
  /** [layers, terms] */
  readonly shifts: Float64Array
}

/** Contents by layer and what they cost. */
export type WindowField = {
  /** Ions by layer and carrier, [layers, n]. Changed by `apply` and `reset` only. */
  readonly counts: Float64Array
  /** Mean amount x̄_i,l by carrier, [n, layers] */
  readonly amounts: Float64Array
  /** H_mf [eV] */
  energy(): number
  /** The shift when each of some ions goes from a layer to another; −1 is the reservoir. */
  shift(carriers: ArrayLike<number>, from: ArrayLike<number>, to: ArrayLike<number>): ContentShift
  /** Change of H_mf [eV] by a shift. */
  change(shift: ContentShift): number
  /** What one ion that goes from one layer to another changes in the mean amount of layer l. */
  spread(l: number, from: number, to: number): number
  /** Ions have gone from layer to layer; contents of the layers `changed` are new. */
  apply(movers: number, carriers: ArrayLike<number>, from: ArrayLike<number>, to: ArrayLike<number>): void
  /** First and last layer whose contents the last `apply` changed. */
  readonly changed: Int32Array
  /** Start over from counts. */
  reset(counts: ArrayLike<number>): void
}

export const windowField = (lattice: Lattice, layers: SlabLayers): WindowField => {
  const n = lattice.carriers.length
  const { count, kernel, reach, formulaUnits: U } = layers
  const terms = lattice.meanField
  const counts = new Float64Array(count * n)
  const contents = new Float64Array(terms.length * count)
  /** h(n̄_l) by term, [terms, layers] */
  const energies = new Float64Array(terms.length * count)
  const amounts = new Float64Array(n * count)
  const coefficients = terms.map(term => term.coefficients)
  const changed = new Int32Array(2)

  /** Means of the layers lo … hi, anew from the whole numbers of ions: nothing drifts. */
  const refresh = (lo: number, hi: number): void => {
    for (let l = lo; l <= hi; l++) {
      const first = Math.max(0, l - reach)
      const last = Math.min(count - 1, l + reach)
      for (let i = 0; i < n; i++) {
        let sum = 0
        for (let m = first; m <= last; m++) sum += kernel[l * count + m] * counts[m * n + i]
        amounts[i * count + l] = sum / U
      }
      for (let k = 0; k < terms.length; k++) {
        let sum = 0
        for (let i = 0; i < n; i++) sum += terms[k].weights[i] * amounts[i * count + l]
        contents[k * count + l] = sum
        energies[k * count + l] = polynomial(coefficients[k], sum)
      }
    }
    changed[0] = lo
    changed[1] = hi
  }

  const spread: WindowField['spread'] = (l, from, to) =>
    ((to < 0 ? 0 : kernel[l * count + to]) - (from < 0 ? 0 : kernel[l * count + from])) / U

  return {
    counts,
    amounts,
    changed,
    spread,

    energy: () => U * energies.reduce((a, b) => a + b, 0),

    shift(carriers, from, to) {
      const found: { readonly l: number; readonly by: readonly number[] }[] = []
      for (let l = 0; l < count; l++) {
        const by = terms.map(({ weights }) =>
          Array.from(carriers, (i, m) => weights[i] * spread(l, from[m], to[m])).reduce((a, b) => a + b, 0),
        )
        if (by.some(value => value !== 0)) found.push({ l, by })
      }
      return {
        layers: Int32Array.from(found, ({ l }) => l),
        shifts: Float64Array.from(found.flatMap(({ by }) => by)),
      }
    },

    change({ layers: at, shifts }) {
      let sum = 0
      for (let p = 0, q = 0; p < at.length; p++)
        for (let k = 0; k < coefficients.length; k++, q++) {
          const here = k * count + at[p]
          sum += polynomial(coefficients[k], contents[here] + shifts[q]) - energies[here]
        }
      return U * sum
    },

    apply(movers, carriers, from, to) {
      let lo = count
      let hi = -1
      for (let m = 0; m < movers; m++) {
        if (from[m] >= 0) counts[from[m] * n + carriers[m]]--
        if (to[m] >= 0) counts[to[m] * n + carriers[m]]++
        for (const l of [from[m], to[m]]) {
          if (l < 0) continue
          lo = Math.min(lo, l)
          hi = Math.max(hi, l)
        }
      }
      refresh(Math.max(0, lo - reach), Math.min(count - 1, hi + reach))
    },

    reset(given) {
      counts.set(given)
      refresh(0, count - 1)
    },
  }
}

const polynomial = (coefficients: Float64Array, at: number): number => {
  let sum = 0
  for (let k = coefficients.length - 1; k >= 0; k--) sum = sum * at + coefficients[k]
  return sum
}
