import assert from 'node:assert/strict'
import { test } from 'node:test'
import { capacityOf, endOf, mgShareUntil, peakMgShare, type Split, splitOf } from '../../src/claims/split.ts'
import { type ClaimName, reading, thresholds } from '../../src/claims/thresholds.ts'
import { type Evidence, verdictsOf } from '../../src/claims/verdicts.ts'

/** A discharge in stretches, each so many charges long with Mg carrying a share of them. */
const made = (...stretches: readonly (readonly [charge: number, mgShare: number])[]): Split => {
  const Li = [0]
  const Mg = [0]
  for (const [charge, share] of stretches) {
    const pieces = Math.max(1, Math.round(charge / 0.01))
    for (let k = 0; k < pieces; k++) {
      Li.push(Li[Li.length - 1] + ((1 - share) * charge) / pieces)
      Mg.push(Mg[Mg.length - 1] + (0.5 * share * charge) / pieces)
    }
  }
  return splitOf(
    Float64Array.from(Li, () => 1),
    Float64Array.from(Li),
    Float64Array.from(Mg),
  )
}

const onlyLi = made([4, 0])
const onlyMg = made([4, 1])
/** Li to 4/3, then Mg: all that the press release claims, on the way to Li4/3Mg4/3. */
const asClaimed = made([4 / 3, 0], [8 / 3, 1])
const stalled = made([1.5, 1])

const evidence = (o: Partial<Evidence> = {}): Evidence => ({
  dual: asClaimed,
  dualWithoutPair: made([4 / 3, 0], [1, 0.3]),
  mgOnly: stalled,
  slowDual: onlyLi,
  slowMgOnly: onlyMg,
  ...o,
})
const outcomes = (o: Partial<Evidence>) =>
  Object.fromEntries(verdictsOf(evidence(o)).map(v => [v.claim, v.outcome])) as Record<ClaimName, string>

test('charge counts Li once and Mg twice', () => {
  assert.ok(Math.abs(capacityOf(asClaimed) - 4) < 1e-12)
  assert.ok(Math.abs(endOf(asClaimed).Li - 4 / 3) < 1e-12 && Math.abs(endOf(asClaimed).Mg - 4 / 3) < 1e-12)
})

test('the share until a Li content: exact on straight stretches, none where Li never comes', () => {
  // 1 charge with Mg at 0.6, Li 0.4 there; the rest Li: 2·0.3/(0.5 + 0.6) at Li 0.5. Linear data, so round-off only.
  assert.ok(Math.abs(mgShareUntil(made([1, 0.6], [3, 0]), 0.5) - 0.6 / 1.1) < 1e-12)
  assert.ok(Number.isNaN(mgShareUntil(onlyMg, 0.5)))
})

test('the peak share is that of a whole stretch, after some Li, wherever its ends fall between rows', () => {
  const of = (split: Split) => peakMgShare(split, reading)
  assert.ok(Math.abs(of(asClaimed).share - 1) < 1e-9)
  // Half a window of Mg counts half: 0.1 of 0.2 charges.
  assert.ok(Math.abs(of(made([1, 0], [0.1, 1], [1, 0])).share - 0.5) < 1e-9)
  // Mg that comes before any Li is not promoted by Li.
  assert.ok(of(made([1, 1], [2, 0])).share < 1e-9)
  assert.ok(Number.isNaN(of(onlyMg).share))
  // Two rows only: both ends of the stretch lie between rows.
  const coarse = splitOf(Float64Array.of(1, 1), Float64Array.of(0, 2), Float64Array.of(0, 1))
  assert.ok(Math.abs(of(coarse).share - 0.5) < 1e-12)
  assert.throws(() => peakMgShare(asClaimed, { window: 0, li: 0 }), RangeError)
})

test('a discharge as claimed: every claim seen where equilibrium shows none', () => {
  // Equilibrium without any of them: Mg first, all of it, and Mg alone as good as both.
  assert.deepEqual(outcomes({ slowDual: onlyMg, slowMgOnly: onlyMg }), {
    liFirst: 'seen',
    mgPromoted: 'seen',
    nearEqual: 'seen',
    mgStalls: 'seen',
  })
})

test('the same is thermodynamic where the infinitely slow path shows it too', () => {
  assert.deepEqual(outcomes({ slowDual: asClaimed, slowMgOnly: stalled }), {
    liFirst: 'thermodynamic',
    mgPromoted: 'thermodynamic',
    nearEqual: 'thermodynamic',
    mgStalls: 'thermodynamic',
  })
})

test('without a slow path nothing is called thermodynamic; without a discharge nothing is said', () => {
  assert.ok(Object.values(outcomes({ slowDual: undefined, slowMgOnly: undefined })).every(o => o === 'seen'))
  assert.ok(Object.values(outcomes({ dual: undefined })).every(o => o === 'not computed'))
  assert.equal(outcomes({ mgOnly: undefined }).mgStalls, 'not computed')
  assert.equal(outcomes({ dualWithoutPair: undefined }).mgPromoted, 'not computed')
  // A share that does not pass needs no second discharge to be refused.
  assert.equal(outcomes({ dual: onlyLi, dualWithoutPair: undefined }).mgPromoted, 'not seen')
})

/** Discharges a little on either side of each threshold. */
const just = 0.01
const sides: readonly [ClaimName, string, Partial<Evidence>, Partial<Evidence>][] = [
  [
    'liFirst',
    'share up to Li 0.5',
    { dual: made([2, thresholds.liFirst.share - just]) },
    { dual: made([2, thresholds.liFirst.share + just]) },
  ],
  [
    'mgPromoted',
    'share after some Li',
    { dual: made([1, 0], [1, 0.5 + just]), dualWithoutPair: onlyLi },
    { dual: made([1, 0], [1, 0.5 - just]), dualWithoutPair: onlyLi },
  ],
  [
    'mgPromoted',
    'fall with the pair off',
    { dual: made([1, 0], [1, 0.8]), dualWithoutPair: made([1, 0], [1, 0.4 - just]) },
    { dual: made([1, 0], [1, 0.8]), dualWithoutPair: made([1, 0], [1, 0.4 + just]) },
  ],
  ['nearEqual', 'least Li/Mg', { dual: made([0.68, 0], [2, 1]) }, { dual: made([0.66, 0], [2, 1]) }],
  ['nearEqual', 'most Li/Mg', { dual: made([1.49, 0], [2, 1]) }, { dual: made([1.51, 0], [2, 1]) }],
  ['mgStalls', 'capacity alone', { mgOnly: made([1.59, 1]) }, { mgOnly: made([1.61, 1]) }],
]
for (const [claim, what, inside, outside] of sides) {
  test(`${claim}: ${what} decides, from just inside to just outside its threshold`, () => {
    assert.equal(outcomes({ slowDual: undefined, slowMgOnly: undefined, ...inside })[claim], 'seen')
    assert.equal(outcomes({ slowDual: undefined, slowMgOnly: undefined, ...outside })[claim], 'not seen')
  })
}

test('a discharge that ends at once is evidence for nothing, even with equal crumbs of both ions', () => {
  const crumbs = made([0.03, 2 / 3])
  assert.deepEqual(outcomes({ dual: crumbs }), {
    liFirst: 'not seen',
    mgPromoted: 'not seen',
    nearEqual: 'not seen',
    mgStalls: 'not seen',
  })
})

test('the numbers stand in the verdict', () => {
  const [first, promoted, equal, stalls] = verdictsOf(evidence())
  assert.equal(first.value, 0)
  assert.ok(Math.abs(promoted.value - 1) < 1e-9 && Math.abs((promoted.withoutPair ?? 0) - 0.3) < 1e-9)
  assert.ok(Math.abs(equal.value - 1) < 1e-9)
  assert.ok(Math.abs(stalls.value - 1.5 / 4) < 1e-9)
  assert.match(stalls.reason, /37\.5 %/)
})
