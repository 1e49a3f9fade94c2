import { cellParameters, fractionalPositions } from '../../../src/crystal/lattice.ts'
import type { Structure } from '../../../src/crystal/structure.ts'

export type Answer =
  | {
      /** a, b, c [Å], α, β, γ [degrees] */
      readonly cell: readonly number[]
      /** Element, occupancy, fractional coordinates. */
      readonly atoms: readonly (readonly [string, number, number, number, number])[]
      /** Sum of oxidation numbers, where the peer knows them all. */
      readonly charge?: number
    }
  | { readonly refused: string }

/** Cells agree to what the answers are rounded to [Å, degrees]. */
const cellTolerance = 2e-6
/** Atoms agree to this [Å]: files round thirds to three or four digits, and each program puts them right in its own way. */
const atomTolerance = 0.02

/** What differs between a structure and a peer's answer, atoms in any order; undefined where nothing does. */
export const agreement = (structure: Structure, answer: Exclude<Answer, { refused: string }>): string | undefined => {
  const { lattice: A, species, occupancy, oxidation } = structure
  const { lengths, angles } = cellParameters(A)
  const worst = Math.max(...[...lengths, ...angles].map((value, k) => Math.abs(value - answer.cell[k])))
  if (worst > cellTolerance) return `cells differ by ${worst}`
  if (species.length !== answer.atoms.length) return `${species.length} atoms against ${answer.atoms.length}`
  const f = fractionalPositions(structure)
  const taken = new Uint8Array(species.length)
  for (const [symbol, share, ...at] of answer.atoms) {
    const found = species.findIndex((own, i) => {
      if (taken[i] || own !== symbol || Math.abs((occupancy?.[i] ?? 1) - share) > 1e-4) return false
      const d = at.map((value, k) => value - f[3 * i + k]).map(value => value - Math.round(value))
      return Math.hypot(...[0, 1, 2].map(k => d[0] * A[k] + d[1] * A[3 + k] + d[2] * A[6 + k])) < atomTolerance
    })
    if (found < 0) return `no ${symbol} filled to ${share} at ${at.join(', ')}`
    taken[found] = 1
  }
  if (answer.charge !== undefined) {
    if (!oxidation) return 'the oxidation numbers are missing'
    const charge = oxidation.reduce((sum, value, i) => sum + value * (occupancy?.[i] ?? 1), 0)
    if (Math.abs(charge - answer.charge) > 1e-3) return `charge ${charge} against ${answer.charge}`
  }
  return undefined
}
