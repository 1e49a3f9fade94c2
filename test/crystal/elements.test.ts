import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { elementOf, elementOfNumber, elementSuggestion, elements } from '../../src/crystal/elements.ts'
import type { Carrier } from '../../src/scales.ts'

test('118 elements in the order of Z, weights as the carriers have them', async () => {
  assert.equal(elements.length, 118)
  assert.equal(new Set(elements.map(({ symbol }) => symbol)).size, 118)
  elements.forEach((element, k) => {
    assert.equal(element.number, k + 1)
    assert.equal(elementOf(element.symbol), element)
    assert.equal(elementOfNumber(k + 1), element)
    // 1 < A/Z < 3.3 in all nuclei beyond hydrogen: a slipped row would break it
    if (k > 0) assert.ok(element.mass / (k + 1) > 1.99 && element.mass / (k + 1) < 2.72, element.symbol)
    if (element.covalentRadius !== undefined) assert.ok(element.covalentRadius > 0.27 && element.covalentRadius < 2.7)
  })
  const folder = new URL('../../src/carriers/', import.meta.url)
  for (const file of readdirSync(folder)) {
    for (const carrier of Object.values((await import(new URL(file, folder).href)) as Record<string, Carrier>))
      assert.equal(elementOf(carrier.symbol)?.mass, carrier.mass, carrier.symbol)
  }
})

test('a word that is no element finds what it may have meant', () => {
  assert.equal(elementOf('Xx'), undefined)
  assert.equal(elementOf('li'), undefined)
  assert.match(elementSuggestion('Mx'), /did you mean "M/)
  assert.match(elementSuggestion('Sulphur'), /"Su?|"S/)
  assert.equal(elementSuggestion('1'), '')
})
