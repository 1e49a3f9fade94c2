/** What a route is, and what can be said of it. */
import type { Structure } from '../crystal/structure.ts'
import { largestOf } from '../solve/stepper.ts'
import { matchAtoms } from './match.ts'
import type { Path, PathOptions, PathProgress } from './path.ts'
import type { Relaxation, RelaxProgress } from './relax.ts'
import type { SaddleCheck } from './saddle.ts'

export type RouteProgress =
  | ({ readonly stage: 'state'; readonly name: string } & RelaxProgress)
  | ({ readonly stage: 'path'; readonly name: string } & PathProgress)

/** A way from one state to another over the minima between them. */
export type Route = {
  /** Relaxed states along it, both ends included. */
  readonly states: readonly Relaxation[]
  /** One path from each state to the next. */
  readonly paths: readonly Path[]
  /** What was found at the saddle of each path, where one was looked at. */
  readonly saddles: readonly (SaddleCheck | undefined)[]
  /** Height of the highest saddle of all above the first and above the last state [eV]. */
  readonly forward: number
  readonly backward: number
  readonly forceCalls: number
  readonly outcome: Path['outcome']
}

export type RouteOptions = PathOptions & {
  /** A minimum between counts where both ways out of it rise by this [eV]. */
  readonly depth?: number
  /** How often a path may be parted; 0 leaves it whole. */
  readonly parts?: number
  /** Look at each saddle: its force, and exactly one mode downhill. */
  readonly verify?: boolean
  /** For progress. */
  readonly name?: string
}

/** An atom of a new minimum must be this far [Å] from where it is at either end, else it is that end. */
const apart = 0.15

/** Routes one after the other as one; `calls` were made besides. */
export const joined = (routes: readonly Route[], calls = 0): Route => {
  const paths = routes.flatMap(route => route.paths)
  const outcomes = paths.map(path => path.outcome)
  return {
    states: [routes[0].states[0], ...routes.flatMap(route => route.states.slice(1))],
    paths,
    saddles: routes.flatMap(route => route.saddles),
    ...heights(paths),
    forceCalls: routes.reduce((sum, route) => sum + route.forceCalls, calls),
    outcome: outcomes.includes('outside the potential')
      ? 'outside the potential'
      : outcomes.includes('step-limit')
        ? 'step-limit'
        : outcomes.includes('converged')
          ? 'converged'
          : 'no barrier',
  }
}

/** Of the highest image of all above the first and the last [eV]. */
export const heights = (paths: readonly Path[]): { readonly forward: number; readonly backward: number } => {
  const top = Math.max(...paths.map(path => Math.max(...path.energies)))
  const last = paths[paths.length - 1].energies
  return { forward: top - paths[0].energies[0], backward: top - last[last.length - 1] }
}

/** True where no atom of one state is far from its place in the other; same order of atoms. */
export const sameState = (a: Structure, b: Structure): boolean => {
  const all = a.species.map((_, i) => i)
  const near = matchAtoms(b, a, { movers: all }).positions
  return (
    largestOf(
      near.map((x, k) => x - b.positions[k]),
      3,
    ) < apart
  )
}

/** From the image before to the one after [Å], [3n]. */
export const tangentAt = ({ images }: Path, i: number): Float64Array =>
  images[i + 1].positions.map((x, k) => x - images[i - 1].positions[k])

/** Largest extrapolation of the states and images that a route's numbers rest on [–]; nothing where no engine said. */
export const extrapolationOf = ({ states, paths }: Route): number | undefined => {
  const grades = [
    ...states.map(one => one.evaluation.extrapolation),
    ...paths.flatMap(path => [...(path.extrapolation ?? [])]),
  ].filter(grade => grade !== undefined && Number.isFinite(grade)) as number[]
  return grades.length > 0 ? Math.max(...grades) : undefined
}
