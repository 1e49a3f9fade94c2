/** How a way from one state to another is parted into ways that are easier to find. */
import { type Structure, withPositions } from '../crystal/structure.ts'
import type { Search } from '../engine/search.ts'
import { dot, largestOf } from '../solve/stepper.ts'
import { barrierOf } from './barrier.ts'
import { lowestModes } from './modes.ts'
import type { Path, PathOptions } from './path.ts'
import { type Relaxation, relax } from './relax.ts'
import { respread } from './respread.ts'
import { type Route, type RouteOptions, type RouteProgress, sameState, tangentAt } from './route.ts'
import { findSaddle, type Saddle, type SaddleProgress } from './saddle.ts'
import { followed, named, silent } from './stages.ts'

/** What is to be bridged, and how. */
export type Gap = {
  readonly start: Relaxation
  /** Its atoms in the order of the start. */
  readonly end: Relaxation
  readonly name: string
  readonly options: PathOptions
  /** Is told of force calls made besides those of routes. */
  spent(forceCalls: number): void
  /** The route between two states met on the way; over known images where there are such. */
  onwards(
    a: Relaxation,
    b: Relaxation,
    how: Pick<RouteOptions, 'from' | 'parts'> & { readonly name: string },
  ): Search<RouteProgress, Route>
}

/** A state whose softest curvature is below this [eV/Å²] is none: a symmetric image has come to rest on a ridge. */
const ridge = -0.1
/** Most steps from a climber that cannot settle to the pass, and how far [Å] from it the ways down begin. */
const [passSteps, aside] = [80, 0.15]

/** Over the lowest minimum that a band shows, deeper than `depth` [eV], where that is a state of its own. */
export function* overMinimum(gap: Gap, band: Path, depth: number): Search<RouteProgress, readonly Route[] | undefined> {
  const { minima } = barrierOf(band, { depth })
  if (minima.length === 0) return undefined
  const lowest = minima.reduce((a, b) => (b.energy < a.energy ? b : a))
  const middle = yield* stateFrom(gap, band.images[lowest.image], 'state between')
  if (sameState(middle.structure, gap.start.structure) || sameState(middle.structure, gap.end.structure))
    return undefined
  if (yield* isRidge(gap, middle, tangentAt(band, lowest.image))) return undefined
  const n = band.images.length
  const before = respread([...band.images.slice(0, lowest.image), middle.structure], n)
  const after = respread([middle.structure, ...band.images.slice(lowest.image + 1)], n)
  return [
    yield* gap.onwards(gap.start, middle, { ...before, name: 'first part' }),
    yield* gap.onwards(middle, gap.end, { ...after, name: 'second part' }),
  ]
}

/**
 * Over the minima that the images of an unfinished band fall into, in the order of the images: what each ion has to do for
 * the others to get by, one after the other. A way that comes back to where it was need not have left.
 */
export function* overMinima(gap: Gap, band: Path): Search<RouteProgress, readonly Route[] | undefined> {
  const chain: Relaxation[] = [gap.start]
  for (let i = 1; i < band.images.length - 1; i++) {
    const fallen = yield* stateFrom(gap, band.images[i], 'down from the band')
    if (fallen.outcome !== 'converged' || sameState(fallen.structure, gap.end.structure)) continue
    const known = chain.findIndex(one => sameState(one.structure, fallen.structure))
    if (known >= 0) chain.length = known + 1
    else if (!(yield* isRidge(gap, fallen, tangentAt(band, i)))) chain.push(fallen)
  }
  if (chain.length === 1) return undefined
  chain.push(gap.end)
  const routes: Route[] = []
  for (let i = 1; i < chain.length; i++)
    routes.push(yield* gap.onwards(chain[i - 1], chain[i], { name: `part ${i} of ${chain.length - 1}` }))
  return routes
}

/** Over the pass that the climber of an unfinished band is near, and down both sides of it. */
export function* overPass(gap: Gap, band: Path): Search<RouteProgress, readonly Route[] | undefined> {
  const tangent = tangentAt(band, band.climber)
  const length = Math.sqrt(dot(tangent, tangent))
  const pass = yield* silent<RouteProgress, SaddleProgress, Saddle>(
    findSaddle(band.images[band.climber], {
      direction: tangent.map(x => x / length),
      forceTolerance: Math.max(0.03, gap.options.forceTolerance ?? 0.05),
      maxSteps: passSteps,
      turns: 3,
      ...heldIn(gap),
    }),
  )
  gap.spent(pass.forceCalls)
  if (pass.outcome !== 'converged') return undefined
  const { mode, structure } = pass
  const forward = Math.sign(dot(mode, tangent)) || 1
  const sides: Relaxation[] = []
  const ways: Structure[][] = []
  for (const side of [-forward, forward]) {
    const by = (side * aside) / largestOf(mode, 3)
    const off = withPositions(
      structure,
      structure.positions.map((x, k) => x + by * mode[k]),
    )
    const way: Structure[] = []
    sides.push(yield* stateFrom(gap, off, 'down from the pass', way))
    ways.push(way)
  }
  const [a, b] = [
    sameState(sides[0].structure, gap.start.structure) ? gap.start : sides[0],
    sameState(sides[1].structure, gap.end.structure) ? gap.end : sides[1],
  ]
  if (sameState(a.structure, b.structure)) return undefined
  const chain = [a.structure, ...ways[0].slice(0, -1).reverse(), structure, ...ways[1].slice(0, -1), b.structure]
  const routes: Route[] = []
  if (a !== gap.start) routes.push(yield* gap.onwards(gap.start, a, { name: 'to the pass' }))
  routes.push(yield* gap.onwards(a, b, { ...respread(chain, band.images.length), parts: 0, name: 'over the pass' }))
  if (b !== gap.end) routes.push(yield* gap.onwards(b, gap.end, { name: 'from the pass' }))
  return routes
}

/** The minimum that a structure falls into; `way` takes what it passes. */
function* stateFrom(
  gap: Gap,
  structure: Structure,
  name: string,
  way: Structure[] = [],
): Search<RouteProgress, Relaxation> {
  const forceTolerance = Math.min(0.01, gap.options.forceTolerance ?? 0.01)
  const search = relax(structure, { forceTolerance, ...heldIn(gap) })
  const found = yield* named('state', `${gap.name}, ${name}`, followed(search, way))
  gap.spent(found.forceCalls)
  return found
}

/** True where a state without force is no minimum; `guess` is a direction in which it may fall. */
function* isRidge(
  gap: Gap,
  { structure, evaluation }: Relaxation,
  guess: Float64Array,
): Search<RouteProgress, boolean> {
  const { curvatures, forceCalls } = yield* lowestModes<RouteProgress>(structure, {
    count: 1,
    forces: evaluation.forces,
    guesses: [guess],
    maxDirections: 12,
    ...heldIn(gap),
  })
  gap.spent(forceCalls)
  return curvatures[0] < ridge
}

const heldIn = ({ options: { fixed } }: Gap): { readonly fixed?: readonly number[] } => (fixed ? { fixed } : {})
