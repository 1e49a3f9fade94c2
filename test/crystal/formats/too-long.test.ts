/** Files longer than is read: refused with what is wrong and its line, or with the line at which the limit falls. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readStructure } from '../../../src/crystal/formats/read-structure.ts'
import { largestText } from '../../../src/crystal/formats/text.ts'
import { SimulationError } from '../../../src/error.ts'

/** Beyond the limit nothing is looked at: 100 MB take no longer. */
const size = 65_000_000

const cell = `data_x
_cell_length_a 5
_cell_length_b 5
_cell_length_c 5
`
const loop = `loop_
_atom_site_label
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
`
const row = 'Na1 0.123 0.456 0.789\n'
const poscar = 'salt\n1\n5 0 0\n0 5 0\n0 0 5\nNa\n1000000\nDirect\n'
const frame = '1\nLattice="9 0 0 0 9 0 0 0 9" Properties=species:S:1:pos:R:3'

/** A beginning, and then the same line until the file is too long. */
const longFile = (begin: string, again: string): Buffer => {
  const bytes = Buffer.alloc(size)
  bytes.write(begin)
  return bytes.fill(again, begin.length)
}

/** The line of a byte of such a file. */
const lineOf = (begin: string, again: string, byte: number): number =>
  begin.split('\n').length + Math.floor((byte - begin.length) / again.length)

const refused = (bytes: string | Uint8Array, name: string, says: RegExp) =>
  assert.throws(
    () => readStructure(bytes, { name }),
    (error: unknown) => {
      assert.ok(error instanceof SimulationError, (error as Error).stack)
      assert.equal(error.code, 'input')
      assert.match(error.message, says)
      return true
    },
  )

test('a long file without a fault: the line at which the limit falls', () => {
  const beyond = (name: string, line: number) =>
    new RegExp(`^${name}, line ${line}: the file goes on beyond its first 64000000 bytes, .* allowed: at most so many`)
  for (const [name, begin, again] of [
    ['a.cif', cell + loop, row],
    ['what', cell + loop, row],
    ['a.cif', `${cell}_closed\n;\n;\n_text\n;\n${'words\n'.repeat(1_000_000)};\n${loop}`, row],
    ['a.cif', `${cell}loop_ _refln_index_h\n`, '1\n'],
    ['POSCAR', poscar, '0.12 0.45 0.78\n'],
    ['a.json', '[\n', '{"a": 1},\n'],
    ['a.json', '[', '1,2,'], // one line
  ] as const) {
    const line = again.endsWith('\n') ? lineOf(begin, again, largestText) : 1
    refused(longFile(begin, again), name, beyond(name, line))
  }
  // as text, not bytes
  const text = (cell + loop).padEnd(largestText + 5, row)
  refused(text, 'a.cif', beyond('a.cif', lineOf(cell + loop, row, largestText)))
})

test('a long file with a fault: its line', () => {
  const comma = `${row}Na2 0.1 0,2 0.3\n${row}`
  for (const [name, begin, again, says] of [
    ['a.cif', cell.replace('b 5', 'b five') + loop, row, /^a\.cif, line 3: _cell_length_b: got "five"/],
    ['a.cif', cell + loop + comma, row, /^a\.cif, line 11: Na2: _atom_site_fract_y: got "0,2"/],
    ['a.cif', `${cell + loop}Xx1 0 0 0\n`, row, /^a\.cif, line 10: _atom_site_label: got "Xx1"/],
    ['a.cif', `${cell}_name 'open\n${loop}`, row, /^a\.cif, line 5: a quoted string that is not closed on its line/],
    ['a.cif', `${cell}_text\n;\n`, row, /^a\.cif, line 6: a text field \(;\) that is not closed within 64000000 bytes/],
    ['a.cif', '', 'words and words\n', /^a\.cif, line 1: got "words" where a data name/],
    ['a.cif', cell + loop, 'x'.repeat(1_000_001), /^a\.cif, line 10: a line of more than 1000000 characters/],
    ['POSCAR', poscar.replace('0 5 0', '0 five 0'), '0 0 0\n', /^POSCAR, line 4: cell vector 2: got "five"/],
    ['POSCAR', poscar, '0 0 x\n', /^POSCAR, line 9: coordinates of atom 1 of 1000000: got "x"/],
    ['a.json', 'no JSON\n', row, /^a\.json, line 1: this is no JSON/],
    ['a.xyz', `${frame}\nNa 0 0 0\n${frame}\n`, 'Na 0 0 x\n', /^a\.xyz, line 6: pos of atom 1: got "x"/],
  ] as const)
    refused(longFile(begin, again), name, says)
})

test('a long file that is no text: line 1 where its beginning tells, else the line', () => {
  const packed = Buffer.alloc(size, 'x')
  packed.set([0x1f, 0x8b])
  refused(packed, 'a.cif', /^a\.cif, line 1: the file is packed \(gzip\); unpack it first/)
  refused(packed, 'a.xyz', /^a\.xyz, line 1: the file is packed \(gzip\); unpack it first/)
  refused(new Uint8Array(size), 'a.cif', /^a\.cif, line 1: the file is binary/)
  refused(Buffer.alloc(size, 'x'), 'a.cif', /^a\.cif, line 1: a line of more than 1000000 characters/)
  refused(Buffer.alloc(size, 'x'), 'a.xyz', /^a\.xyz, line 1: a line of more than 1000000 characters/)
  const damaged = longFile(cell + loop, row)
  damaged.fill(0, 50_000_000)
  const line = lineOf(cell + loop, row, 50_000_000)
  refused(damaged, 'a.cif', new RegExp(`^a\\.cif, line ${line}: a zero byte`))
})

test('a long file of many frames is read: the one that is meant', () => {
  const remark = ` remark=${'x'.repeat(900_000)}\nNa 0 0 `
  const file = Buffer.from(Array.from({ length: 80 }, (_, k) => `${frame}${remark}${k / 10}\n`).join(''))
  assert.ok(file.length > largestText)
  const z = (chosen: number) => readStructure(file, { name: 'a.xyz', frame: chosen }).positions[2]
  assert.deepEqual([z(-1), z(17)], [7.9, 1.7])
})
