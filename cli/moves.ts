import { endStates } from '../src/migration/end-states.ts'
import { allPairMoves, type Move, moveNumbers, singleMoves } from '../src/migration/moves.ts'
import { head, jsonText, networkRecord, sitesRecord } from './crystal-json.ts'
import { networkOfFile, type SearchOptions, sameBackWords, shortened } from './network.ts'
import { toldProgress } from './slow-work.ts'
import { structureSentence } from './structure-sentence.ts'
import { textTable } from './table.ts'
import { checkTargets, toFile } from './write.ts'

export type MovesOptions = SearchOptions & {
  readonly separation?: readonly [number, number]
  readonly held?: boolean
  readonly rigid?: boolean
}

/** `dualion moves FILE --carriers Li,Mg --separation 3.5:4.5`: every distinct move of one ion and of two. */
export const movesCommand = async (file: string, o: MovesOptions): Promise<void> => {
  await checkTargets({ json: o.json }, file)
  const { structure, network, notes } = await networkOfFile(file, o)
  const singles = singleMoves(network)
  const pairs = o.separation
    ? allPairMoves(network, {
        separation: o.separation,
        ...(o.held ? { held: true } : {}),
        ...(o.rigid ? { rigid: true } : {}),
        progress: toldProgress('arrangements of two hops'),
      })
    : []
  if (o.json !== undefined)
    await toFile(o.json, [
      jsonText({
        ...head('dualion moves'),
        ...sitesRecord(network.sites),
        ...networkRecord(network),
        moves: [...singles, ...pairs],
      }),
    ])
  const out = o.json === '-' ? process.stderr : process.stdout
  out.write(`${structureSentence(structure)}\n\n${singlesTable(singles)}`)
  if (o.separation) {
    const { shown, rest } = shortened(pairs)
    const [least, most] = o.separation
    const window = `${least}–${most} Å apart at both ends${o.held ? ' and on the way' : ''}${o.rigid ? ', moving as one' : ''}`
    out.write(
      pairs.length === 0
        ? `\nno move of two ions ${window}\n`
        : `\n${pairs.length} moves of two ions ${window}\n\n${pairsTable(shown, moveNumbers(pairs))}${rest}`,
    )
  }
  if (singles.length > 0) out.write(`\n${sameBackWords}${studyWords(o, pairs)}`)
  const width = singles.length > 0 ? endStates(singles[0], network.sites.host).imageDistance : Number.POSITIVE_INFINITY
  if (width < 8)
    out.write(
      `note: in the cell of the file an ion is ${width.toFixed(1)} Å from its own image; end states want a larger one\n`,
    )
  for (const note of notes) out.write(`note: ${note}\n`)
  if (o.json !== undefined && o.json !== '-') out.write(`wrote ${o.json}\n`)
}

/** How a row becomes the move of a study: the options of this table, by their names there. */
const studyWords = (o: MovesOptions, pairs: readonly Move[]): string => {
  const words = (
    ['sites', 'clearance', 'sublattices', 'cutoff', 'window', 'exclusion', 'passing', 'tolerance'] as const
  )
    .filter(name => o[name] !== undefined)
    .map(name => `${name}: ${Array.isArray(o[name]) ? `[${o[name].join(', ')}]` : o[name]}`)
    .concat(o.relax === undefined ? [] : ['relaxSites: true'])
  const ions = pairs[0]?.movers.map(mover => mover.carrier)
  const of = (choice: readonly string[], moving: readonly string[]) => {
    const mobile = o.carriers.filter(ion => !moving.includes(ion))
    const rest = mobile.length > 0 ? [`mobile: [${mobile.join(', ')}]`] : []
    return `  move: { ${[...choice, ...rest, ...words, 'number: 1'].join(', ')} }\n`
  }
  const single = of([`carrier: ${o.carriers[0]}`], [o.carriers[0]])
  const { separation } = o
  const pair =
    ions && separation
      ? of(
          [
            `carriers: [${ions.join(', ')}]`,
            `separation: [${separation.join(', ')}]`,
            ...(o.held ? ['held: true'] : []),
            ...(o.rigid ? ['rigid: true'] : []),
          ],
          ions,
        )
      : ''
  return `in a study (dualion barrier STUDY.yaml) a row is its number, or \`number: all\`:\n${single}${pair}`
}

const singlesTable = (moves: readonly Move[]): string => {
  if (moves.length === 0) return 'no hops within the cutoff\n'
  const { shown, rest } = shortened(moves)
  const numbers = moveNumbers(moves)
  return `${textTable([
    ['number', 'move of one ion', 'per cell', 'same back'],
    ...shown.map((move, i) => [
      String(numbers[i]),
      move.label,
      String(move.multiplicity),
      move.symmetric ? 'yes' : 'no',
    ]),
  ])}${rest}`
}

const pairsTable = (moves: readonly Move[], numbers: readonly number[]): string =>
  textTable([
    ['number', 'kind', 'leader / Å', 'follower / Å', 'apart / Å', 'least / Å', 'cosine', 'per cell', 'same back'],
    ...moves.map(({ kind, label, separation, alignment, multiplicity, symmetric }, i) => {
      const [ions, apart] = label.split(', apart ')
      return [
        String(numbers[i]),
        kind,
        ...ions.split(' + '),
        apart,
        separation!.least.toFixed(3),
        alignment!.toFixed(2),
        String(multiplicity),
        symmetric ? 'yes' : 'no',
      ]
    }),
  ])
