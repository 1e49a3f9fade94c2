/** The entry of a study file, or the word of a command line, that says which engine gives the energies. */
import * as z from 'zod'
import { refuse } from '../error.ts'
import { type Bounds, quantity, text, validated } from '../file/validate.ts'
import { parseYaml } from '../file/yaml.ts'

const positive: Bounds = { above: 0 }
const cutoff = quantity('Å', 'Where pairs end', { above: 1, below: 100 })
const byPair = <S extends z.ZodType>(entry: S) =>
  z.record(z.string().regex(/^[A-Z][a-z]?-[A-Z][a-z]?$/, { error: 'two elements, as Mg-S' }), entry, {
    error: 'pairs of elements, as Mg-S, with an entry each',
  })
const byElement = (about: string) =>
  z.record(z.string(), quantity('e', about), { error: 'elements with a charge each [e]' })

const ipi = z.strictObject({
  kind: z.literal('ipi').describe('Any client of the i-PI protocol: ASE, LAMMPS, CP2K …'),
  command: text(
    'starts one client; {name} or {socket} (unix) or {host} and {port} say where it connects, {index} which it is, {structure}, {poscar}, {lammps} or {cp2k} name a file with the atoms to start from',
  ),
  connections: quantity('–', 'Clients at once', { min: 1, max: 64 }).int({ error: 'a whole number' }).optional(),
  theory: text('what it computes, for the table: PBE').optional(),
  elements: z.array(text('an element'), { error: 'a list of elements' }).min(1).optional(),
  timeLimit: quantity('s', 'Most time for one evaluation; 3600 where absent', positive).optional(),
  startLimit: quantity('s', 'Most time until a client has connected; 120 where absent', positive).optional(),
  probe: z
    .union([z.boolean(), z.literal('warn')], { error: 'true, warn or false' })
    .describe(
      'An engine whose forces do not fit its energies is refused; warn: only said; false: the question is left out',
    )
    .optional(),
})

const ace = z.strictObject({
  kind: z.literal('ace').describe('A potential fitted by `dualion distil`'),
  file: text('the potential; the one that comes with dualion where absent').optional(),
})

const morse = z.strictObject({
  kind: z.literal('morse').describe('Bonds by Morse’s law'),
  pairs: byPair(
    z.strictObject({
      depth: quantity('eV', 'Depth D'),
      steepness: quantity('1/Å', 'Steepness a', positive),
      length: quantity('Å', 'Length r₀', positive),
    }),
  ),
  cutoff,
})

const bornMayer = z.strictObject({
  kind: z.literal('born-mayer').describe('Overlap of closed shells'),
  pairs: byPair(
    z.strictObject({
      A: quantity('eV', 'Repulsion A'),
      rho: quantity('Å', 'Its length ρ', positive),
      C: quantity('eV·Å⁶', 'Attraction C; 0 where absent').optional(),
    }),
  ),
  cutoff,
})

const ewald = z.strictObject({
  kind: z.literal('ewald').describe('Point charges in a periodic cell'),
  charges: byElement('Charge'),
  accuracy: quantity('–', 'Accuracy of the energy; 1e-11 where absent', { min: 1e-14, max: 1e-2 }).optional(),
  background: z
    .literal('even', { error: 'even' })
    .describe('An even background for cells with a net charge')
    .optional(),
})

const spring = z.strictObject({
  kind: z.literal('spring').describe('Springs to fixed places, for tests'),
  stiffness: quantity('eV/Å²', 'Stiffness k', positive),
  anchors: z.array(z.number({ error: 'a number [Å]' }), { error: 'a list of numbers [Å], three for each atom' }),
})

const bondValence = z.strictObject({
  kind: z.literal('bond-valence').describe('How carriers fit their surroundings: for screening only'),
  charges: byElement('Charge of a carrier'),
  lengths: byPair(quantity('Å', 'Length R of a bond of valence 1; from the table where absent', positive)).optional(),
  softness: quantity('Å', 'Softness b; 0.37 where absent', positive).optional(),
})

const simple = z.discriminatedUnion('kind', [ipi, ace, morse, bornMayer, ewald, spring, bondValence], {
  error: `{ kind: ipi, ace, morse, born-mayer, ewald, spring, bond-valence or sum, … }`,
})

const sum = z.strictObject({
  kind: z.literal('sum').describe('Several embedded engines as one'),
  engines: z.array(simple).min(2, { error: 'at least two engines' }),
})

export const engineSchema = z.union([simple, sum], {
  error: '{ kind: ipi, ace, morse, born-mayer, ewald, spring, bond-valence or sum, … }',
})

export type SimpleEngineSpec = z.output<typeof simple>
export type EngineSpec = z.output<typeof engineSchema>

/** An engine's entry in a file, checked. */
export const engineSpecOf = (data: unknown, fileName: string): EngineSpec => validated(engineSchema, data, fileName)

/**
 * An engine as a word of the command line: `ipi:COMMAND`, `ace`, `ace:FILE`, or the entry of a study file itself,
 * `{ kind: morse, … }`.
 */
export const engineSpecOfText = async (words: string, option = '--engine'): Promise<EngineSpec> => {
  const word = words.trim()
  if (word.startsWith('{')) return engineSpecOf(await parseYaml(word, option), option)
  const [, kind, rest] = /^([a-z-]+)(?::(.*))?$/s.exec(word) ?? []
  if (kind === 'ipi' && rest?.trim()) return { kind: 'ipi', command: rest.trim() }
  if (kind === 'ace' && rest !== '') return { kind: 'ace', ...(rest === undefined ? {} : { file: rest.trim() }) }
  return refuse(option, words, 'ipi:COMMAND, ace, ace:FILE, or { kind: …, … } as in a study file')
}
