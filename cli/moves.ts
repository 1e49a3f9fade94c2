import { endStates } from '../src/migration/end-states.ts'
import { allPairMoves, type Move, moveNumbers, singleMoves } from '../src/migration/moves.ts'
import { head, jsonText, networkRecord, sitesRecord } from './crystal-json.ts'
import { networkOfFile, type SearchOptions } from './network.ts'
import { structureSentence } from './structure-sentence.ts'
import { textTable } from './table.ts'
import { checkTargets, toFile } from './write.ts'

/** Rows of a table that are printed; --json has all. */
const mostRows = 60

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
    const [least, most] = o.separation
    const window = `${least}–${most} Å apart at both ends${o.held ? ' and on the way' : ''}${o.rigid ? ', moving as one' : ''}`
    out.write(
      pairs.length === 0
        ? `\nno move of two ions ${window}\n`
        : `\n${pairs.length} moves of two ions ${window}\n\n${pairsTable(pairs.slice(0, mostRows), moveNumbers(pairs))}`,
    )
    if (pairs.length > mostRows) out.write(`… and ${pairs.length - mostRows} more (--json has all)\n`)
  }
  const width = singles.length > 0 ? endStates(singles[0], network.sites.host).imageDistance : Number.POSITIVE_INFINITY
  if (width < 8)
    out.write(
      `note: in the cell of the file an ion is ${width.toFixed(1)} Å from its own image; end states want a larger one\n`,
    )
  for (const note of notes) out.write(`note: ${note}\n`)
  if (o.json !== undefined && o.json !== '-') out.write(`wrote ${o.json}\n`)
}

const singlesTable = (moves: readonly Move[]): string =>
  moves.length === 0
    ? 'no hops within the cutoff\n'
    : textTable([
        ['number', 'move of one ion', 'per cell', 'same back'],
        ...moves.map((move, i) => [
          String(moveNumbers(moves)[i]),
          move.label,
          String(move.multiplicity),
          move.symmetric ? 'yes' : 'no',
        ]),
      ])

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
