import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readable } from '../../src/plot/axis.ts'
import {
  discharge,
  heatMap,
  ionColour,
  line,
  losses,
  nyquist,
  particleProfiles,
  voltammogram,
} from '../../src/plot/index.ts'
import { everyRow, pointsOf } from '../../src/plot/points.ts'
import { shades } from '../../src/plot/theme.ts'

const ramp = (n: number, f: (s: number) => number) => Float64Array.from({ length: n }, (_, i) => f(i / (n - 1)))
const x = ramp(50, s => 2e-3 * s)
const voltage = ramp(50, s => 2 - s)
const content = { Li: ramp(50, s => s), Mg: ramp(50, s => s * s) }

const figures: Record<string, () => string> = {
  line: () => line([{ x, y: voltage, label: 'dual' }], { x: 'capacity', y: 'voltage', title: 'Li & Mg < Mo6S8' }),
  discharge: () => discharge({ x, voltage, content, beside: [{ x, voltage, label: 'equilibrium' }] }),
  'discharge of one step without ions': () => discharge({ x, voltage, content: {} }),
  losses: () => losses({ x, loss: { kinetic: voltage, ohmic: voltage } }),
  particleProfiles: () =>
    particleProfiles([{ label: '10 min', radius: ramp(20, s => s), content: { Li: ramp(20, s => s) } }]),
  voltammogram: () => voltammogram([{ voltage, current: x, label: 'cycle 1' }]),
  nyquist: () =>
    nyquist([
      { frequency: ramp(50, s => 10 ** (4 * s)), real: ramp(50, s => 1 - s), imaginary: ramp(50, s => -s * (1 - s)) },
    ]),
  heatMap: () =>
    heatMap(
      {
        x: [1, 2, 3],
        y: [0.1, 1],
        value: [0, 0.2, 1, 0, 0.6, 1],
        valueLabel: 'share',
        borders: [{ value: [0, 0.2, 1, 0, 0.6, 1], at: 0.5, label: 'seen' }],
        mark: { x: 2, y: 1, label: 'here' },
      },
      { x: { label: 'barrier (eV)' }, y: { label: 'rate (1/h)', log: true } },
    ),
  'a curve without one finite point': () => line([{ x: [Number.NaN], y: [1] }], { x: 'time', y: 'voltage' }),
  'a single point': () => discharge({ x: [0], voltage: [1.2], content: { Li: [0] } }),
}

for (const [name, draw] of Object.entries(figures)) {
  test(`${name}: one well-formed SVG document, no number missing, the same bits twice`, () => {
    const svg = draw()
    assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" role="img" width="\d+" height="\d+(\.\d+)?"/)
    assert.doesNotMatch(svg, /NaN|undefined|Infinity|currentColor|<style/)
    assert.equal(unbalanced(svg), '')
    assert.equal(draw(), svg)
  })
}

/** The first tag of an XML text that does not match its partner, or nothing. */
const unbalanced = (xml: string): string => {
  const open: string[] = []
  for (const [tag, close, name, empty] of xml.matchAll(/<(\/?)([\w-]+)(?:\s[^<>]*?)?(\/?)>/g)) {
    if (close) {
      if (open.pop() !== name) return tag
    } else if (!empty) open.push(name)
  }
  return open.join(' ')
}

test('titles are escaped, axes carry words and units of quantities.ts', () => {
  const svg = figures.line()
  assert.match(svg, /Li &amp; Mg &lt; Mo6S8/)
  assert.match(svg, />Voltage \(V\)</)
  assert.match(svg, />Capacity \(mA·h\)</) // 2 mA·h is not drawn as 0.002 A·h
})

test('columns of different length are refused with both lengths', () => {
  assert.throws(() => line([{ x: [0, 1], y: [1] }], { x: 'time', y: 'voltage' }), /x has 2 values, y has 1/)
  assert.throws(() => discharge({ x: [0, 1], voltage: [1, 1], content: { Li: [0] } }), /Li has 1/)
  assert.throws(
    () => heatMap({ x: [0, 1], y: [0, 1], value: [0], valueLabel: 'v' }, { x: 'time', y: 'time' }),
    /1 entries, 2 × 2/,
  )
})

test('thinning keeps the first point, the last point and every spike', () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 5000 }), fc.nat(), (n, where) => {
      const y = new Float64Array(n)
      y[where % n] = 7
      const time = Float64Array.from({ length: n }, (_, i) => i)
      const points = pointsOf(time, y, 100)
      assert.ok(points.length <= 102)
      assert.equal(Math.max(...points.map(point => point.y)), 7)
      assert.equal(points[points.length - 1].x, n - 1)
    }),
  )
  assert.deepEqual(everyRow(5, 2), [0, 3, 4])
})

test('readable units: a prefix only where it helps', () => {
  assert.deepEqual(readable('capacity', [[0, 5]]), { label: 'Capacity (A·h)', unit: 1 })
  assert.deepEqual(readable('current', [[-2e-5]]), { label: 'Current (µA)', unit: 1e-6 })
  assert.deepEqual(readable('voltage', [[1e-3]]), { label: 'Voltage (V)', unit: 1 })
})

test('ions have fixed colours, unknown ones get colours of their own', () => {
  assert.equal(ionColour('Li', ['Mg', 'Li']), ionColour('Li'))
  const ions = ['Li', 'Mg', 'Xx', 'Yy']
  assert.equal(new Set(ions.map(ion => ionColour(ion, ions))).size, 4)
  assert.equal(new Set(shades(ionColour('Li'), 5)).size, 5)
})
