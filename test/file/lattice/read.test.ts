import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { SimulationError } from '../../../src/error.ts'
import { readLatticeText } from '../../../src/file/lattice/read.ts'
import { latticeJsonSchema } from '../../../src/file/lattice/schema.ts'
import { latticeText } from '../../../src/file/lattice/write.ts'
import { type LatticeModel, latticeFormat, plainKinds } from '../../../src/lattice/model/model.ts'

const plain = {
  format: 'dualion-lattice',
  lattice: 'simple-cubic',
  spacing: 3,
  carriers: ['A', 'B'],
  hops: [{ carrier: 'A', barrier: 0.3 }],
  pairEnergies: [{ carriers: ['A', 'A'], shell: 1, energy: -0.05 }],
}

test('a plain lattice gas in a few lines, as JSON and as YAML', async () => {
  const json = await readLatticeText(JSON.stringify(plain), 'gas.json')
  const yaml = await readLatticeText(
    `format: dualion-lattice
lattice: simple-cubic
spacing: 3
carriers: [A, B]
hops: [{ carrier: A, barrier: 0.3 }]
pairEnergies: [{ carriers: [A, A], shell: 1, energy: -0.05 }]
`,
    'gas.yaml',
  )
  assert.deepEqual(yaml.lattice, json.lattice)
  assert.equal(json.lattice.events.length, 3)
  assert.deepEqual(json.notes, ['B has no hops: it stays where it is put'])
  assert.ok(json.provenance.every(one => one.basis === 'assumed'))
})

test('charges of known ions are the library’s, others as written or 1', async () => {
  const { lattice } = await readLatticeText(
    JSON.stringify({ ...plain, carriers: ['Mg', 'A', { symbol: 'Li' }, { symbol: 'B', charge: 3 }] }),
    'x.json',
  )
  assert.deepEqual(
    lattice.carriers.map(carrier => carrier.charge),
    [2, 1, 1, 3],
  )
})

const refused = (change: object): Promise<string> =>
  readLatticeText(JSON.stringify({ ...plain, ...change }), 'x.json').then(
    () => assert.fail(`accepted ${JSON.stringify(change)}`),
    error => {
      assert.ok(error instanceof SimulationError && error.code === 'input', String(error))
      return error.message
    },
  )

test('what is refused is named by file, field, value and what is allowed, with the nearest name', async () => {
  const cases: readonly (readonly [object, RegExp])[] = [
    [{ lattice: 'simple-cubik' }, /^x\.json: lattice: got "simple-cubik", .*did you mean "simple-cubic"/],
    [{ spacng: 3 }, /^x\.json: spacng: unknown key, did you mean "spacing"/],
    [{ spacing: -1 }, /spacing: got -1, allowed: a number ≥ 0.01 and ≤ 100 \[Å\]/],
    [{ hops: [{ carrier: 'Aa', barrier: 0.3 }] }, /hops\.0\.carrier: got "Aa", .*did you mean "A"/],
    [{ hops: [{ carrier: 'A', barrier: -0.3 }] }, /hops\.0\.barrier: got -0\.3, allowed: a number ≥ 0/],
    [{ hops: [{ carrier: 'A', barrier: 0.3, distance: 4 }] }, /hops\.0\.distance: got 4, .* 3\.000, 4\.243, 5\.196/],
    [{ hops: [{ carrier: 'A', barrier: 0.3, attemptFrequency: 0 }] }, /attemptFrequency: got 0/],
    [
      { pairEnergies: [{ carriers: ['A', 'A'], energy: 'x' }] },
      /energy: got "x", allowed: a number \[eV\], or forbidden/,
    ],
    [{ pairEnergies: [{ carriers: ['A'], energy: 1 }] }, /pairEnergies\.0\.carriers: .*2 carriers/],
    [{ exclusions: [{ within: 1 }] }, /exclusions\.0\.within: got 1, .*3\.000 Å/],
    [{ limits: [{ weights: { C: 1 }, max: 1, per: 'cell' }] }, /limits\.0\.weights\.C/],
    [{ formatVersion: 2 }, /formatVersion: got 2, allowed: 1/],
    [{ format: 'dualion' }, /format: got "dualion"/],
    [{ lattice: undefined, spacing: undefined }, /cell: got undefined, allowed: three vectors/],
    [{ hops: [{ carrier: 'A', barrier: 0.3, moves: [{ from: { site: 3 }, to: { site: 0 } }] }] }, /from\.site: got 3/],
    [{ siteEnergies: [{ carrier: 'A', energy: 'forbidden' }] }, /hops\.0: .*carriers may sit/],
    [
      { siteEnergies: [{ carrier: 'A', energy: 1 }, { energy: 2 }] },
      /siteEnergies\.1: got "A on site 0", .*siteEnergies\.0 has it already/,
    ],
  ]
  for (const [change, message] of cases) assert.match(await refused(change), message)
})

test('a move listed twice, or with its reverse, is refused with both names', async () => {
  assert.match(
    await refused({
      hops: [
        { carrier: 'A', name: 'one', barrier: 0.3 },
        { carrier: 'A', name: 'two', barrier: 0.2, distance: 3 },
      ],
    }),
    /hops\.1: "two" is, or is the reverse of, a move of "one" \(hops\.0\)/,
  )
  // B into the site that A leaves, seen backwards, is A into the site that B leaves
  assert.match(
    await refused({
      pairHops: [
        { kind: 'follow', leader: 'A', follower: 'B', barrier: 0.1 },
        { kind: 'follow', leader: 'B', follower: 'A', barrier: 0.1 },
      ],
    }),
    /"A follows B" is, or is the reverse of, a move of "B follows A"/,
  )
})

test('computed is refused unless it leads to the run of an engine', async () => {
  const hop = { carrier: 'A', barrier: 0.3, source: 'paths of the engine' }
  assert.match(await refused({ hops: [{ ...hop, basis: 'computed' }] }), /hops\.0\.inputs: got "nothing"/)
  assert.match(
    await refused({ hops: [{ ...hop, basis: 'computed', inputs: { sha256: 'abc', engine: 'ace' } }] }),
    /hops\.0\.inputs\.sha256: got "abc", allowed: 64 hexadecimal digits/,
  )
  assert.match(await refused({ hops: [{ carrier: 'A', barrier: 0.3, basis: 'measured' }] }), /hops\.0\.source/)
  const inputs = { sha256: 'a'.repeat(64), engine: 'ace mo-s-li-mg 1' }
  const { provenance } = await readLatticeText(
    JSON.stringify({
      ...plain,
      hops: [
        { ...hop, basis: 'computed', inputs, attemptFrequency: { value: 5e12, basis: 'assumed', source: 'assumed' } },
      ],
    }),
    'x.json',
  )
  const of = (field: string) => provenance.find(one => one.field === field)
  assert.deepEqual(of('hops.0')?.inputs, inputs)
  assert.equal(of('hops.0.attemptFrequency')?.basis, 'assumed')
  assert.equal(of('pairEnergies.0')?.basis, 'assumed')
})

test('texts that are no model: empty, cut off, prototypes, infinities, other encodings, too large', async () => {
  const cases: readonly (readonly [string | Uint8Array, string, RegExp])[] = [
    ['', 'x.json', /x\.json: the file is empty/],
    ['{"format":', 'x.json', /line 1, column 11: the end of the file/],
    ['{"format":"dualion-lattice","__proto__":{}}', 'x.json', /"__proto__" is not allowed/],
    ['format: dualion-lattice\n__proto__: {}\n', 'x.yaml', /"__proto__" is not allowed/],
    ['{"format":"dualion-lattice","spacing":1e999}', 'x.json', /beyond the largest number/],
    ['format: dualion-lattice\nlattice: square\nspacing: .inf\ncarriers: [A]\n', 'x.yaml', /spacing: got Infinity/],
    ['format: dualion-lattice\nlattice: square\nspacing: .nan\ncarriers: [A]\n', 'x.yaml', /spacing: got NaN/],
    ['[1, 2]', 'x.json', /format: missing/],
    [new Uint8Array([0xff, 0xfe, 0x7b, 0]), 'x.json', /UTF-16/],
    [' '.repeat(10_000_001), 'x.json', /10000001 characters, allowed: at most 10000000/],
  ]
  for (const [text, name, message] of cases)
    await assert.rejects(readLatticeText(text, name), error => {
      assert.ok(error instanceof SimulationError && error.code === 'input', String(error))
      assert.match(error.message, message)
      return true
    })
})

const energy = fc.oneof(fc.double({ min: -2, max: 2, noNaN: true }), fc.constant('forbidden' as const))
const ion = fc.constantFrom('A', 'B')
const sourced = fc.record(
  {
    source: fc.string({ minLength: 1, maxLength: 20 }),
    basis: fc.constantFrom('measured', 'fitted', 'screening', 'computed') as fc.Arbitrary<'measured'>,
    inputs: fc.constant({ sha256: '0123456789abcdef'.repeat(4), engine: 'ace 1' }),
  },
  { requiredKeys: ['source', 'basis', 'inputs'] },
)
const models: fc.Arbitrary<LatticeModel> = fc
  .record(
    {
      name: fc.string({ minLength: 1, maxLength: 30 }),
      about: fc.string(),
      siteEnergies: fc.array(fc.record({ carrier: ion, energy: fc.double({ min: -3, max: 3, noNaN: true }) }), {
        maxLength: 1,
      }),
      pairEnergies: fc.array(
        fc
          .tuple(fc.record({ carriers: fc.tuple(ion, ion), shell: fc.integer({ min: 1, max: 3 }), energy }), sourced)
          .map(([one, from]) => ({ ...one, ...from })),
        { maxLength: 4 },
      ),
      exclusions: fc.array(
        fc.record({ carriers: fc.tuple(ion, ion), within: fc.double({ min: 20, max: 21, noNaN: true }) }),
        {
          maxLength: 1,
        },
      ),
      limits: fc.array(
        fc.record({
          weights: fc.record({ A: fc.double({ min: 0, max: 3, noNaN: true }), B: fc.constant(2) }),
          max: fc.double({ min: 0.1, max: 9, noNaN: true }),
          per: fc.constantFrom('cell', 'formula unit') as fc.Arbitrary<'cell'>,
        }),
        { maxLength: 2 },
      ),
      meanField: fc.array(
        fc.record({
          name: fc.string({ minLength: 1 }),
          weights: fc.record({ A: fc.double({ min: -2, max: 2, noNaN: true }) }),
          coefficients: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 4 }),
        }),
        { maxLength: 2 },
      ),
      hops: fc.array(
        fc.record({
          carriers: fc.constant(['A', 'B']),
          barrier: fc.double({ min: 0, max: 2, noNaN: true }),
          byAmount: fc.record({ energy: fc.record({ A: fc.double({ min: -1, max: 1, noNaN: true }) }) }),
          inside: fc.boolean(),
        }),
        { maxLength: 1 },
      ),
      pairHops: fc.array(
        fc.record({
          kind: fc.constant('follow' as const),
          leader: ion,
          follower: ion,
          straight: fc.boolean(),
          barrier: fc.double({ min: 0, max: 2, noNaN: true }),
          attemptFrequency: fc.double({ min: 1e9, max: 1e14, noNaN: true }),
        }),
        { maxLength: 1 },
      ),
    },
    { requiredKeys: [] },
  )
  .chain(rest =>
    fc
      .record({ kind: fc.constantFrom(...plainKinds), spacing: fc.double({ min: 1, max: 10, noNaN: true }) })
      .map(({ kind, spacing }): LatticeModel => {
        const open = kind === 'honeycomb' || kind === 'diamond' // no two hops there go straight on
        const pairHops = rest.pairHops?.map(one => ({ ...one, straight: one.straight && !open }))
        return {
          ...rest,
          ...(pairHops ? { pairHops } : {}),
          format: latticeFormat,
          lattice: kind,
          spacing,
          carriers: ['A', 'B'],
        }
      }),
  )

test('a model written and read again is the same model and the same lattice; written twice, the same text', async () => {
  await fc.assert(
    fc.asyncProperty(models, async model => {
      const text = latticeText(model)
      const first = await readLatticeText(text, 'x.json')
      // fast-check draws −0, which JSON has not
      assert.deepEqual(first.model, JSON.parse(JSON.stringify(model)))
      const again = latticeText(first.model)
      const second = await readLatticeText(again, 'x.json')
      assert.deepEqual(second.lattice, first.lattice)
      assert.equal(latticeText(second.model), again)
    }),
    { numRuns: 60 },
  )
})

test('the writer refuses what JSON has not', () => {
  assert.throws(
    () => latticeText({ ...plain, spacing: Number.POSITIVE_INFINITY } as unknown as LatticeModel),
    /model\.spacing: got Infinity/,
  )
})

test('the JSON Schema describes every key', () => {
  const { properties } = latticeJsonSchema() as { properties: Record<string, unknown> }
  for (const key of Object.keys(plain)) assert.ok(key in properties, key)
})
