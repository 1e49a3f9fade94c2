/**
 * A search whose evaluations are kept, so that it can be stopped at any moment and gone on with: started again, it is given
 * what is on record and so arrives, to the bit, where it was, without asking the engine twice. What the search remembers of
 * its steps need not be stored.
 */
import type { Structure } from '../crystal/structure.ts'
import type { Evaluation } from '../engine/engine.ts'
import type { Search } from '../engine/search.ts'
import { SimulationError } from '../error.ts'

/** Answers by structure. */
export type Answers = Map<string, Evaluation>

/**
 * @param known  answers of an earlier run, by `keyOf`
 * @param keep   is given each new answer as a line of text to append to the record
 */
export function* recorded<P, R>(search: Search<P, R>, known: Answers, keep: (line: string) => void): Search<P, R> {
  let next = search.next()
  while (!next.done) {
    if (next.value.kind === 'progress') {
      yield next.value
      next = search.next()
      continue
    }
    const { structures } = next.value
    const keys = structures.map(keyOf)
    // a structure may stand in one request more than once: it is asked for once
    const missing = new Map<string, Structure>()
    structures.forEach((structure, i) => {
      if (!known.has(keys[i])) missing.set(keys[i], structure)
    })
    if (missing.size > 0) {
      const answers = (yield { kind: 'evaluate', structures: [...missing.values()] })!
      ;[...missing.keys()].forEach((key, k) => {
        known.set(key, answers[k])
        keep(lineOf(key, answers[k]))
      })
    }
    next = search.next(keys.map(key => known.get(key)!))
  }
  return next.value
}

/** Two numbers of 32 bits mixed from every bit of species, cell and positions. */
export const keyOf = ({ species, lattice, positions }: Structure): string => {
  let a = 0x811c9dc5
  let b = 0x9747b28c
  const mix = (word: number): void => {
    a = Math.imul(a ^ word, 0x01000193)
    b = Math.imul(b ^ ((word << 13) | (word >>> 19)), 0x5bd1e995)
    b ^= b >>> 15
    a ^= a >>> 13
  }
  for (const symbol of species) for (let i = 0; i < symbol.length; i++) mix(symbol.charCodeAt(i))
  for (const numbers of [lattice, positions]) {
    const words = new Uint32Array(Float64Array.from(numbers).buffer)
    for (let i = 0; i < words.length; i++) mix(words[i])
  }
  return (a >>> 0).toString(16).padStart(8, '0') + (b >>> 0).toString(16).padStart(8, '0')
}

/** First line of a record: which study it belongs to. */
export const headLine = (study: string): string =>
  `${JSON.stringify({ format: 'dualion evaluations', version: 1, study })}\n`

const lineOf = (key: string, { energy, forces, stress, extrapolation }: Evaluation): string =>
  `${JSON.stringify({
    key,
    energy,
    forces: [...forces],
    ...(stress ? { stress: [...stress] } : {}),
    ...(extrapolation === undefined ? {} : { extrapolation }),
  })}\n`

/**
 * The answers of a record. A last line that was cut off while it was written is left out.
 *
 * @throws SimulationError (`input`) where it is no record, or one of another study
 */
export const readRecord = (text: string, study: string, fileName: string): Answers => {
  const refused = (why: string): never => {
    throw new SimulationError(`${fileName}: ${why}`, { code: 'input', at: fileName })
  }
  const lines = text.split('\n')
  let head: { format?: unknown; study?: unknown } = {}
  try {
    head = JSON.parse(lines[0])
  } catch {
    refused('not a record of evaluations; leave out --resume to start anew')
  }
  if (head?.format !== 'dualion evaluations') refused('not a record of evaluations; leave out --resume to start anew')
  if (head.study !== study)
    refused('the record of another study, or of this one before it was changed; leave out --resume to start anew')
  const known: Answers = new Map()
  lines.slice(1).forEach((line, i) => {
    if (line === '') return
    try {
      const { key, energy, forces, stress, extrapolation } = JSON.parse(line)
      known.set(key, {
        energy,
        forces: Float64Array.from(forces),
        ...(stress ? { stress: Float64Array.from(stress) } : {}),
        ...(extrapolation === undefined ? {} : { extrapolation }),
      })
    } catch {
      if (i + 2 < lines.length) refused(`line ${i + 2} is not readable; leave out --resume to start anew`)
    }
  })
  return known
}
