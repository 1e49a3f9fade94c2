import { type Structure, withPositions } from '../crystal/structure.ts'
import type { Search } from '../engine/search.ts'
import { largestOf } from '../solve/stepper.ts'
import { barrierOf } from './barrier.ts'
import { matchAtoms } from './match.ts'
import { type Path, type PathOptions, type PathProgress, relaxPath } from './path.ts'
import { type Relaxation, type RelaxProgress, relax } from './relax.ts'
import { checkSaddle, type SaddleCheck } from './saddle.ts'

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
/** A path over a point with two modes downhill is pushed this far [Å] along the second, so often at most. */
const [push, pushes] = [0.15, 2]

/**
 * A path, parted at the minima found along it: each is relaxed and becomes a state of its own, and the two sides are
 * searched again, so that every saddle has an image that climbs to it. Where a saddle turns out to have a second mode
 * downhill (a symmetric guess stays on the ridge between two lower passes) the path is pushed off it and relaxed again.
 *
 * @param start  relaxed, with its evaluation
 * @param final  relaxed, atoms in any order
 */
export function* relaxRoute(start: Relaxation, final: Relaxation, o: RouteOptions = {}): Search<RouteProgress, Route> {
  const { depth = 0.026, parts = 2, verify = true, name = 'path', ...options } = o
  const matched = matchAtoms(start.structure, final.structure, o.movers ? { movers: o.movers } : {})
  // what is known of the end holds only for atoms in its own order
  const inPlace = samePlaces(final.structure, matched)
  let calls = 0
  const search = (from: readonly Structure[] | undefined) =>
    named(
      'path',
      name,
      relaxPath(start.structure, matched, {
        ...options,
        ...(from ? { from } : {}),
        ...(inPlace ? { ends: [start.evaluation, final.evaluation] as const } : {}),
      }),
    )
  let path = yield* search(options.from)
  calls += path.forceCalls
  let saddle: SaddleCheck | undefined
  for (let pushed = 0; verify && path.climber > 0; pushed++) {
    saddle = yield* checkSaddle<RouteProgress>(path.images[path.climber], {
      forces: path.forces[path.climber],
      guess: tangentAt(path, path.climber),
      ...(o.fixed ? { fixed: o.fixed } : {}),
      ...(o.forceTolerance ? { forceTolerance: Math.max(0.05, o.forceTolerance) } : {}),
    })
    calls += saddle.forceCalls
    if (saddle.negativeModes < 2 || pushed >= pushes || path.outcome !== 'converged') break
    path = yield* search(pushedAlong(path, saddle.directions[1]))
    calls += path.forceCalls
  }
  const end: Relaxation = { ...final, structure: matched }
  const whole: Route = {
    states: [start, end],
    paths: [path],
    saddles: [saddle],
    ...heights([path]),
    forceCalls: calls,
    outcome: path.outcome,
  }
  const { minima } = barrierOf(path, { depth })
  if (parts === 0 || minima.length === 0 || path.outcome === 'step-limit') return whole
  const lowest = minima.reduce((a, b) => (b.energy < a.energy ? b : a))
  const middle = yield* named(
    'state',
    `${name}, state between`,
    relax(path.images[lowest.image], {
      forceTolerance: Math.min(0.01, options.forceTolerance ?? 0.01),
      ...(options.fixed ? { fixed: options.fixed } : {}),
    }),
  )
  if (sameState(middle.structure, start.structure) || sameState(middle.structure, matched)) return whole
  const all = start.structure.species.map((_, i) => i)
  const { from: _from, ...again } = { ...options, depth, verify, parts: parts - 1, movers: all }
  const first = yield* relaxRoute(start, middle, { ...again, name: `${name}, first part` })
  const second = yield* relaxRoute(middle, inPlace ? final : end, { ...again, name: `${name}, second part` })
  return joined([first, second], calls + middle.forceCalls)
}

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
    outcome: outcomes.includes('step-limit')
      ? 'step-limit'
      : outcomes.includes('converged')
        ? 'converged'
        : 'no barrier',
  }
}

const heights = (paths: readonly Path[]) => {
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

const tangentAt = ({ images }: Path, i: number): Float64Array =>
  images[i + 1].positions.map((x, k) => x - images[i - 1].positions[k])

const pushedAlong = ({ images }: Path, mode: Float64Array): Structure[] =>
  images.map((image, i) => {
    const by = push * Math.sin((Math.PI * i) / (images.length - 1))
    const largest = largestOf(mode, 3)
    return i === 0 || i === images.length - 1
      ? image
      : withPositions(
          image,
          image.positions.map((x, k) => x + (by * mode[k]) / largest),
        )
  })

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

/** True where matching neither reordered nor moved atoms. */
const samePlaces = (before: Structure, after: Structure): boolean =>
  before.positions.every((x, k) => Math.abs(x - after.positions[k]) < 1e-9)
