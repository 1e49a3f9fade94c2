import assert from 'node:assert/strict'
import { test } from 'node:test'
import { libraryEntry, libraryNames } from '../../src/file/library.ts'
import { readCellData } from '../../src/file/read.ts'

const isInput = (error: unknown): boolean => (error as { code?: string }).code === 'input'

test('every number of every library cell has bounds that hold its value and its stated spread', async () => {
  for (const name of await libraryNames('cells')) {
    const { parameters } = await libraryEntry('cells', name, 'test')
    for (const [key, { value, range, bounds }] of Object.entries(parameters)) {
      assert.ok(bounds, `${name} ${key}`)
      for (const v of [value, ...range]) assert.ok(v >= bounds[0] && v <= bounds[1], `${name} ${key} ${v}`)
    }
  }
})

test('a library number the laws cannot take is refused with file, parameter, value, bounds and stated spread', async () => {
  const from = 'li-mg-mo6s8-beaker'
  const { parameters } = await libraryEntry('cells', from, 'test')
  for (const [key, { bounds, range }] of Object.entries(parameters)) {
    for (const value of [1e30, bounds![0] - 1]) {
      await assert.rejects(readCellData({ from, parameters: { [key]: value } }, 'f.yaml'), (error: Error) => {
        assert.ok(error.message.startsWith(`f.yaml: from > parameters > ${key}: got ${value}, allowed: a number`))
        assert.ok(error.message.includes(`stated spread ${range[0]} to ${range[1]}`))
        return isInput(error)
      })
    }
    // At the ends a cell is made, or the numbers are refused for what they mean together; never a stack.
    for (const value of bounds!) {
      await readCellData({ from, parameters: { [key]: value } }, 'f.yaml').catch(error =>
        assert.ok(isInput(error), error),
      )
    }
  }
})

test('a library number outside its stated spread is taken and noted', async () => {
  const { notes } = await readCellData({ from: 'li-mg-mo6s8-beaker', parameters: { 'host.barrierMg': 0.9 } }, 'f.yaml')
  assert.match(notes.join('\n'), /host\.barrierMg = 0\.9 lies outside its stated spread, 0\.27 to 0\.68 eV/)
})

test('numbers that are impossible together are refused with the file’s name', async () => {
  const parameters = { porosity: 0.7, activeFraction: 0.6 }
  await assert.rejects(
    readCellData({ from: 'li-mg-mo6s8-beaker', parameters }, 'f.yaml'),
    /^SimulationError: f\.yaml: from > parameters: porosity = 0\.7, activeFraction = 0\.6: .*at most 1 − porosity/,
  )
})
