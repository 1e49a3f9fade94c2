/** What transport samples say of two ions: how the one moves beside the other, and how far they move together. */
import type { TransportSample } from '../laws/table/table.ts'

/** A number of samples with its standard error. */
export type Sampled = { readonly value: number; readonly error: number; readonly x: readonly number[] }

export type Together = {
  /** L_bb/x_b of the second carrier where there is least of it, without the first, over the contents sampled. */
  readonly alone: Sampled
  /** The same where the first helps it most. */
  readonly beside: Sampled
  /** L_ab/√(L_aa L_bb) [–] where it stands out most from its error: 1 is one motion of both, 0 none in common. */
  readonly common?: Sampled
}

/**
 * @param samples  of two carriers
 * @returns undefined where there is no sample of the second carrier alone
 */
export const togetherOf = (samples: readonly TransportSample[]): Together | undefined => {
  // rates are compared at one temperature, the first
  const known = samples.filter(
    ({ determined, x, T }) => T === samples[0].T && determined !== false && x.length === 2 && x[1] > 0,
  )
  const of = ({ x, L, LError }: TransportSample): Sampled | undefined =>
    L[3] === null || LError[3] === null ? undefined : { value: L[3] / x[1], error: LError[3] / x[1], x }
  const dilute = known.filter(({ x }) => x[0] === 0).sort((a, b) => a.x[1] - b.x[1])[0]
  const alone = dilute && of(dilute)
  if (alone === undefined) return undefined
  const beside = known
    .filter(({ x }) => x[0] > 0 && Math.abs(x[1] - alone.x[1]) < 0.5 * alone.x[1])
    .flatMap(sample => of(sample) ?? [])
    .sort((a, b) => b.value - a.value)[0]
  if (beside === undefined) return undefined
  const common = known
    .flatMap(({ x, L, LError }): Sampled[] => {
      const [aa, ab, , bb] = L
      if (aa === null || ab === null || bb === null || LError[1] === null || !(aa > 0 && bb > 0)) return []
      const size = Math.sqrt(aa * bb)
      return [{ value: ab / size, error: LError[1] / size, x }]
    })
    .sort((a, b) => Math.abs(b.value) / b.error - Math.abs(a.value) / a.error)[0]
  return { alone, beside, ...(common ? { common } : {}) }
}

/** The same in sentences. */
export const togetherWords = (carriers: readonly string[], { alone, beside, common }: Together): string => {
  const [first, second] = carriers
  const at = (x: readonly number[]) => carriers.map((c, i) => `${c} ${Number(x[i].toFixed(2))}`).join(', ')
  const ratio = beside.value / alone.value
  const error = ratio * Math.hypot(beside.error / beside.value, alone.error / alone.value)
  const digits = (value: number) => String(Number(value.toPrecision(2)))
  const moved = `${second} moves ${digits(ratio)} ± ${digits(error)} times as fast at ${at(beside.x)} as at ${at(alone.x)} (L/x)`
  return common
    ? `${moved}; most in common with ${first} at ${at(common.x)}: L_${first}${second}/√(L_${first}${first} L_${second}${second}) = ${common.value.toFixed(2)} ± ${common.error.toFixed(2)}`
    : moved
}
