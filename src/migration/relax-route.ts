import { type Structure, withPositions } from '../crystal/structure.ts'
import type { Search } from '../engine/search.ts'
import { largestOf } from '../solve/stepper.ts'
import { matchAtoms } from './match.ts'
import { type Gap, overMinima, overMinimum, overPass } from './partings.ts'
import { type Path, type PathProgress, relaxPath } from './path.ts'
import type { Relaxation } from './relax.ts'
import { respread } from './respread.ts'
import { heights, joined, type Route, type RouteOptions, type RouteProgress, tangentAt } from './route.ts'
import { checkSaddle, type SaddleCheck } from './saddle.ts'
import { named } from './stages.ts'

/** A path over a point with two modes downhill is pushed this far [Å] along the second, so often at most. */
const [push, pushes] = [0.15, 2]
/** A band with less force than this shows where its minima will be [eV/Å]. */
const near = 0.3
/** A band whose force has not fallen for so many steps will not come to rest. */
const patience = 80
/** Images further apart than this [Å] may miss what a long way passes: such a band, not at rest, gets more of them. */
const sparse = 1

/**
 * A path, parted at the minima found along it: each is relaxed and becomes a state of its own, and the two sides are
 * searched again, so that every saddle has an image that climbs to it. Where a saddle turns out to have a second mode
 * downhill (a symmetric guess stays on the ridge between two lower passes) the path is pushed off it and relaxed again.
 * A band that does not come to rest (an ion has to give way to another, and the images are too few to say how), or only in a
 * hollow between two tops, is led over the minima that its images fall into, given more images, or led over the pass that its
 * climber is near.
 *
 * @param start  relaxed, with its evaluation
 * @param final  relaxed, atoms in any order
 */
export function* relaxRoute(start: Relaxation, final: Relaxation, o: RouteOptions = {}): Search<RouteProgress, Route> {
  const { depth = 0.026, parts = 2, verify = true, name = 'path', ...options } = o
  const matched = matchAtoms(start.structure, final.structure, o.movers ? { movers: o.movers } : {})
  // what is known of the end holds only for atoms in its own order
  const inPlace = samePlaces(final.structure, matched)
  const end: Relaxation = inPlace ? final : { ...final, structure: matched }
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
  const all = start.structure.species.map((_, i) => i)
  const { from: _from, ...again } = { ...options, depth, verify, movers: all }
  let calls = 0
  const gap: Gap = {
    start,
    end,
    name,
    options,
    spent: more => {
      calls += more
    },
    onwards: (a, b, how) => relaxRoute(a, b, { ...again, parts: parts - 1, ...how, name: `${name}, ${how.name}` }),
  }
  // parted as soon as the band is near enough to show a minimum between: parts come to rest much sooner than the whole
  const begun = yield* watched(search(options.from), parts > 0 ? band => overMinimum(gap, band, 2 * depth) : undefined)
  if ('routes' in begun) return joined(begun.routes, begun.band.forceCalls + calls)
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
  const whole = (): Route => ({
    states: [start, end],
    paths: [path],
    saddles: [saddle],
    ...heights([path]),
    forceCalls: calls,
    outcome: path.outcome,
  })
  if (path.outcome === 'outside the potential') return whole()
  // at rest in a hollow: the tops are between the images
  const hollow = path.outcome === 'converged' && saddle?.negativeModes === 0
  const over =
    (parts > 0 && (yield* overMinimum(gap, path, depth))) ||
    (hollow && (yield* finer(gap, path, parts))) ||
    ((hollow || path.outcome === 'step-limit') && parts > 0 && (yield* overMinima(gap, path))) ||
    (path.outcome === 'step-limit' &&
      ((yield* finer(gap, path, parts)) || (parts > 0 && path.climber > 0 && (yield* overPass(gap, path)))))
  return over ? joined(over, calls) : whole()
}

/** The route over twice as many images where those of an unfinished band are far apart. */
function* finer(gap: Gap, band: Path, parts: number): Search<RouteProgress, readonly Route[] | undefined> {
  const n = band.images.length
  if (!(band.s[n - 1] / (n - 1) > sparse)) return undefined
  const from = respread(band.images, 2 * n - 1)
  return [yield* gap.onwards(gap.start, gap.end, { ...from, parts, name: 'finer' })]
}

/**
 * A path search that is offered to be parted once, when it is near or gets no nearer; where it gets no nearer and is not
 * parted it ends as it is.
 */
function* watched(
  search: Search<RouteProgress & PathProgress, Path>,
  part: ((band: Path) => Search<RouteProgress, readonly Route[] | undefined>) | undefined,
): Search<RouteProgress, Path | { readonly band: Path; readonly routes: readonly Route[] }> {
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
      const band = partial()
      const routes = yield* part!(band)
      if (routes) return { band, routes }
    }
    if (stuck) return partial()
    next = search.next()
  }
  return next.value
}

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

/** True where matching neither reordered nor moved atoms. */
const samePlaces = (before: Structure, after: Structure): boolean =>
  before.positions.every((x, k) => Math.abs(x - after.positions[k]) < 1e-9)
