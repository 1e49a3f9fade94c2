import { SimulationError } from '../src/error.ts'
import { cells, holds, tableHead, validationCases } from '../test/validation/case.ts'
import { exitCode } from './exit.ts'
import { textTable } from './table.ts'

/** `dualion validate [name]`: runs the validation cases on this machine and prints their table. */
export const validate = async (name?: string): Promise<void> => {
  const all = await validationCases()
  const chosen = all.filter(one => name === undefined || one.name.includes(name))
  if (chosen.length === 0) {
    throw new SimulationError(
      `validate: got ${JSON.stringify(name)}, allowed: a part of ${all.map(one => one.name).join(', ')}`,
      { code: 'input', at: 'validate' },
    )
  }
  let rows = 0
  let broken = 0
  for (const { name: title, case: one } of chosen) {
    const table = await one.run()
    process.stdout.write(`${title}  ${one.claim}\n`)
    const lines = table.map(row => [...cells(row), holds(row) ? 'holds' : 'BROKEN'])
    process.stdout.write(`${textTable([[...tableHead, ''], ...lines], { indent: 2 })}\n`)
    rows += table.length
    broken += table.filter(row => !holds(row)).length
  }
  process.stdout.write(`${chosen.length} cases, ${rows} rows, ${broken} broken\n`)
  if (broken > 0) process.exitCode = exitCode.method
}
