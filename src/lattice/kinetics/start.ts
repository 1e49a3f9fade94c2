import { refuse, SimulationError } from '../../error.ts'
import type { Hamiltonian } from '../hamiltonian.ts'
import type { Ensemble } from '../thermodynamics/ensemble.ts'

/** Tries from one sign of life to the next. */
const triesABreath = 2 ** 16

/** The wanted ions one after the other on sites that allow them; where that jams, some are taken up again. */
export function* placeAtRandom(o: {
  readonly H: Hamiltonian
  readonly uniform: () => number
  readonly wanted: Int32Array
  readonly put: (s: number, b: number) => void
  readonly counts: Int32Array
  readonly sigma: Uint8Array
  readonly fields: Float64Array
  readonly roomInCell: (cell: number, a: number, b: number) => boolean
}): Generator<undefined, void> {
  const { H, uniform, wanted, put, counts, sigma, fields, roomInCell } = o
  const { sites, perCell } = H.run
  const { carriers: n, kind } = H.tables
  const total = wanted.reduce((a, b) => a + b, 0)
  const patience = 40 * (sites + 10)
  for (let tries = 0, failed = 0; tries < 50 * patience; tries++) {
    if (counts.every((N, i) => N === wanted[i])) return
    if (tries % triesABreath === 0) yield
    const i = Math.floor(uniform() * n)
    const s = Math.floor(uniform() * sites)
    const fits = sigma[s] === 0 && fields[s * n + i] < H.forbids && roomInCell((s - kind[s]) / perCell, 0, i + 1)
    if (counts[i] < wanted[i] && fits) {
      put(s, i + 1)
      failed = 0
    } else if (++failed > patience) {
      // jammed: a tenth is taken up again
      for (let k = 0; k < sites; k++) if (sigma[k] > 0 && uniform() < 0.1) put(k, 0)
      failed = 0
    }
  }
  throw new SimulationError(`no occupation found with ${total} ions on ${sites} sites that clusters and limits allow`, {
    code: 'method',
    at: 'start',
    partial: sigma.slice(),
  })
}

/** @throws SimulationError (`input`) for an occupation to start from that an exclusion, a limit of cells or the ensemble forbids */
export const checkStart = (
  H: Hamiltonian,
  counts: Int32Array,
  ensemble: Ensemble,
  energy: number,
  load: Float64Array,
  cellLimits: readonly { readonly max: number }[],
  cells: number,
): void => {
  if (energy === Infinity) refuse('start', 'a forbidden occupation', 'an occupation with a finite energy')
  for (let i = 0; i < counts.length; i++) {
    const { lower, upper } = ensemble
    if (counts[i] < lower[i] || counts[i] > upper[i])
      refuse(`start.${H.lattice.carriers[i].symbol}`, counts[i], `from ${lower[i]} to ${upper[i]} ions`)
  }
  for (const [l, { max }] of cellLimits.entries())
    for (let cell = 0; cell < cells; cell++)
      if (load[l * cells + cell] > max + 1e-9) refuse('start', load[l * cells + cell], `at most ${max} in each cell`)
}
