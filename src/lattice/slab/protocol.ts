import { refuse } from '../../error.ts'
import { nearest } from '../../file/nearest.ts'
import type { Lattice } from '../lattice.ts'

/** How a stage is driven: φ [V] held, or a current held by φ. */
export type SlabControl =
  | { readonly potential: number }
  | {
      /** Elementary charges that go in each second for each formula unit of the slab [1/s]; below 0 they come out. */
      readonly current: number
      /** φ [V] beyond which the stage does not go: below on insertion, above on removal. */
      readonly cutOff: number
      /**
       * What is kept: the charge (where left out), by asking for more or less current while single ions have brought too little or
       * too much, at a charge a cell of the face for as much more as the current itself and the ions that come and go; or only its
       * expectation at each moment, from which the charge strays as the exchange of ions goes.
       */
      readonly keep?: 'charge' | 'expectation'
    }

/** A part of a protocol. It ends with the first of its conditions that is met. */
export type SlabStage = {
  readonly label?: string
  /** Carriers that may pass the face; all where left out. The others stay. */
  readonly carriers?: readonly string[]
  readonly control: SlabControl
  readonly until: {
    /** Length [s]. */
    readonly time?: number
    /** Ions per formula unit of the slab, by carrier, reached from either side; at a held potential that may never come. */
    readonly amount?: Readonly<Record<string, number>>
    /** Events: a stage that has none of the others to end it. */
    readonly events?: number
  }
}

export const stageLabel = ({ label, carriers, control }: SlabStage, all: readonly string[]): string =>
  label ??
  `${(carriers ?? all).join(' and ')} ${'potential' in control ? `at ${control.potential} V` : `at ${control.current} e/s per formula unit`}`

/** @throws SimulationError ('input') naming the stage and its field */
export const checkStages = (stages: readonly SlabStage[], lattice: Lattice): void => {
  const symbols = lattice.carriers.map(carrier => carrier.symbol)
  const known = (field: string, symbol: string): void => {
    if (symbols.includes(symbol)) return
    const meant = nearest(symbol, symbols)
    refuse(field, symbol, `${symbols.join(', ')}${meant === undefined ? '' : ` (did you mean ${meant}?)`}`)
  }
  if (stages.length === 0) refuse('stages', stages, 'at least one stage')
  for (const [k, { carriers, control, until }] of stages.entries()) {
    const at = `stages[${k}]`
    if (carriers !== undefined) {
      if (carriers.length === 0) refuse(`${at}.carriers`, carriers, 'at least one carrier')
      for (const symbol of carriers) known(`${at}.carriers`, symbol)
    }
    if ('potential' in control) finite(`${at}.control.potential`, control.potential, 'volts')
    else {
      finite(`${at}.control.current`, control.current, 'charges per second and formula unit, not 0')
      if (control.current === 0) refuse(`${at}.control.current`, 0, 'a current that is not 0: hold a potential instead')
      finite(`${at}.control.cutOff`, control.cutOff, 'volts')
      if (!['charge', 'expectation', undefined].includes(control.keep))
        refuse(`${at}.control.keep`, control.keep, 'charge or expectation')
    }
    const { time, amount, events } = until
    if (time === undefined && events === undefined && amount === undefined)
      refuse(`${at}.until`, until, 'a time, an amount or a number of events')
    if (time !== undefined && !(time > 0 && Number.isFinite(time))) refuse(`${at}.until.time`, time, 'seconds > 0')
    if (events !== undefined && !(Number.isSafeInteger(events) && events > 0))
      refuse(`${at}.until.events`, events, 'a whole number > 0')
    for (const [symbol, value] of Object.entries(amount ?? {})) {
      known(`${at}.until.amount`, symbol)
      if (!(value >= 0 && Number.isFinite(value)))
        refuse(`${at}.until.amount.${symbol}`, value, 'ions per formula unit ≥ 0')
    }
  }
}

const finite = (field: string, value: number, allowed: string): void => {
  if (!Number.isFinite(value)) refuse(field, value, allowed)
}
