/** A lattice model in a folder: `computed` leads over its records to the engine's run, or is refused. */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { SimulationError } from '../../src/error.ts'
import { recordsAmong } from '../../src/file/lattice/chain.ts'
import { readLatticeText } from '../../src/file/lattice/read.ts'
import { latticeFileOf } from '../../src/ladder/lattice-file.ts'

const shipped = fileURLToPath(new URL('../../lattices/', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'dualion-records-'))
after(() => rmSync(folder, { recursive: true }))
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const barriers = ['hops.json', 'neighbours.json', 'amounts.json', 'pairs.json']
const needed = ['model.json', 'energies.json', ...barriers, 'barriers.sha256']

let copies = 0
/** A copy of the model of Mo6S8 with its records, one of them changed; without those named. */
const copied = (
  change: Readonly<Record<string, (text: string) => string>>,
  without: readonly string[] = [],
): string => {
  const at = join(folder, String(copies++))
  mkdirSync(at)
  for (const name of needed) if (!without.includes(name)) cpSync(join(shipped, 'mo6s8', name), join(at, name))
  for (const [name, by] of Object.entries(change))
    writeFileSync(join(at, name), by(readFileSync(join(at, name), 'utf8')))
  return at
}

const refused = async (at: string, message: RegExp): Promise<void> => {
  await assert.rejects(latticeFileOf('model.json', at), error => {
    assert.ok(error instanceof SimulationError && error.code === 'input', String(error))
    assert.match(error.message, message)
    assert.match(error.message, /^model\.json: .*assumed or screening/)
    return true
  })
}

test('every model that comes along leads to its engine, and its records are enough for that', async () => {
  for (const model of ['mo6s8', 'mgco2o4', 'mo6s8-zn-al', 'li7pse6'])
    await latticeFileOf('model.json', join(shipped, model))
  await latticeFileOf('model-assumed-pair.json', join(shipped, 'mo6s8'))
  const { provenance } = await latticeFileOf('model.json', copied({}))
  assert.ok(provenance.filter(one => one.basis === 'computed').length > 50)
})

test('one digit changed in any record, or a record that is gone: the numbers that rest on it are refused', async () => {
  const other = (text: string) => text.replace(/(\d)(\D*)$/, (_, digit, rest) => `${(Number(digit) + 1) % 10}${rest}`)
  const hash = (name: string) => sha256(readFileSync(join(shipped, 'mo6s8', name), 'utf8')).slice(0, 12)
  for (const name of ['energies.json', 'barriers.sha256', ...barriers]) {
    const message = new RegExp(`inputs\\.sha256: got "[0-9a-f]{64}".*no record beside the model has ${hash(name)}`)
    await refused(copied({ [name]: other }), message)
    await refused(copied({}, [name]), message)
  }
})

test('a hash that was made up, and another engine than the record’s, are refused', async () => {
  const made = 'ab'.repeat(32)
  const energies = sha256(readFileSync(join(shipped, 'mo6s8/energies.json'), 'utf8'))
  await refused(copied({ 'model.json': text => text.replaceAll(energies, made) }), /got "abababab/)
  await refused(
    copied({ 'model.json': text => text.replaceAll('ace mo-s-li-mg.json', 'another') }),
    /inputs\.engine: got "another .*the record [a-z.]+ names, ace mo-s-li-mg\.json/,
  )
})

const hop = { carrier: 'A', barrier: 0.3, source: 'computed: a test', basis: 'computed' }
const stamped = (sha: string, engine = 'an engine 1') =>
  JSON.stringify({
    format: 'dualion-lattice',
    lattice: 'square',
    spacing: 3,
    carriers: ['A'],
    hops: [{ ...hop, inputs: { sha256: sha, engine } }],
  })

test('a record must come to an engine and hold what it gave; it may name further records that do', async () => {
  const run = '{"engine":"an engine 1","items":[{"saddle":0.3}]}'
  const files = {
    'run.json': run,
    'empty.json': '{"engine":"an engine 1","items":[]}',
    'silent.json': '{"items":[1]}',
    'loose.json': `{"inputs":{"run":"${'0'.repeat(64)}"}}`,
    'list.sha256': `${sha256(run)}\n`,
    'fit.json': `{"inputs":{"energies":"${sha256(run)}"},"fit":[1]}`,
    'mixed.sha256': `${sha256(run)}\n${sha256('{"items":[1]}')}`,
    'words.txt': 'not JSON',
  }
  const records = recordsAmong(files)
  const read = (name: keyof typeof files, engine?: string) =>
    readLatticeText(stamped(sha256(files[name]), engine), 'x.json', undefined, records)
  for (const name of ['run.json', 'list.sha256', 'fit.json'] as const) await read(name)
  await assert.rejects(read('fit.json', 'another'), /x\.json: hops\.0\.inputs\.engine: got "another".*run\.json/)
  await assert.rejects(read('empty.json'), /empty\.json has no results/)
  await assert.rejects(read('silent.json'), /silent\.json names no engine/)
  await assert.rejects(read('words.txt'), /words\.txt names no engine/)
  await assert.rejects(read('loose.json'), /loose\.json rests on 000000000000…, and no record/)
  await assert.rejects(read('mixed.sha256'), /mixed\.sha256 rests on .*, and silent\.json names no engine/)
  // a record that is handed out under a hash that is not its own
  const liar = () => ({ name: 'run.json', content: run })
  await assert.rejects(readLatticeText(stamped('ab'.repeat(32)), 'x.json', undefined, liar), /has not the bytes/)
  await assert.rejects(readLatticeText(stamped(sha256(run)), 'x.json'), /no records are at hand here/)
})

test('records elsewhere are found where SHA256SUMS names them, as long as they are what it says', async () => {
  const at = join(folder, 'sums')
  mkdirSync(join(at, 'model'), { recursive: true })
  const run = '{"engine":"an engine 1","items":[1]}'
  writeFileSync(join(at, 'run.json'), run)
  writeFileSync(join(at, 'model', 'model.json'), stamped(sha256(run)))
  await refused(join(at, 'model'), /no record beside the model/)
  writeFileSync(join(at, 'model', 'SHA256SUMS'), `${sha256(run)}  ../run.json\n`)
  await latticeFileOf('model.json', join(at, 'model'))
  writeFileSync(join(at, 'run.json'), `${run} `)
  await refused(join(at, 'model'), /no record beside the model/)
})
