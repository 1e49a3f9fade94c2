import assert from 'node:assert/strict'
import { test } from 'node:test'
import { arrheniusFactor, hopRate } from '../../src/laws/arrhenius.ts'
import { type Parameters, prefixed, sourcesOf, valuesOf, withPrefix } from '../../src/laws/parameter.ts'
import { kBeV, R } from '../../src/units.ts'

const parameters = {
  radius: { value: 1e-6, range: [1e-7, 1e-5], unit: 'm', meaning: 'radius', source: 'assumed: test' },
  gap: { value: 0.67, range: [0.3, 1], unit: 'V', meaning: 'gap', source: 'PMC5234091' },
} as const

test('overrides replace values; an unknown key and what is not a number are refused by name', () => {
  assert.deepEqual(valuesOf('x', parameters, { gap: 0.5 }), { radius: 1e-6, gap: 0.5 })
  const loose: Parameters = parameters
  assert.throws(() => valuesOf('x', loose, { gaap: 1 }), /x\.gaap: got 1, allowed: a parameter of x: radius, gap/)
  assert.throws(() => valuesOf('x', loose, { gap: Number.POSITIVE_INFINITY }), /x\.gap: got Infinity.*\[V\]/)
  assert.throws(() => valuesOf('x', loose, { gap: '1' as unknown as number }), /x\.gap: got "1"/)
  assert.throws(() => valuesOf('x', loose, JSON.parse('{"__proto__": 1}')), /__proto__/)
})

test('an override is its owner’s claim: the source says so, unless the value is the library’s own', () => {
  assert.equal(sourcesOf(parameters, { gap: 0.5 }).gap, 'assumed: given by the caller')
  assert.equal(sourcesOf(parameters, { gap: 0.67 }).gap, 'PMC5234091')
})

test('prefixes go on and come off', () => {
  assert.deepEqual(Object.keys(prefixed('bath', parameters)), ['bath.radius', 'bath.gap'])
  assert.deepEqual(withPrefix('bath', { 'bath.gap': 1, 'bathtub.gap': 2, gap: 3 }), { gap: 1 })
})

test('Arrhenius: the slope against 1/T is −E/k, and a rate never turns into NaN', () => {
  const rate = hopRate({ barrier: 0.41, attemptFrequency: 6.3e12 })
  const slope = Math.log(rate(500) / rate(150)) / (1 / 500 - 1 / 150)
  assert.ok(Math.abs(slope * kBeV + 0.41) < 1e-12)
  // The hop of Li in Li0.7TiS2 as measured, 0.069 1/s at 148 K and 5.6e8 1/s at 510 K from E and ν₀.
  assert.ok(Math.abs(rate(148) - 0.069) < 0.001 && Math.abs(rate(510) / 5.6e8 - 1) < 0.01)
  assert.equal(hopRate({ barrier: 10, attemptFrequency: 1e13 })(1), 0)
  assert.throws(() => hopRate({ barrier: -0.1, attemptFrequency: 1e13 }), /-0\.1/)
  assert.ok(Math.abs(Math.log(arrheniusFactor(4e4, 330)) - (4e4 / R) * (1 / 298.15 - 1 / 330)) < 1e-12)
})
