import { refuse } from '../../error.ts'
import { hamiltonian } from '../../lattice/hamiltonian.ts'
import type { Lattice } from '../../lattice/lattice.ts'
import { latticeSupercell } from '../../lattice/supercell.ts'
import type { Estimate } from '../../lattice/thermodynamics/averages.ts'
import { metropolisSteps } from '../../lattice/thermodynamics/metropolis.ts'
import { twoBranches } from '../../lattice/thermodynamics/two-branches.ts'
import { line } from '../../plot/line.ts'
import { ink, ionColour } from '../../plot/theme.ts'
import { F, kBeV } from '../../units.ts'
import { restsOn } from '../basis.ts'
import type { Stage, StageFigure } from '../stage.ts'
import { latticeOfRung } from './lattice.ts'

export type CoexistenceSettings = {
  readonly carrier: string
  /** [K] */
  readonly temperatures: readonly number[]
  /** From the highest, where there is next to nothing in the host, to the lowest, where it is full [V against the metal]. */
  readonly voltages: readonly [number, number]
  /** Points of a scan. */
  readonly points: number
  readonly size: readonly [number, number, number]
  /** Sweeps of a point. */
  readonly sweeps: number
  readonly seed: number
}

/** A scan at one temperature: voltages [V] and amounts [per formula unit]; the energy [eV per formula unit] of its last point. */
type Scan = { readonly voltage: readonly number[]; readonly amount: readonly Estimate[]; readonly energy: Estimate }

export type CoexistenceRung = {
  readonly points: readonly {
    readonly T: number
    /** Filling the host, and emptying it. */
    readonly filling: Scan
    readonly emptying: Scan
    /** Absent where the scans do not differ: one phase. */
    readonly plateau?: {
      /** [V] */
      readonly voltage: Estimate
      readonly poor: number
      readonly rich: number
      /** Voltages between which the scans hold different phases [V], low and high: as far as the run's nucleation lags. */
      readonly loop: readonly [number, number]
    }
  }[]
}

/** A full host whose energy varies more than this [eV per formula unit] is not in its one arrangement. */
const stillEnergy = 1e-4

/**
 * The plateau between two phases of one carrier that do not turn into each other in a run: a scan that fills the host, one that
 * empties it, the grand potential of either from its own end.
 */
export const coexistenceStage = (settings: CoexistenceSettings): Stage<CoexistenceRung> => ({
  name: 'coexistence',
  title: 'Coexistence: the plateau between two phases',
  version: 1,
  needs: ['energies'],
  settings,
  *run({ inputs }) {
    const { lattice } = latticeOfRung(inputs.energies)
    const { temperatures, size, sweeps, seed } = settings
    const { i, voltages } = scanOf(lattice, settings)
    const z = lattice.carriers[i].charge
    const H = hamiltonian(lattice, latticeSupercell(lattice, size))
    const points: CoexistenceRung['points'][number][] = []
    let stream = 0
    for (const [t, T] of temperatures.entries()) {
      let start: Uint8Array | undefined
      const scans: Scan[] = []
      for (const way of [voltages, voltages.toReversed()]) {
        const amount: Estimate[] = []
        let energy: Estimate = { value: 0, error: 0 }
        let last: Estimate = energy
        for (const [k, voltage] of way.entries()) {
          const done = (t + (scans.length + k / way.length) / 2) / temperatures.length
          yield { kind: 'progress', fraction: done, doing: `${voltage.toFixed(3)} V, ${T} K` }
          const steps = metropolisSteps({
            ...{ H, temperature: T, seed, stream: stream++, sweeps },
            reservoirs: lattice.carriers.map((_, j) => (j === i ? { mu: -z * voltage } : { amount: 0 })),
            ...(start ? { start } : {}),
          })
          let next = steps.next()
          while (!next.done) next = steps.next()
          start = next.value.sigma
          amount.push(plain(next.value.amount[i]))
          last = plain(next.value.energy)
          // the full host: where the scan that empties begins
          if (scans.length === 1 && k === 0) energy = last
        }
        scans.push({ voltage: way, amount, energy: scans.length === 0 ? last : energy })
      }
      const [filling, emptying] = scans
      if (emptying.energy.error > stillEnergy)
        refuse('coexistence.voltages.1', settings.voltages[1], 'a voltage at which the host is full and still')
      const branch = ({ voltage, amount }: Scan) => amount.map((one, k) => ({ mu: -z * voltage[k], amount: one }))
      const both = twoBranches(branch(filling), branch(emptying), { kT: kBeV * T, full: emptying.energy.value })
      points.push({
        ...{ T, filling, emptying },
        ...(both
          ? {
              plateau: {
                voltage: { value: -both.mu.value / z, error: both.mu.error / z },
                poor: both.poor,
                rich: both.rich,
                loop: [-both.loop[1] / z, -both.loop[0] / z] as const,
              },
            }
          : {}),
      })
    }
    return { points }
  },
  report: ({ points }, { inputs }) => {
    const { lattice, provenance } = latticeOfRung(inputs.energies)
    const { carrier } = settings
    return {
      ...restsOn(provenance),
      lines: [
        `two scans over ${settings.points} chemical potentials on ${settings.size.join(' × ')} cells, ${settings.sweeps} sweeps each: one fills the host, one empties it; a phase is left later than equilibrium would have it`,
        'on the plateau both phases have one grand potential, ω = −∫ x dμ from the empty host, ω = E − μx − ∫ x dμ from the full one',
        ...points.flatMap(({ T, plateau }) =>
          plateau
            ? [
                `${T} K: two phases, ${carrier} ${plateau.poor.toFixed(3)} and ${plateau.rich.toFixed(3)}, at ${plateau.voltage.value.toFixed(4)} ± ${plateau.voltage.error.toFixed(4)} V (${((plateau.voltage.value * F * lattice.carriers[scanOf(lattice, settings).i].charge) / 1000).toFixed(1)} kJ/mol of ${carrier}); the scans differ from ${plateau.loop[0].toFixed(2)} to ${plateau.loop[1].toFixed(2)} V, the hysteresis of a small cell without a place to nucleate`,
              ]
            : [`${T} K: one phase`],
        ),
      ],
      figures: voltageFigure(points, carrier, lattice),
    }
  },
})

const plain = ({ value, error }: Estimate): Estimate => ({ value, error: Number.isFinite(error) ? error : 0 })

const scanOf = ({ carriers }: Lattice, { carrier, voltages, points }: CoexistenceSettings) => {
  const symbols = carriers.map(({ symbol }) => symbol)
  const i = symbols.indexOf(carrier)
  if (i < 0) refuse('coexistence.carrier', carrier, `a carrier of the lattice: ${symbols.join(', ')}`)
  const [high, low] = voltages
  if (!(high > low)) refuse('coexistence.voltages', voltages.join(', '), '[high, low]: the host fills on the way down')
  return { i, voltages: Array.from({ length: points }, (_, k) => high + ((low - high) * k) / (points - 1)) }
}

/** At the first temperature: what is stable as a line with its plateau, what only lasts as dashes. */
const voltageFigure = (
  [point]: CoexistenceRung['points'],
  carrier: string,
  { name, carriers }: Lattice,
): StageFigure[] => {
  const { T, filling, emptying, plateau } = point
  const colour = ionColour(
    carrier,
    carriers.map(one => one.symbol),
  )
  const curve = ({ voltage, amount }: Scan, is: (U: number) => boolean) => {
    const kept = voltage.flatMap((U, k) => (is(U) ? [k] : []))
    return { x: kept.map(k => amount[k].value), y: kept.map(k => voltage[k]) }
  }
  const U = plateau?.voltage.value ?? Number.NEGATIVE_INFINITY
  // a scan is drawn until it has left its phase
  const step = (filling.voltage[0] - filling.voltage[1]) * 1.5
  const [low, high] = plateau ? [plateau.loop[0] - step, plateau.loop[1] + step] : [U, U]
  const stable = plateau
    ? (() => {
        const [a, b] = [curve(filling, V => V > U), curve({ ...emptying, ...reversed(emptying) }, V => V < U)]
        return { x: [...a.x, plateau.poor, plateau.rich, ...b.x], y: [...a.y, U, U, ...b.y] }
      })()
    : curve(filling, () => true)
  const svg = line(
    [
      ...(plateau
        ? [
            { ...curve(filling, V => V <= U && V >= low), colour: ink.muted, dashed: true, label: 'filled' },
            { ...curve(emptying, V => V >= U && V <= high), colour: ink.muted, dashed: true, label: 'emptied' },
          ]
        : []),
      { ...stable, colour, label: 'stable' },
    ],
    {
      title: `${carrier} in ${name}, ${T} K`,
      x: { label: `${carrier} per formula unit` },
      y: { label: `Potential against ${carrier} (V)` },
    },
  )
  return [{ name: 'plateau', svg }]
}

const reversed = ({ voltage, amount }: Scan) => ({ voltage: voltage.toReversed(), amount: amount.toReversed() })
