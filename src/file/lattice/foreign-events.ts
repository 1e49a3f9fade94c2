/** Puts the moves of other programs' event files in the place of their names. */
import type * as z from 'zod'
import { refuse, SimulationError } from '../../error.ts'
import type { LatticeModel } from '../../lattice/model/model.ts'
import { modelGeometry } from '../../lattice/model/model-geometry.ts'
import { parseJson } from '../json.ts'
import { type CasmMover, casmMovers } from './casm.ts'
import { kmcpyMoves } from './kmcpy.ts'
import type { latticeSchema } from './schema.ts'

/** The text of a file that a model names, from the folder of the model. */
export type LoadFile = (name: string) => Promise<string>

type FileModel = z.output<typeof latticeSchema>
type Hop = NonNullable<FileModel['hops']>[number]
type PairHop = NonNullable<FileModel['pairHops']>[number]
type Events = NonNullable<Hop['events']>

/** An input error whose message begins with the file. */
export const inFile = (error: SimulationError, fileName: string): SimulationError =>
  new SimulationError(`${fileName}: ${error.message}`, {
    code: error.code,
    at: `${fileName}: ${error.at}`,
    cause: error,
  })

/**
 * The model with explicit moves where it named event files.
 *
 * @throws SimulationError (`input`) where an event has no counterpart in the family that names it
 */
export const withForeignEvents = async (
  model: FileModel,
  fileName: string,
  load: LoadFile | undefined,
): Promise<{ readonly model: LatticeModel; readonly notes: readonly string[] }> => {
  const notes: string[] = []
  const data = async (events: Events, field: string): Promise<unknown> => {
    if (load === undefined)
      return refuse(`${field}.file`, events.file, 'moves in the model itself: its folder is not known here')
    return parseJson(await load(events.file), events.file)
  }
  const movers = async (events: Events, field: string): Promise<CasmMover[]> =>
    casmMovers(await data(events, field), events.file, basis => {
      const site = events.sites === undefined ? basis : events.sites[basis]
      return site ?? refuse(`${field}.sites`, `basis site ${basis} of an ion`, 'a site of the model for it')
    })
  const hopOf = async ({ events, ...hop }: Hop, field: string): Promise<Omit<Hop, 'events'>> => {
    if (events === undefined) return hop
    if (hop.moves) refuse(`${field}.moves`, hop.moves, 'moves or events, not both')
    if (events.format === 'kmcpy') {
      const found = kmcpyMoves(await data(events, field), events.file, modelGeometry(model))
      notes.push(...found.notes.map(note => `${events.file}: ${note}`))
      return { ...hop, moves: found.moves.map(({ from, to }) => ({ from: mutable(from), to: mutable(to) })) }
    }
    const [one, other] = await movers(events, field)
    if (other !== undefined) refuse(`${field}.events`, events.file, 'an event of one ion; two stand under pairHops')
    const own = hop.carriers ?? [hop.carrier]
    if (own.length !== 1 || own[0] !== one.carrier)
      refuse(`${field}.carrier`, own.join(', '), `${one.carrier}, whose event ${events.file} is`)
    return { ...hop, moves: [{ from: mutable(one.from), to: mutable(one.to) }] }
  }
  const pairOf = async ({ events, ...hop }: PairHop, field: string): Promise<Omit<PairHop, 'events'>> => {
    if (events === undefined) return hop
    if (hop.moves) refuse(`${field}.moves`, hop.moves, 'moves or events, not both')
    if (events.format !== 'casm')
      refuse(`${field}.events.format`, events.format, 'casm: kMCpy has no events of two ions')
    if (hop.kind !== 'moves') refuse(`${field}.kind`, hop.kind, 'moves, together with events')
    const [one, other] = await movers(events, field)
    if (other === undefined)
      return refuse(`${field}.events`, events.file, 'an event of two ions; one stands under hops')
    const leads = one.carrier === hop.leader && other.carrier === hop.follower
    const [leader, follower] = leads ? [one, other] : [other, one]
    if (leader.carrier !== hop.leader || follower.carrier !== hop.follower)
      refuse(
        `${field}.leader`,
        `${hop.leader}, ${hop.follower}`,
        `${one.carrier} and ${other.carrier}, whose event it is`,
      )
    const ends = ({ from, to }: CasmMover) => ({ from: mutable(from), to: mutable(to) })
    return { ...hop, moves: [{ leader: ends(leader), follower: ends(follower) }] }
  }
  try {
    const { hops, pairHops, ...rest } = model
    return {
      model: {
        ...rest,
        ...(hops ? { hops: await Promise.all(hops.map((hop, f) => hopOf(hop, `hops.${f}`))) } : {}),
        ...(pairHops ? { pairHops: await Promise.all(pairHops.map((hop, f) => pairOf(hop, `pairHops.${f}`))) } : {}),
      },
      notes,
    }
  } catch (error) {
    throw error instanceof SimulationError ? inFile(error, fileName) : error
  }
}

const mutable = ({ site, image }: CasmMover['from']) => ({ site, ...(image ? { image: [...image] } : {}) })
