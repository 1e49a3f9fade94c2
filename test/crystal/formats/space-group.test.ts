import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { groupOf, operationOf, operationWord } from '../../../src/crystal/formats/operation.ts'
import { operationsOfGroup } from '../../../src/crystal/formats/space-group.ts'
import { loadSymmetry } from '../../../src/crystal/load-symmetry.ts'
import type { Operation } from '../../../src/crystal/symmetry.ts'

loadSymmetry()
const { groups } = JSON.parse(readFileSync(new URL('../../reference/spglib/groups.json', import.meta.url), 'utf8')) as {
  groups: readonly (readonly [string, string, string, number, number, string])[]
}
const cube = { lengths: [5, 5, 5], angles: [90, 90, 90] } as const
const place = { file: 'test' }

/** The hash of `test/reference/spglib/run.py`: W of f' = W f + w row by row, w in 24ths. */
const hash = (operations: readonly Operation[]): string => {
  const words = operations.map(({ rotation: R, translation: w }) =>
    [
      ...[0, 1, 2].flatMap(row => [R[row], R[3 + row], R[6 + row]]),
      ...Array.from(w, value => ((Math.round(value * 24) % 24) + 24) % 24),
    ]
      .map(value => value + 0)
      .join(' '),
  )
  return createHash('sha1').update(words.sort().join('\n')).digest('hex').slice(0, 12)
}

test('the operations of all 530 tabled settings are those of spglib, by their Hall symbols', () => {
  for (const [hall, , , number, count, expected] of groups) {
    const operations = operationsOfGroup({ hall }, cube, place)
    assert.equal(operations.length, count, hall)
    assert.equal(hash(operations), expected, `${hall}, number ${number}`)
    // written as words and read again they are the same, and they are a group
    const again = operations.map(operation => operationOf(operationWord(operation), place))
    assert.equal(hash(again), expected, hall)
    assert.equal(groupOf(again, place).length, count)
  }
})

test('symbols of Hermann and Mauguin find the setting that they, or the cell, say', () => {
  const monoclinic = { lengths: [5, 6, 7], angles: [90, 100, 90] } as const
  const along = (axis: number) => ({ lengths: [5, 6, 7], angles: [0, 1, 2].map(k => (k === axis ? 100 : 90)) }) as never
  const hexagonal = { lengths: [5, 5, 7], angles: [90, 90, 120] } as const
  const hallOf = (symbol: string) => groups.find(([hall]) => hall === symbol)!
  const cases: readonly (readonly [string, Parameters<typeof operationsOfGroup>[1], string])[] = [
    ['P 21/c', monoclinic, '-P 2ybc'],
    ['P 1 21/n 1', monoclinic, '-P 2yn'],
    ['P21/n', monoclinic, '-P 2yn'],
    ['P 21/c', cube, '-P 2ybc'],
    ['P 1 1 21/b', along(2), '-P 2bc'],
    ['P 21/b', along(2), '-P 2bc'],
    ['C 2/m', monoclinic, '-C 2y'],
    ['I 2/a', monoclinic, '-I 2ya'],
    ['P b n m', cube, '-P 2c 2ab'],
    ['P n m a', cube, '-P 2ac 2n'],
    ['F d -3 m :2', cube, '-F 4vw 2vw 3'],
    ['F d -3 m S', cube, 'F 4d 2 3 -1d'],
    ['Fd-3mZ'.replace('Z', ' Z'), cube, '-F 4vw 2vw 3'],
    ['F m 3 m', cube, '-F 4 2 3'],
    ['R -3 m', hexagonal, '-R 3 2"'],
    ['R -3 m :H', cube, '-R 3 2"'],
    ['R -3', cube, '-P 3*'],
    ['P 63/m m c', hexagonal, '-P 6c 2c'],
  ]
  for (const [hermannMauguin, cell, hall] of cases)
    assert.equal(
      hash(operationsOfGroup({ hermannMauguin }, cell, place)),
      hallOf(hall)[5],
      `${hermannMauguin}: ${hall}`,
    )
  // a number alone is the standard setting
  assert.equal(hash(operationsOfGroup({ number: 62 }, cube, place)), hallOf('-P 2ac 2n')[5])
  assert.equal(hash(operationsOfGroup({ number: 14 }, monoclinic, place)), hallOf('-P 2ybc')[5])
  // two origins: neither is taken in silence
  for (const names of [{ hermannMauguin: 'F d -3 m' }, { number: 227 }, { hermannMauguin: 'P n n n' }])
    assert.throws(() => operationsOfGroup(names, cube, place), /fits 2 settings.*_space_group_name_Hall/)
  assert.throws(() => operationsOfGroup({ hermannMauguin: 'P 7' }, cube, place), /space group: got "P 7"/)
  assert.throws(
    () => operationsOfGroup({ number: 231 }, cube, place),
    /got "231", allowed: a whole number from 1 to 230/,
  )
})

test('operations in the spellings of real files', () => {
  const same = (a: string, b: string) => assert.deepEqual(operationOf(a, place), operationOf(b, place), `${a} and ${b}`)
  same('x,y,z', ' X, Y, Z ')
  same('-y, x-y, z+1/3', '-Y,X-Y,1/3+Z')
  same('x+1/2,y,z', '+x+0.5, +y, +z')
  same('x+2/3, y, z-1/3', 'x+.6667,y,z+0.66667')
  same('-x+y, y, 1-z', 'y-x, y, -z')
  for (const bad of ['x,y', 'x,y,w', 'x,x,z', '2*x,y,z', 'x,y,', 'x y z', '1/0+x,y,z'])
    assert.throws(() => operationOf(bad, { file: 'a.cif', line: 7 }), /a\.cif, line 7: symmetry operation/, bad)
})

test('a list of operations that was cut off is refused, one without its identity completed', () => {
  for (const [hall] of groups.filter(([, , , , count]) => count >= 4 && count <= 48)) {
    const full = operationsOfGroup({ hall }, cube, place)
    assert.throws(() => groupOf(full.slice(0, -1), place), /are no group/, hall)
    const notes: string[] = []
    assert.equal(groupOf(full.slice(1), place, text => notes.push(text)).length, full.length)
    assert.equal(notes.length, 1)
  }
})
