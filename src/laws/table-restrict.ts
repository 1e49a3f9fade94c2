import { refuse } from '../error.ts'
import type { HostTable } from './table.ts'

/**
 * The table of a host for some of its carriers: the samples in which the others are not there.
 *
 * @param keep  carriers that stay, in any order; the table's order is kept
 * @throws SimulationError (`input`) for a carrier that the table does not have
 */
export const restrictTable = (table: HostTable, keep: readonly string[]): HostTable => {
  for (const symbol of keep)
    if (!table.carriers.includes(symbol)) refuse(`${table.name}: carriers`, symbol, table.carriers.join(', '))
  const kept = table.carriers.map((_, i) => i).filter(i => keep.includes(table.carriers[i]))
  const n = table.carriers.length
  if (kept.length === n) return table
  const vector = <T>(list: readonly T[]): T[] => kept.map(i => list[i])
  const matrix = <T>(list: readonly T[]): T[] => kept.flatMap(i => kept.map(j => list[i * n + j]))
  const alone = ({ x }: { readonly x: readonly number[] }) => x.every((value, i) => kept.includes(i) || value === 0)
  const { kinetics, gradient } = table
  const limits = table.limits.map(({ weights, max }) => ({
    weights: Object.fromEntries(Object.entries(weights).filter(([symbol]) => keep.includes(symbol))),
    max,
  }))
  return {
    ...table,
    carriers: vector(table.carriers),
    limits,
    thermodynamics: table.thermodynamics.filter(alone).map(({ x, T, mu, muError, theta, thetaError }) => ({
      x: vector(x),
      T,
      mu: vector(mu),
      muError: vector(muError),
      ...(theta && thetaError ? { theta: matrix(theta), thetaError: matrix(thetaError) } : {}),
    })),
    transport: table.transport.filter(alone).map(({ x, T, L, LError, determined }) => ({
      x: vector(x),
      T,
      L: matrix(L),
      LError: matrix(LError),
      ...(determined === undefined ? {} : { determined }),
    })),
    kinetics: {
      ...kinetics,
      exchangeCurrent: vector(kinetics.exchangeCurrent),
      activationEnergy: vector(kinetics.activationEnergy),
      alpha: vector(kinetics.alpha),
      ...(kinetics.reference ? { reference: vector(kinetics.reference) } : {}),
    },
    ...(gradient ? { gradient: matrix(gradient) } : {}),
  }
}
