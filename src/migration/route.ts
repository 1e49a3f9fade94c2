import type { Structure } from '../crystal/structure.ts'
import type { Search } from '../engine/search.ts'
import { largestOf } from '../solve/stepper.ts'
import { barrierOf } from './barrier.ts'
import { matchAtoms } from './match.ts'
import { type Path, type PathOptions, type PathProgress, relaxPath } from './path.ts'
import { type Relaxation, type RelaxProgress, relax } from './relax.ts'

export type RouteProgress =
  | ({ readonly stage: 'state'; readonly name: string } & RelaxProgress)
  | ({ readonly stage: 'path'; readonly name: string } & PathProgress)

/** A way from one state to another over the minima between them. */
export type Route = {
  /** Relaxed states along it, both ends included. */
  readonly states: readonly Relaxation[]
  /** One path from each state to the next. */
  readonly paths: readonly Path[]
  /** Energies above the first state [eV]: the highest saddle of all, and the last state. */
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
  /** For progress. */
  readonly name?: string
}

/** An atom of a new minimum must be this far [Å] from where it is at either end, else it is that end. */
const apart = 0.15

/**
 * A path, parted at the minima found along it: each is relaxed and becomes a state of its own, and the two sides are
 * searched again, so that every saddle has an image that climbs to it.
 *
 * @param start  relaxed, with its evaluation
 */
export function* relaxRoute(start: Relaxation, final: Relaxation, o: RouteOptions = {}): Search<RouteProgress, Route> {
  const { depth = 0.026, parts = 3, name = 'path', from, ...options } = o
  const end = {
    ...final,
    structure: matchAtoms(start.structure, final.structure, o.movers ? { movers: o.movers } : {}),
  }
  // forces of the end in the order of the start are not kept by matching: its own evaluation is asked for again if moved
  const sameOrder = matchesInPlace(final.structure, end.structure)
  const path = yield* named(
    'path',
    name,
    relaxPath(start.structure, sameOrder ? final.structure : end.structure, {
      ...options,
      ...(from ? { from } : {}),
      ...(sameOrder ? { ends: [start.evaluation, final.evaluation] as const } : {}),
    }),
  )
  const forceCalls = path.forceCalls
  const whole = (): Route => ({
    states: [start, end],
    paths: [path],
    forward: Math.max(0, ...path.energies.map(e => e - path.energies[0])),
    backward: Math.max(0, ...path.energies.map(e => e - path.energies[path.energies.length - 1])),
    forceCalls,
    outcome: path.outcome,
  })
  const { minima } = barrierOf(path, { depth })
  if (parts === 0 || minima.length === 0) return whole()
  const lowest = minima.reduce((a, b) => (b.energy < a.energy ? b : a))
  const middle = yield* named(
    'state',
    `${name}, state between`,
    relax(path.images[lowest.image], {
      forceTolerance: Math.min(0.01, options.forceTolerance ?? 0.01),
      ...(options.fixed ? { fixed: options.fixed } : {}),
    }),
  )
  const far = (other: Structure) =>
    largestOf(
      matchAtoms(other, middle.structure, { movers: other.species.map((_, i) => i) }).positions.map(
        (x, k) => x - other.positions[k],
      ),
      3,
    )
  const last = path.images[path.images.length - 1]
  if (far(start.structure) < apart || far(last) < apart) return whole()
  const again = { ...options, depth, parts: parts - 1, movers: start.structure.species.map((_, i) => i) }
  const first = yield* relaxRoute(start, middle, { ...again, name: `${name}, first part` })
  const second = yield* relaxRoute(middle, { ...end, structure: last }, { ...again, name: `${name}, second part` })
  return joined([first, second], forceCalls + middle.forceCalls)
}

/** Routes one after the other as one. */
export const joined = (routes: readonly Route[], more = 0): Route => {
  const states = [routes[0].states[0], ...routes.flatMap(route => route.states.slice(1))]
  const paths = routes.flatMap(route => route.paths)
  const top = Math.max(...paths.map(path => Math.max(...path.energies)))
  const outcomes = paths.map(path => path.outcome)
  return {
    states,
    paths,
    forward: Math.max(0, top - states[0].energy),
    backward: Math.max(0, top - states[states.length - 1].energy),
    forceCalls: routes.reduce((sum, route) => sum + route.forceCalls, more),
    outcome: outcomes.includes('step-limit')
      ? 'step-limit'
      : outcomes.includes('converged')
        ? 'converged'
        : 'no barrier',
  }
}

/** A search whose progress is that of a stage. */
export function* named<S extends 'state' | 'path', Q, R>(
  stage: S,
  name: string,
  search: Search<Q, R>,
): Search<{ stage: S; name: string } & Q, R> {
  let next = search.next()
  for (;;) {
    if (next.done) return next.value
    if (next.value.kind === 'evaluate') next = search.next(yield next.value)
    else {
      yield { kind: 'progress', progress: { stage, name, ...next.value.progress } }
      next = search.next()
    }
  }
}

/** True where matching neither reordered nor moved atoms, so that what is known of them holds as it stands. */
const matchesInPlace = (before: Structure, after: Structure): boolean =>
  before.positions.every((x, k) => Math.abs(x - after.positions[k]) < 1e-9)
