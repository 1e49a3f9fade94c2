import { refuse } from '../error.ts'
import { suggestion } from '../file/nearest.ts'
import type { LatticeModel, ModelHop, ModelPairHop, ModelRate } from '../lattice/model/model.ts'

/** E_KRA added to families of hops, by their names in results [eV]: to see what rests on them. */
export type Shifts = Readonly<Record<string, number>>

/** The model with barriers moved. A name stands for the family, or for one carrier of it. */
export const shifted = (model: LatticeModel, shifts: Shifts): LatticeModel => {
  const waiting = new Set(Object.keys(shifts))
  const by = (names: readonly (string | undefined)[]): number => {
    let sum = 0
    for (const name of new Set(names))
      if (name !== undefined && Object.hasOwn(shifts, name)) {
        waiting.delete(name)
        sum += shifts[name]
      }
    return sum
  }
  const moved = <H extends ModelRate>(hop: H, shift: number, name: string): H => {
    const barrier = hop.barrier + shift
    if (!(barrier >= 0)) refuse(`shift ${name}`, shift, `at least −${hop.barrier}, for a barrier ≥ 0 [eV]`)
    if (shift === 0) return hop
    const source = `assumed: ${hop.barrier} eV moved by ${shift} eV`
    return { ...hop, barrier, basis: 'assumed', source, inputs: undefined }
  }
  const hops = model.hops?.flatMap((hop): ModelHop[] => {
    const carriers = hop.carriers ?? (hop.carrier === undefined ? model.carriers.map(symbolOf) : [hop.carrier])
    const names = carriers.map(symbol =>
      carriers.length > 1 ? `${symbol} ${hop.name}` : (hop.name ?? `${symbol} hop`),
    )
    const own = carriers.map((symbol, k) => by([hop.name, names[k], `${symbol} hop`]))
    if (own.every(shift => shift === own[0])) return [moved(hop, own[0], hop.name ?? names[0])]
    // one carrier of several: its family stands alone from here on
    const { carrier: _one, carriers: _all, ...rest } = hop
    return carriers.map((carrier, k) =>
      moved({ ...rest, carrier, ...(hop.name ? { name: names[k] } : {}) }, own[k], names[k]),
    )
  })
  const pairHops = model.pairHops?.map((hop): ModelPairHop => {
    const name =
      hop.name ??
      (hop.kind === 'follow' ? `${hop.follower} follows ${hop.leader}` : `${hop.follower} with ${hop.leader}`)
    return moved(hop, by([name]), name)
  })
  for (const name of waiting) {
    const known = [
      ...(model.hops ?? []).flatMap(hop => {
        const symbols = hop.carriers ?? [hop.carrier ?? '']
        if (hop.name === undefined) return symbols.map(symbol => `${symbol} hop`)
        return symbols.length > 1 ? [hop.name, ...symbols.map(symbol => `${symbol} ${hop.name}`)] : [hop.name]
      }),
      ...(model.pairHops ?? []).map(hop => hop.name ?? `${hop.follower} follows ${hop.leader}`),
    ]
    refuse('shift', name, `families of hops: ${known.join(', ')}${suggestion(name, known)}`)
  }
  return { ...model, ...(hops ? { hops } : {}), ...(pairHops ? { pairHops } : {}) }
}

const symbolOf = (carrier: LatticeModel['carriers'][number]): string =>
  typeof carrier === 'string' ? carrier : carrier.symbol
