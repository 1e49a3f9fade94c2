import { type Structure, withPositions } from '../crystal/structure.ts'
import type { Search } from '../engine/search.ts'
import { dot, largestOf } from '../solve/stepper.ts'
import { barrierOf } from './barrier.ts'
import { matchAtoms } from './match.ts'
import { lowestModes } from './modes.ts'
import { type Path, type PathOptions, type PathProgress, relaxPath } from './path.ts'
import { type Relaxation, type RelaxProgress, relax } from './relax.ts'
import { respread } from './respread.ts'
import { checkSaddle, findSaddle, type Saddle, type SaddleCheck, type SaddleProgress } from './saddle.ts'
import { followed, named, silent } from './stages.ts'

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
/** A band with less force than this shows where its minima will be [eV/Å]. */
const near = 0.3
/** A band whose force has not fallen for so many steps will not come to rest. */
const patience = 80
/** Most steps from a climber that cannot settle to the pass. */
const passSteps = 80

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
  const end: Relaxation = { ...final, structure: matched }
  /** The route over the lowest minimum that a band shows, where that is a state of its own. */
  function* inParts(band: Path, spent: number, deep = depth): Search<RouteProgress, Route | undefined> {
    const { minima } = barrierOf(band, { depth: deep })
    if (minima.length === 0) return undefined
    const lowest = minima.reduce((a, b) => (b.energy < a.energy ? b : a))
    const middle = yield* named(
      'state',
      `${name}, state between`,
      relax(band.images[lowest.image], {
        forceTolerance: Math.min(0.01, options.forceTolerance ?? 0.01),
        ...(options.fixed ? { fixed: options.fixed } : {}),
      }),
    )
    calls += middle.forceCalls
    if (sameState(middle.structure, start.structure) || sameState(middle.structure, matched)) return undefined
    // a symmetric image may come to rest on a ridge
    const { curvatures, forceCalls } = yield* lowestModes<RouteProgress>(middle.structure, {
      count: 1,
      forces: middle.evaluation.forces,
      maxDirections: 12,
      ...(o.fixed ? { fixed: o.fixed } : {}),
    })
    calls += forceCalls
    if (curvatures[0] < -0.1) return undefined
    const all = start.structure.species.map((_, i) => i)
    const { from: _from, ...again } = { ...options, depth, verify, parts: parts - 1, movers: all }
    const n = band.images.length
    const before = respread([...band.images.slice(0, lowest.image), middle.structure], n)
    const after = respread([middle.structure, ...band.images.slice(lowest.image + 1)], n)
    const first = yield* relaxRoute(start, middle, { ...again, ...before, name: `${name}, first part` })
    const second = yield* relaxRoute(middle, inPlace ? final : end, {
      ...again,
      ...after,
      name: `${name}, second part`,
    })
    return joined([first, second], spent + middle.forceCalls + forceCalls)
  }
  /** The route over the pass that the climber of an unfinished band is near, and down both sides of it. */
  function* overPass(band: Path): Search<RouteProgress, Route | undefined> {
    const tangent = tangentAt(band, band.climber)
    const length = Math.sqrt(dot(tangent, tangent))
    const fixed = options.fixed ? { fixed: options.fixed } : {}
    const pass = yield* silent<RouteProgress, SaddleProgress, Saddle>(
      findSaddle(band.images[band.climber], {
        direction: tangent.map(x => x / length),
        forceTolerance: Math.max(0.03, options.forceTolerance ?? 0.05),
        maxSteps: passSteps,
        turns: 3,
        ...fixed,
      }),
    )
    calls += pass.forceCalls
    if (pass.outcome !== 'converged') return undefined
    const { mode, structure } = pass
    const forward = Math.sign(dot(mode, tangent)) || 1
    const sides: Relaxation[] = []
    const ways: Structure[][] = []
    for (const side of [-forward, forward]) {
      const by = (side * push) / largestOf(mode, 3)
      const off = withPositions(
        structure,
        structure.positions.map((x, k) => x + by * mode[k]),
      )
      const way: Structure[] = []
      const steps = relax(off, { forceTolerance: Math.min(0.01, options.forceTolerance ?? 0.01), ...fixed })
      const down = yield* named('state', `${name}, down from the pass`, followed(steps, way))
      calls += down.forceCalls
      sides.push(down)
      ways.push(way)
    }
    const [a, b] = [
      sameState(sides[0].structure, start.structure) ? start : sides[0],
      sameState(sides[1].structure, matched) ? (inPlace ? final : end) : sides[1],
    ]
    if (sameState(a.structure, b.structure)) return undefined
    const all = start.structure.species.map((_, i) => i)
    const { from: _from, ...again } = { ...options, depth, verify, parts: parts - 1, movers: all }
    const chain = [a.structure, ...ways[0].slice(0, -1).reverse(), structure, ...ways[1].slice(0, -1), b.structure]
    const routes: Route[] = []
    if (a !== start) routes.push(yield* relaxRoute(start, a, { ...again, name: `${name}, to the pass` }))
    routes.push(
      yield* relaxRoute(a, b, {
        ...again,
        parts: 0,
        ...respread(chain, band.images.length),
        name: `${name}, over the pass`,
      }),
    )
    if (b === sides[1])
      routes.push(yield* relaxRoute(b, inPlace ? final : end, { ...again, name: `${name}, from the pass` }))
    return joined(routes, calls)
  }
  // parted as soon as the band is near enough to show a minimum between: parts come to rest much sooner than the whole
  const begun = yield* watched(
    search(options.from),
    parts > 0 ? band => inParts(band, band.forceCalls, 2 * depth) : undefined,
  )
  if ('states' in begun) return begun
  let path = begun
  calls += path.forceCalls
  let saddle: SaddleCheck | undefined
  for (let pushed = 0; verify && path.climber > 0 && path.outcome !== 'outside the potential'; pushed++) {
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
  const whole: Route = {
    states: [start, end],
    paths: [path],
    saddles: [saddle],
    ...heights([path]),
    forceCalls: calls,
    outcome: path.outcome,
  }
  if (parts === 0 || path.outcome === 'outside the potential') return whole
  const parted = yield* inParts(path, calls)
  if (parted) return parted
  if (path.outcome !== 'step-limit' || path.climber < 0) return whole
  return (yield* overPass(path)) ?? { ...whole, forceCalls: calls }
}

/**
 * A path search that is offered to be parted once, when it is near or gets no nearer; where it gets no nearer and is not
 * parted it ends as it is.
 */
function* watched(
  search: Search<RouteProgress & PathProgress, Path>,
  part: ((band: Path) => Search<RouteProgress, Route | undefined>) | undefined,
): Search<RouteProgress, Path | Route> {
  let next = search.next()
  let offered = part === undefined
  let [best, since] = [Number.POSITIVE_INFINITY, 0]
  while (!next.done) {
    if (next.value.kind === 'evaluate') {
      next = search.next(yield next.value)
      continue
    }
    yield next.value
    const { largestForce, step, partial } = next.value.progress
    if (largestForce < 0.95 * best) [best, since] = [largestForce, step]
    const stuck = step - since >= patience
    if (!offered && (largestForce < near || stuck)) {
      offered = true
      const parted = yield* part!(partial())
      if (parted) return parted
    }
    if (stuck) return partial()
    next = search.next()
  }
  return next.value
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
    outcome: outcomes.includes('outside the potential')
      ? 'outside the potential'
      : outcomes.includes('step-limit')
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

/** Largest extrapolation of the states and images that a route's numbers rest on [–]; nothing where no engine said. */
export const extrapolationOf = ({ states, paths }: Route): number | undefined => {
  const grades = [
    ...states.map(one => one.evaluation.extrapolation),
    ...paths.flatMap(path => [...(path.extrapolation ?? [])]),
  ].filter(grade => grade !== undefined && Number.isFinite(grade)) as number[]
  return grades.length > 0 ? Math.max(...grades) : undefined
}

/** True where matching neither reordered nor moved atoms. */
const samePlaces = (before: Structure, after: Structure): boolean =>
  before.positions.every((x, k) => Math.abs(x - after.positions[k]) < 1e-9)
