/** The balances of all shells of all particles of two carriers, as sweeps over shells (see `particle-pair-swept.ts`). */
import { apart, beside, type Path, type Sweep, same, sweepsOf } from '../math/sweep.ts'
import {
  coefficient,
  type DiffusivityTerms,
  literal,
  minus,
  number,
  over,
  plus,
  smaller,
  type Term,
  times,
} from '../math/term.ts'
import { uneven } from './drained.ts'

/** Particles two side by side: their number is even. */
export type PairShape = { readonly shells: number; readonly count: number }

const still: Path = { pair: 0, row: 0 }
/** One number a shell. */
const perShell: Path = { pair: 0, row: 1 }
const half = literal(0.5)

/** Of `values` pairs a shell and pair of particles. */
const held = (values: number, pairs: number, direction = 1): Path => ({
  pair: 2 * values,
  row: direction * 2 * values * pairs,
})
/** Contents of a state: carriers beside each other, shells after each other, two particles `unknowns` apart. */
const state = (unknowns: number, direction = 1): Path => ({ pair: 2 * unknowns, row: 2 * direction, apart: unknowns })

/** Negative where one end of something has less than a part of the other: there a flux may have to be cut. */
const spread = (here: Term, next: Term): Term =>
  times(minus(here, times(literal(uneven), next)), minus(next, times(literal(uneven), here)))

/** What all faces need: contents at both ends, D̃ and slopes at their mean, the flow S = g D̃ Δx, and whether it may be cut. */
const faceOf = (law: DiffusivityTerms, y: number, g: number, coefficients: number, table: number) => {
  const [a, b, nextA, nextB] = [0, 1, 2, 3].map(offset => apart(y, offset))
  const conductance = same(g)
  const [stepA, stepB] = [minus(nextA, a), minus(nextB, b)]
  const along = times(half, conductance)
  const { D, slopes } = law.of(
    [times(half, plus(a, nextA)), times(half, plus(b, nextB))],
    [times(along, stepA), times(along, stepB)],
    k => coefficient(coefficients, k),
    table,
  )
  const [dA, dB] = [times(conductance, stepA), times(conductance, stepB)]
  const [shareA, shareB] = [number(0), number(1)]
  const room = (first: Term, second: Term): Term =>
    minus(minus(literal(1), times(shareA, first)), times(shareB, second))
  return {
    conductance,
    D,
    slopes,
    flow: [plus(times(D[0], dA), times(D[1], dB)), plus(times(D[2], dA), times(D[3], dB))],
    uneven: smaller(spread(a, nextA), smaller(spread(b, nextB), spread(room(a, b), room(nextA, nextB)))),
  }
}

/** y, g, S, uneven, coefficients, least, table; shares of the room. */
const flows = (law: DiffusivityTerms, unknowns: number, pairs: number): Sweep => {
  const face = faceOf(law, 0, 1, 4, 6)
  return {
    pairs,
    paths: [state(unknowns), perShell, held(2, pairs), held(1, pairs), still, still, still],
    numbers: 2,
    sets: [
      [beside(2, 0), face.flow[0]],
      [beside(2, 1), face.flow[1]],
      [beside(3, 0), face.uneven],
    ],
    least: { address: 5, term: face.uneven },
  }
}

/** The same, then ∂(A G)/∂(inner content), ∂(A G)/∂(outer content), table:   g D̃ − slopes,   −g D̃ − slopes */
const slopes = (law: DiffusivityTerms, unknowns: number, pairs: number): Sweep => {
  const face = faceOf(law, 0, 1, 4, 8)
  const flows = face.D.map(D => times(face.conductance, D))
  return {
    pairs,
    paths: [
      state(unknowns),
      perShell,
      held(2, pairs),
      held(1, pairs),
      still,
      still,
      held(4, pairs),
      held(4, pairs),
      still,
    ],
    numbers: 2,
    sets: [
      [beside(2, 0), face.flow[0]],
      [beside(2, 1), face.flow[1]],
      [beside(3, 0), face.uneven],
      ...flows.flatMap((flow, ij) => [
        [beside(6, ij), minus(flow, face.slopes[ij])] as const,
        [beside(7, ij), minus(minus(literal(0), flow), face.slopes[ij])] as const,
      ]),
    ],
    least: { address: 5, term: face.uneven },
  }
}

/** v, ẏ, S of the face before, out:   v ẏ − S + S_before */
const rows = (unknowns: number, pairs: number): Sweep => ({
  pairs,
  paths: [perShell, state(unknowns), held(2, pairs), state(unknowns)],
  sets: [0, 1].map(i => [
    apart(3, i),
    plus(minus(times(same(0), apart(1, i)), beside(2, 2 * pairs + i)), beside(2, i)),
  ]),
})

/** ẏ, S of the last face, out; v_s:   −S − v_s ẏ */
const surfaces = (unknowns: number, pairs: number): Sweep => ({
  pairs,
  paths: [state(unknowns), held(2, pairs), state(unknowns)],
  numbers: 1,
  sets: [0, 1].map(i => [apart(2, i), minus(minus(literal(0), beside(1, i)), times(number(0), apart(0, i)))]),
})

/** v, inner, outer, pivot⁻¹, carry, below; α:   pivot = α v + inner − below,   carry = inner pivot⁻¹,   below ← outer − carry outer */
const factor = (pairs: number): Sweep => {
  const mass = times(number(0), same(0))
  const [inner, outer, below] = [1, 2, 5].map(address => [0, 1, 2, 3].map(ij => beside(address, ij)))
  const [m0, m1, m2, m3] = [
    minus(plus(mass, inner[0]), below[0]),
    minus(inner[1], below[1]),
    minus(inner[2], below[2]),
    minus(plus(mass, inner[3]), below[3]),
  ]
  const inverse = over(literal(1), minus(times(m0, m3), times(m1, m2)))
  const negative = minus(literal(0), inverse)
  const pivot = [times(m3, inverse), times(m1, negative), times(m2, negative), times(m0, inverse)]
  const product = (a: readonly Term[], b: readonly Term[], i: number, j: number): Term =>
    plus(times(a[2 * i], b[j]), times(a[2 * i + 1], b[2 + j]))
  const carry = [0, 1, 2, 3].map(ij => product(inner, pivot, ij >> 1, ij & 1))
  const left = [0, 1, 2, 3].map(ij => minus(outer[ij], product(carry, outer, ij >> 1, ij & 1)))
  return {
    pairs,
    paths: [perShell, held(4, pairs), held(4, pairs), held(4, pairs), held(4, pairs), { pair: 8, row: 0 }],
    numbers: 1,
    // `below` last: all of it is read before.
    sets: [
      ...pivot.map((term, ij) => [beside(3, ij), term] as const),
      ...carry.map((term, ij) => [beside(4, ij), term] as const),
      ...left.map((term, ij) => [beside(5, ij), term] as const),
    ],
  }
}

/** rhs, carry, sign:   r_next ← r_next + sign carry r */
const reduce = (unknowns: number, pairs: number): Sweep => ({
  pairs,
  paths: [state(unknowns), held(4, pairs), perShell],
  sets: [0, 1].map(i => [
    apart(0, 2 + i),
    plus(
      apart(0, 2 + i),
      times(same(2), plus(times(beside(1, 2 * i), apart(0, 0)), times(beside(1, 2 * i + 1), apart(0, 1)))),
    ),
  ]),
})

/** rhs, outer, pivot⁻¹, from the outermost shell inwards:   r ← pivot⁻¹ (r − outer r_next) */
const expand = (unknowns: number, pairs: number): Sweep => {
  const rest = [0, 1].map(i =>
    minus(minus(apart(0, i), times(beside(1, 2 * i), apart(0, 2))), times(beside(1, 2 * i + 1), apart(0, 3))),
  )
  return {
    pairs,
    paths: [state(unknowns, -1), held(4, pairs, -1), held(4, pairs, -1)],
    sets: [0, 1].map(i => [apart(0, i), plus(times(beside(2, 2 * i), rest[0]), times(beside(2, 2 * i + 1), rest[1]))]),
  }
}

const known = new Map<string, ReturnType<typeof sweepsOf>>()
const mostKnown = 16

/** The sweeps of particles of a shape under a law, compiled once. */
export const pairSweepsOf = (law: DiffusivityTerms, { shells, count }: PairShape): ReturnType<typeof sweepsOf> => {
  const key = `${law.name}|${shells}|${count}`
  let sweeps = known.get(key)
  if (!sweeps) {
    const unknowns = 2 * (shells + 1)
    const pairs = count / 2
    sweeps = sweepsOf({
      flows: flows(law, unknowns, pairs),
      slopes: slopes(law, unknowns, pairs),
      rows: rows(unknowns, pairs),
      surfaces: surfaces(unknowns, pairs),
      factor: factor(pairs),
      reduce: reduce(unknowns, pairs),
      expand: expand(unknowns, pairs),
    })
    if (known.size >= mostKnown) known.clear()
    known.set(key, sweeps)
  }
  return sweeps
}
