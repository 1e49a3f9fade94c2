/** Contents of a study held against the lattice before any rung is climbed: carriers that it has, and room for one combination. */
import { refuse } from '../error.ts'
import { suggestion } from '../file/nearest.ts'
import type { Ground } from './bottom.ts'
import { gridPoints } from './compositions.ts'
import type { LadderStudy } from './study-file.ts'

type Amounts = Readonly<Record<string, readonly number[]>>

/** @throws SimulationError (`input`) naming the section, the carrier and those that there are */
export const checkPoints = (study: LadderStudy, { symbols, lattice }: Ground): void => {
  const check = (at: string, amounts: Amounts | undefined): void => {
    if (amounts === undefined) return
    for (const name of Object.keys(amounts))
      if (!symbols.includes(name))
        refuse(
          `${at}.amounts.${name}`,
          name,
          `carriers of the lattice: ${symbols.join(', ')}${suggestion(name, symbols)}`,
        )
    // of a lattice that is to be fitted nothing more is known yet
    if (lattice) gridPoints(lattice, { temperatures: [1], amounts }, at)
  }
  const { thermodynamics, transport, sensitivity, conduction } = study
  for (const [at, section] of Object.entries({ thermodynamics, transport, sensitivity })) {
    check(at, section?.amounts)
    for (const [k, { amounts }] of (section?.more ?? []).entries()) check(`${at}.more.${k}`, amounts)
  }
  for (const [k, content] of (conduction?.contents ?? []).entries())
    check(`conduction.contents.${k}`, Object.fromEntries(Object.entries(content).map(([name, x]) => [name, [x]])))
}
