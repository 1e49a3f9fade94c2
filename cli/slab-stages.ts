import { refuse } from '../src/error.ts'
import type { Lattice } from '../src/lattice/lattice.ts'
import type { SlabStage } from '../src/lattice/slab/slab.ts'
import { amountsOf, checkAmounts } from './lattice-model.ts'

const allowed =
  'CARRIERS at NUMBER V, or at NUMBER e/s to NUMBER V, then for NUMBER s, for NUMBER events or until CARRIER=NUMBER; as "Mg at 0.9 V until Mg=0.5" or "Li,Mg at 100 e/s to 0.4 V for 1e-3 s"'
const number = '([-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:e[-+]?\\d+)?)'
const pattern = new RegExp(
  `^(.+?)\\s+at\\s+${number}\\s*(V|e/s)(?:\\s+to\\s+${number}\\s*V)?\\s+(for|until)\\s+(.+)$`,
  'i',
)

/** Potentials beyond these fill or empty anything [V]. */
const mostVolts = 20

/** A stage of a slab in words: who may pass the face, at which potential or current, until when. */
export const slabStage = (sentence: string, lattice: Lattice): SlabStage => {
  const match = pattern.exec(sentence.trim())
  if (!match) return refuse('--stage', sentence, allowed)
  const [, who, value, unit, cutOff, word, end] = match
  const carriers =
    who.trim().toLowerCase() === 'all' ? undefined : who.split(/\s*(?:,|\band\b)\s*/).filter(name => name !== '')
  if (unit !== 'V' && unit !== 'v' && cutOff === undefined)
    refuse('--stage', sentence, 'a cut-off with a current: at NUMBER e/s to NUMBER V')
  for (const volts of [unit.toLowerCase() === 'v' ? value : undefined, cutOff])
    if (volts !== undefined && Math.abs(Number(volts)) > mostVolts)
      refuse('--stage', sentence, `potentials from −${mostVolts} to ${mostVolts} V`)
  return {
    label: sentence.trim(),
    ...(carriers ? { carriers } : {}),
    control:
      unit.toLowerCase() === 'v' ? { potential: Number(value) } : { current: Number(value), cutOff: Number(cutOff) },
    until: word.toLowerCase() === 'for' ? duration(end, sentence) : { amount: goals(end, lattice) },
  }
}

const duration = (end: string, sentence: string): SlabStage['until'] => {
  const match = new RegExp(`^${number}\\s*(s|events?)$`, 'i').exec(end.trim())
  if (!match) return refuse('--stage', sentence, allowed)
  const [, value, unit] = match
  return unit.toLowerCase() === 's' ? { time: Number(value) } : { events: Number(value) }
}

/** Amounts one of which is to be reached, each no more than the host holds of it. */
const goals = (end: string, lattice: Lattice): Record<string, number> => {
  const amounts = amountsOf('--stage until', end.trim(), lattice)
  for (const [i, x] of amounts.entries()) {
    const alone = amounts.map((_, j) => (j === i ? (x ?? 0) : 0))
    checkAmounts('--stage until', lattice, alone)
  }
  return Object.fromEntries(amounts.flatMap((x, i) => (x === undefined ? [] : [[lattice.carriers[i].symbol, x]])))
}

export type SlabPlan = { readonly name: string; readonly stages: readonly SlabStage[]; readonly pairHops: boolean }

/**
 * The runs that are asked for: one of the stages, or three beside each other: the second carrier alone, after the first, and both
 * together, all under the same control.
 */
export const slabPlans = (
  lattice: Lattice,
  o: {
    readonly stage: readonly string[]
    readonly compare?: string
    readonly first?: string
    readonly pairs: 'on' | 'off' | 'both'
  },
): SlabPlan[] => {
  const runs: { name: string; stages: readonly SlabStage[] }[] = []
  if (o.compare === undefined) {
    if (o.stage.length === 0) refuse('--stage', 'none', `at least one: ${allowed}; or --compare`)
    runs.push({ name: 'slab', stages: o.stage.map(sentence => slabStage(sentence, lattice)) })
  } else {
    if (o.stage.length > 0) refuse('--stage', o.stage.join('; '), 'stages or --compare, not both')
    const symbols = lattice.carriers.map(carrier => carrier.symbol)
    if (symbols.length < 2) refuse('--compare', o.compare, 'a model of two carriers')
    const [lead, second] = symbols
    const main = (who: string) => slabStage(`${who} ${o.compare}`, lattice)
    const before = slabStage(`${lead} ${o.first ?? o.compare}`, lattice)
    runs.push(
      { name: `${second} alone`, stages: [main(second)] },
      { name: `${second} after ${lead}`, stages: [before, main(second)] },
      { name: 'both together', stages: [main(`${lead},${second}`)] },
    )
  }
  const hops = o.pairs === 'both' ? [true, false] : [o.pairs === 'on']
  return hops.flatMap(pairHops =>
    runs.map(run => ({ ...run, name: pairHops ? run.name : `${run.name}, pair hops off`, pairHops })),
  )
}
