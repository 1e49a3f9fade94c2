import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parametersOf, shared } from '../../src/claims/recipe.ts'
import { claimMaps, endsOf, mainRate, mapPoints, sensitivityRows, valueAt } from '../../src/claims/study.ts'
import { surveySentences } from '../../src/claims/survey.ts'
import { type ClaimName, claims } from '../../src/claims/thresholds.ts'
import { type Trial, trials } from '../../src/claims/trial.ts'
import type { VerdictOutcome } from '../../src/claims/verdicts.ts'

const bases = [{ cell: 'beaker', reading: 'lattice' }] as const

test('rows: the defaults first, then every factor at both ends, nothing else moved', () => {
  const [start, ...rows] = sensitivityRows(bases)
  assert.deepEqual(start.point, { cell: 'beaker', reading: 'lattice', rate: mainRate, overrides: {} })
  for (const { factor, side, value, point } of rows) {
    const [low, high] = endsOf('beaker', factor!)
    assert.equal(value, side === 'low' ? low : high)
    assert.equal(valueAt(point, factor!), value)
    if (factor === 'rate') assert.deepEqual(point.overrides, {})
    else assert.equal(point.rate, mainRate)
    for (const [key, moved] of Object.entries(point.overrides)) {
      const [least, most] = parametersOf('beaker')[key].range
      assert.ok(moved! >= least && moved! <= most, `${key} ${moved} lies in its stated range`)
    }
  }
})

test('maps stay within the stated ranges of what they move', () => {
  for (const map of claimMaps(7)) {
    const points = mapPoints(map)
    assert.equal(points.length, map.xs.length * map.ys.length)
    assert.equal(valueAt(points[1], map.x), map.xs[1])
    assert.equal(valueAt(points[map.xs.length], map.y), map.ys[1])
    for (const { overrides } of points)
      for (const [key, value] of Object.entries(overrides)) {
        const [low, high] = parametersOf('beaker')[key].range
        assert.ok(value! >= low && value! <= high, `${key} ${value}`)
      }
  }
})

test('a single-ion cell keeps its own salt, metal and bath', () => {
  assert.deepEqual(
    shared({ 'electrolyte.LiTFSI': 10, reservoir: 0.1, anodeLi: 1, 'host.barrierMg': 0.5, temperature: 300 }),
    {
      'host.barrierMg': 0.5,
      temperature: 300,
    },
  )
})

test('a row reproduces its single run, whatever was computed before it', () => {
  const rows = sensitivityRows(bases).filter(row => ['coupling', undefined].includes(row.factor))
  const together = trials()
  const all = rows.map(row => together(row.point))
  for (const k of [0, 2]) assert.deepEqual(all[k], trials()(rows[k].point), `row ${k}`)
  // Sparing leaves out a number, never a verdict.
  const sparing = trials()
  for (const [k, row] of rows.entries())
    assert.deepEqual(
      sparing(row.point, { sparing: true }).verdicts.map(v => v.outcome),
      all[k].verdicts.map(v => v.outcome),
    )
})

/** A trial with the outcomes asked for. */
const trialWith = (outcomes: Partial<Record<ClaimName, VerdictOutcome>>): Trial => ({
  verdicts: claims.map(({ name }) => ({
    claim: name,
    outcome: outcomes[name] ?? 'not seen',
    value: 0,
    slow: 0,
    reason: '',
  })),
  capacity: { dual: 4, withoutPair: 4, mgOnly: 4 },
  end: { Li: 4, Mg: 0 },
  trouble: [],
})

test('sentences say what the table and the maps hold', () => {
  const rows = sensitivityRows(bases).map(row => ({
    ...row,
    trial: trialWith(
      row.factor === 'gap' && row.side === 'high' ? { nearEqual: 'seen', liFirst: 'seen' } : { liFirst: 'seen' },
    ),
  }))
  const [map] = claimMaps(4)
  const maps = [
    { ...map, trials: mapPoints(map).map((_, k) => trialWith(k === 1 ? { mgStalls: 'thermodynamic' } : {})) },
  ]
  const sentences = Object.fromEntries(surveySentences(rows, maps).map(({ claim, lines }) => [claim, lines.join('\n')]))
  assert.match(sentences['near equal'], /not seen at the defaults; seen with E°\(Mg\) − E°\(Li\) in the bath 1 V/)
  assert.match(sentences['Li first'], /seen at the defaults and at either end of every range/)
  assert.match(sentences['Mg alone stalls'], /in 1 of 12, within .*always thermodynamic/)
  assert.match(sentences['Mg promoted'], /in none of 12/)
  assert.match(sentences['all together'], /at most two of the four claims hold \(one point\).*Li first and near equal/)
})
