/** The moves that a study chooses among all that a host allows, as places to be written into the study itself. */
import { toFractional } from '../crystal/lattice.ts'
import { findNetwork } from '../crystal/network.ts'
import { findSites, onlySublattices } from '../crystal/sites.ts'
import type { Structure } from '../crystal/structure.ts'
import { refuse } from '../error.ts'
import { ionMoves } from '../migration/end-states.ts'
import type { IonMove } from '../migration/mechanisms.ts'
import { type Move, pairMoves, singleMoves } from '../migration/moves.ts'
import type { BarrierStudy, ExplicitMove, MoveChoice } from './study-file.ts'

/** Moves that a refusal lists. */
const mostListed = 30

/** A study with explicit places. */
export type ExplicitStudy = Omit<BarrierStudy, 'move'> & { readonly move: ExplicitMove }

export type StudyPart = {
  readonly study: ExplicitStudy
  /** Number and label of the move chosen; absent where the study names places. */
  readonly label?: string
}

export const isChoice = (move: BarrierStudy['move']): move is MoveChoice => !('leader' in move)

/**
 * The studies that a study stands for: itself where it names places; one for each move where it chooses among all distinct
 * ones of its host, numbered as `dualion moves` does with the same options.
 *
 * @param structure  of the host file; may hold carriers where sites are those of the file
 * @param relax      the nearest minimum of a structure, for sites that are to be relaxed
 * @returns          the host without carriers, and the studies
 * @throws SimulationError (`input`) with the moves there are, where the number is none of them
 */
export const chosenMoves = (
  structure: Structure,
  study: BarrierStudy,
  o: { readonly relax?: (structure: Structure) => Structure } = {},
): { readonly host: Structure; readonly parts: readonly StudyPart[]; readonly notes: readonly string[] } => {
  const { move } = study
  if (!isChoice(move)) return { host: structure, parts: [{ study: { ...study, move } }], notes: [] }
  const carriers = move.carriers ?? [move.carrier!]
  const { sites: from, clearance, tolerance, sublattices, cutoff, window, exclusion, passing } = move
  if (move.relaxSites && !o.relax)
    refuse('move.relaxSites', 'true', 'an engine of this process: ace, morse, born-mayer, ewald, spring')
  const all = findSites(structure, {
    carriers: [...new Set([...carriers, ...(move.mobile ?? [])])],
    ...(from === undefined ? {} : { from }),
    ...(clearance === undefined ? {} : { clearance }),
    ...(tolerance === undefined ? {} : { tolerance }),
    ...(move.relaxSites && o.relax ? { relax: o.relax } : {}),
  })
  const sites = sublattices ? onlySublattices(all, sublattices) : all
  const network = findNetwork(sites, {
    ...(cutoff === undefined ? {} : { cutoff }),
    ...(window === undefined ? {} : { window }),
    ...(exclusion === undefined ? {} : { exclusion }),
    ...(passing === undefined ? {} : { passing }),
  })
  const moves =
    carriers.length === 1
      ? singleMoves(network, carriers)
      : pairMoves(network, {
          carriers: [carriers[0], carriers[1]],
          separation: [move.separation![0], move.separation![1]],
          ...(move.held ? { held: true } : {}),
          ...(move.rigid ? { rigid: true } : {}),
        })
  const { number } = move
  if (moves.length === 0 || (number !== 'all' && number > moves.length))
    refuse(
      'move.number',
      number,
      moves.length === 0
        ? 'a move; the host has none of these ions in this window'
        : `a number from 1 to ${moves.length}, or all:\n${listed(moves)}`,
    )
  const numbers = number === 'all' ? moves.map((_, i) => i + 1) : [number]
  const inHost = (position: IonMove['from']) => [...toFractional(position, sites.host.lattice)]
  return {
    host: sites.host,
    notes: sites.notes,
    parts: numbers.map(n => {
      const [leader, follower] = ionMoves(moves[n - 1]).map(({ species, from: a, to: b }) => ({
        ion: species,
        from: inHost(a),
        to: inHost(b),
      }))
      return {
        study: { ...study, frame: 'host', move: { leader, ...(follower ? { follower } : {}) } },
        label: `#${n} ${moves[n - 1].label}`,
      }
    }),
  }
}

const listed = (moves: readonly Move[]): string =>
  [
    ...moves.slice(0, mostListed).map((move, i) => `  ${i + 1}  ${move.kind}  ${move.label}`),
    ...(moves.length > mostListed ? [`  … and ${moves.length - mostListed} more (dualion moves)`] : []),
  ].join('\n')
