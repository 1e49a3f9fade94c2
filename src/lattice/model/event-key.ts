/** What tells events apart: two ways to write one event, or an event and its reverse, have one key. */

import type { Mover } from '../lattice.ts'
import { minus, placeKey, shifted } from './geometry.ts'

/** Key of an event and its reverse, whatever the order of its ions and the cell it is written in. */
export const eventKey = (movers: readonly Mover[]): string => {
  const reversed = movers.map(({ carrier, from, to }) => ({ carrier, from: to, to: from }))
  return [...written(movers), ...written(reversed)].sort()[0]
}

/** The ways to write an event down one way: each ion first, its start in the home cell. */
const written = (movers: readonly Mover[]): string[] =>
  movers.map((first, k) => {
    const text = ({ carrier, from, to }: Mover) =>
      `${carrier}:${[from, to].map(place => placeKey(shifted(place, minus(first.from.image)))).join('>')}`
    return [text(first), ...movers.filter((_, i) => i !== k).map(text)].join(' ')
  })

/** The event written so that its first ion starts in the home cell. */
export const homed = (movers: readonly Mover[]): Mover[] => {
  const back = minus(movers[0].from.image)
  return movers.map(({ carrier, from, to }) => ({ carrier, from: shifted(from, back), to: shifted(to, back) }))
}
