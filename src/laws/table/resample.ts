import { random } from '../../math/random.ts'
import type { HostTable } from './table.ts'

/**
 * One draw of all samples within their standard errors, normal and independent, the two triangles of a matrix alike: what the
 * runs might as well have given. A record made of it carries their statistical error on into whatever is computed with it.
 *
 * @param seed of the draw; the same seed gives the same table
 */
export const resample = (table: HostTable, seed: number): HostTable => {
  const { normal } = random(seed)
  const n = table.carriers.length
  const list = (values: readonly (number | null)[], errors: readonly (number | null)[]): (number | null)[] =>
    values.map((value, k) => (value === null ? null : value + (errors[k] ?? 0) * normal()))
  const matrix = (values: readonly (number | null)[], errors: readonly (number | null)[]): (number | null)[] => {
    const out = [...values]
    for (let i = 0; i < n; i++)
      for (let j = i; j < n; j++) {
        const step = normal()
        for (const k of i === j ? [i * n + j] : [i * n + j, j * n + i]) {
          const value = values[k]
          if (value !== null) out[k] = value + (errors[k] ?? 0) * step
        }
      }
    return out
  }
  return {
    ...table,
    thermodynamics: table.thermodynamics.map(s => ({
      ...s,
      mu: list(s.mu, s.muError),
      ...(s.theta && s.thetaError ? { theta: matrix(s.theta, s.thetaError) } : {}),
    })),
    transport: table.transport.map(s => (s.determined === false ? s : { ...s, L: matrix(s.L, s.LError) })),
  }
}
