/** E_KRA of every hop and of every pair move that is one event, from saddles and the energies of the lattice. */
import type { HopOrbit } from '../crystal/network.ts'
import { type SiteGroup, siteSupercell } from '../lattice/fit/site-group.ts'
import { type HopBarrier, type PlaceIndex, siteAt } from './hop-barriers.ts'
import { placesAbout } from './hop-requests.ts'

/** H of an arrangement [eV, of the supercell]. */
export type ArrangementEnergy = (matrix: readonly number[], arrangement: string) => number

/** What an ion at any of some places, equal by symmetry, adds. */
export type NeighbourEffect = {
  readonly places: readonly PlaceIndex[]
  /** From the middle of the hop [Å]. */
  readonly distance: number
  /** Carrier from 1. */
  readonly carrier: number
  /** [eV] */
  readonly energy: number
}

export type HopLaw = {
  readonly label: string
  readonly movers: HopBarrier['movers']
  /** E_KRA [eV] of the ions alone. */
  readonly Ekra: number
  /** Saddle above the lowest site of the same ion [eV]. */
  readonly barrier: number
  /** ν₀ [1/s], where computed. */
  readonly attemptFrequency?: number
  readonly surroundings: readonly NeighbourEffect[]
  /** [eV per ion a formula unit], by carrier. */
  readonly byAmount: readonly number[]
  /** In words, what it rests on. */
  readonly why: string
}

/** A move of two ions, and whether it is an event of its own. */
export type PairVerdict = {
  readonly label: string
  readonly movers: HopBarrier['movers']
  readonly event: boolean
  readonly why: string
  /** Highest saddle above the start as asked, by the lattice [eV]; absent where there is none. */
  readonly barrier?: number
  readonly Ekra?: number
  readonly separation?: number
}

export type HopLaws = {
  readonly singles: readonly HopLaw[]
  readonly pairs: readonly PairVerdict[]
  /** Runs that could not be used, and why. */
  readonly dropped: readonly { readonly label: string; readonly why: string }[]
}

/** Saddle on the scale of H: as far above H of the arrangement that the start relaxed into as the engine says. */
const saddleOn = (one: HopBarrier, H: ArrangementEnergy, energy: number): number =>
  H(one.matrix, one.start.arrangement ?? one.before) + energy - one.start.energy

/**
 * E_KRA = E_s − (H_before + H_after)/2. Where there is no saddle beyond the higher end, |H_after − H_before|/2: the barrier is then
 * the difference of the sites and no more, which is how a site stands for a shoulder.
 */
export const kineticallyResolved = (one: HopBarrier, H: ArrangementEnergy): number => {
  const [a, b] = [H(one.matrix, one.before), H(one.matrix, one.after)]
  if (one.saddle === undefined) return Math.abs(b - a) / 2
  return Math.max(saddleOn(one, H, one.saddles[one.saddle].energy) - (a + b) / 2, Math.abs(b - a) / 2)
}

/**
 * @param alone   single hops without other ions
 * @param about   the same with one ion nearby
 * @param amounts the same with other cells filled
 * @param pairs   moves of two ions
 */
export const hopLaws = (
  group: SiteGroup,
  runs: {
    readonly alone: readonly HopBarrier[]
    readonly about: readonly HopBarrier[]
    readonly amounts: readonly HopBarrier[]
    readonly pairs: readonly HopBarrier[]
  },
  H: ArrangementEnergy,
  o: {
    readonly carriers: readonly string[]
    readonly formulaUnits: number
    readonly reach: number
    /** What adds less than this is within the error of the energies, and left out [eV]; all is kept where absent. */
    readonly least?: number
  },
): HopLaws => {
  const dropped: { label: string; why: string }[] = []
  const singles = runs.alone.map((own): HopLaw => {
    const base = kineticallyResolved(own, H)
    const same = (one: HopBarrier) =>
      one.movers.length === 1 && JSON.stringify(one.movers) === JSON.stringify(own.movers)
    const usable = (one: HopBarrier): boolean => {
      const why = unusable(group, one)
      if (why !== undefined) dropped.push({ label: one.label, why })
      return why === undefined
    }
    const [{ from, to }] = own.movers
    const { places, distances } = placesAbout(group, [from, to], o.reach)
    const surroundings = runs.about.filter(same).flatMap((one): NeighbourEffect[] => {
      if (!usable(one)) return []
      const [{ carrier, at }] = one.others
      const k = places.findIndex(orbit => orbit.some(place => place.join() === at.join()))
      const energy = kineticallyResolved(one, H) - base
      if (Math.abs(energy) < (o.least ?? 0)) return []
      return [{ places: places[k], distance: distances[k], carrier, energy }]
    })
    // what neighbours add is taken off, what is left is put down to the content
    const effect = (carrier: number, at: PlaceIndex): number =>
      surroundings.find(one => one.carrier === carrier && one.places.some(place => place.join() === at.join()))
        ?.energy ?? 0
    const byAmount = o.carriers.map((_, c) => {
      let [xx, xy] = [0, 0]
      for (const one of runs.amounts.filter(same)) {
        if (one.others[0]?.carrier !== c + 1 || !usable(one)) continue
        const x = one.others.length / (siteSupercell(group, one.matrix).cells * o.formulaUnits)
        const near = one.others.reduce((sum, { carrier, at }) => sum + effect(carrier, at), 0)
        xx += x * x
        xy += x * (kineticallyResolved(one, H) - base - near)
      }
      return xx > 0 ? xy / xx : 0
    })
    // of all hops of this ion: the site that it comes from may lie above another
    const lowest = Math.min(
      ...runs.alone
        .filter(one => one.movers[0].carrier === own.movers[0].carrier && one.matrix.join() === own.matrix.join())
        .flatMap(one => [H(one.matrix, one.before), H(one.matrix, one.after)]),
    )
    const top = base + (H(own.matrix, own.before) + H(own.matrix, own.after)) / 2
    const saddle = own.saddle === undefined ? undefined : own.saddles[own.saddle]
    return {
      label: own.label,
      movers: own.movers,
      Ekra: base,
      barrier: top - lowest,
      ...(own.attemptFrequency === undefined ? {} : { attemptFrequency: own.attemptFrequency }),
      surroundings,
      byAmount,
      why:
        saddle === undefined
          ? 'no saddle beyond the higher site: the barrier is the difference of the sites'
          : `a ${saddle.verified ? 'verified first-order ' : ''}saddle ${(saddle.energy - own.start.energy).toFixed(3)} eV above the relaxed start`,
    }
  })
  return { singles, pairs: runs.pairs.map(one => pairVerdict(one, H)), dropped }
}

/** Why a run says nothing of its hop. */
const unusable = (group: SiteGroup, one: HopBarrier): string | undefined => {
  if (one.outcome === 'step-limit' || one.outcome === 'outside the potential') return `the path ended: ${one.outcome}`
  const cell = siteSupercell(group, one.matrix)
  for (const [end, { arrangement }] of [
    ['start', one.start],
    ['end', one.final],
  ] as const) {
    if (arrangement === undefined) return `at the ${end} an ion is on no site`
    for (const { carrier, at } of one.others)
      if (Number(arrangement[siteAt(cell, at)]) !== carrier)
        return `at the ${end} an ion that was to stay has left its site`
  }
  if (one.saddle !== undefined && Math.max(...one.saddles[one.saddle].fromMiddle) > 1)
    return `its nearest saddle is ${Math.max(...one.saddles[one.saddle].fromMiddle).toFixed(2)} Å from the middle of the hop`
  return undefined
}

/**
 * A pair move is an event of its own where both ends are states of the lattice, one first-order saddle lies between them and no
 * minimum deeper than kT. Otherwise it is two single hops.
 */
const pairVerdict = (one: HopBarrier, H: ArrangementEnergy): PairVerdict => {
  const head = { label: one.label, movers: one.movers }
  const [a, b] = [H(one.matrix, one.before), H(one.matrix, one.after)]
  const tops = one.saddles.map(saddle => saddleOn(one, H, saddle.energy))
  const top = Math.max(...tops, a, b)
  const height = one.saddles.length > 0 ? { barrier: top - a, Ekra: top - (a + b) / 2 } : {}
  const no = (why: string): PairVerdict => ({ ...head, ...height, event: false, why: `two singles: ${why}` })
  if (one.outcome === 'one minimum') return no('both ends relax into one state')
  if (one.start.arrangement !== one.before) return no('the start is no minimum, its ions slide to other sites')
  if (one.final.arrangement !== one.after) return no('the end is no minimum, its ions slide to other sites')
  if (one.outcome === 'no barrier') return no('no saddle on the way')
  if (one.outcome !== 'converged') return no(`the path ended: ${one.outcome}`)
  if (one.saddles.length !== 1) return no(`${one.saddles.length} saddles with minima deeper than kT between`)
  const [saddle] = one.saddles
  if (!saddle.verified) return no('its saddle is not of first order')
  return {
    ...head,
    ...height,
    event: true,
    why: 'one first-order saddle, no minimum between',
    ...(saddle.separation === undefined ? {} : { separation: saddle.separation }),
  }
}

/** Hops of the network by their kinds of site. */
export const hopNames = (hops: readonly HopOrbit[], sublattices: readonly string[]): string[] =>
  hops.map(hop => `${sublattices[hop.from]}–${sublattices[hop.to]}`)
