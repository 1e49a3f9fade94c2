import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { cycle } from '../../src/cell/cycle.ts'
import { modelOf } from '../../src/cell/model-of.ts'
import { parseProtocol } from '../../src/cell/sentence.ts'
import { SimulationError } from '../../src/error.ts'
import { explainCell } from '../../src/file/explain.ts'
import { parseJson } from '../../src/file/json.ts'
import { readCellData } from '../../src/file/read.ts'
import { parseYaml } from '../../src/file/yaml.ts'

const text = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

/** Paths of all numbers of a document. */
const numbersIn = (value: unknown, path: readonly string[] = []): readonly (readonly string[])[] =>
  typeof value === 'number'
    ? [path]
    : value !== null && typeof value === 'object'
      ? Object.entries(value).flatMap(([key, inner]) => numbersIn(inner, [...path, key]))
      : []

const changed = (data: unknown, path: readonly string[], value: number): unknown => {
  const copy = structuredClone(data)
  let at = copy as Record<string, unknown>
  for (const key of path.slice(0, -1)) at = at[key] as Record<string, unknown>
  at[path.at(-1)!] = value
  return copy
}

const protocol = parseProtocol(['Discharge at 1C for 10 minutes; Rest for 1 minute'])

for (const [name, data] of [
  ['a lithium half cell', await parseYaml(text('examples/cells/li-lfp-half-cell.yaml'), 'cell')],
  ['a BPX file', parseJson(text('src/cells/bpx/chen2020.json'), 'cell')],
] as const)
  test(`${name}: each number at the ends of what a computer can write is refused, or has a physical end`, async () => {
    let ran = 0
    for (const path of numbersIn(data))
      for (const value of [0, 5e-324, 1e-30, 1e30, 1e300]) {
        const which = `${path.join(' > ')} = ${value}`
        try {
          const { cell, only } = await readCellData(changed(data, path, value), 'cell')
          assert.doesNotMatch(explainCell(cell), /NaN|Infinity|undefined/, which)
          const model = modelOf(cell, { fidelity: only ?? 'dfn', mesh: { points: 4, shells: 5 } })
          const { conservation } = cycle(model, protocol, { rtol: 1e-4 })
          // Round-off of sums over an inventory, 1e-16 a step; numbers out of range lost a tenth.
          assert.ok(Math.max(...Object.values(conservation)) < 1e-9, which)
          ran++
        } catch (error) {
          if (!(error instanceof SimulationError)) throw error
          assert.equal(error.code, 'input', `${which}: ${error.message}`)
        }
      }
    assert.ok(ran > 20, `${ran}`)
  })
