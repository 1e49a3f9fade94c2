import { jobCell } from '../../src/claims/jobs.ts'
import { nameOf, stalledWords } from '../../src/claims/plan.ts'
import { cycleRows } from '../../src/claims/report.ts'
import { splitOfSolution } from '../../src/claims/split.ts'
import { molarMass } from '../../src/hosts/mo6s8.ts'
import type { Output } from './files.ts'
import type { Outcome } from './main-job.ts'

/** Draws the figures of the runs that are there. */
export const drawFigures = async (output: Output, { results, slow }: Outcome): Promise<void> => {
  const figures = await import('../../src/claims/figures.ts')
  const split = (name: string) => {
    const solution = results[name]?.solution
    return solution && splitOfSolution(solution)
  }
  const write = (name: string, svg: string) => output.write(`figures/${name}.svg`, svg)
  for (const [cell, title] of [
    ['beaker', 'Li–Mg | Mo6S8, beaker, against Mg'],
    ['full', 'Li–Mg | Mo6S8, full cell'],
    ['mgOnly', 'Mg | Mo6S8'],
    ['liOnly', 'Li | Mo6S8'],
  ] as const) {
    const path = slow[cell]
    const beside = path ? [{ split: path, label: 'infinitely slow' }] : []
    for (const reading of ['lattice', 'effective'] as const)
      for (const pair of ['on', 'off'] as const) {
        const name = nameOf(cell, reading, pair)
        const own = split(name)
        // The single-ion cells have one picture each: what tells their readings apart is in voltages.svg and jam.
        if (!own || ((cell === 'liOnly' || pair === 'off') && reading === 'effective')) continue
        await write(
          `discharge-${name}`,
          figures.dischargeFigure(own, {
            title: `${title}, ${reading} barriers, pair ${pair}`,
            molarMass,
            beside,
          }),
        )
      }
  }
  for (const reading of ['lattice', 'effective'] as const) {
    const colours = figures.cellColours
    const curves = (
      [
        ['beaker', 'dual, against Mg', colours.dual],
        ['mgOnly', 'Mg only, against Mg', colours.mgOnly],
        ['liOnly', 'Li only, against Li', colours.liOnly],
      ] as const
    ).flatMap(([cell, label, colour]) =>
      (['on', 'off'] as const).flatMap(pair => {
        const own = split(nameOf(cell, reading, pair))
        return own ? [{ split: own, label: pair === 'on' ? label : '', colour, dashed: pair === 'off' }] : []
      }),
    )
    if (curves.length > 0)
      await write(
        `voltages-${reading}`,
        figures.voltagesFigure(curves, {
          title: `With the pair term (pale), without (dashed on it): ${reading} barriers`,
          molarMass,
        }),
      )
    const mg = results[nameOf('mgOnly', reading, 'on')]
    if (mg)
      await write(`jam-${reading}`, figures.jamFigure(mg.solution, `Mg alone in the particles, ${reading} barriers`))
  }
  const { voltammogram, cycles, 'mg-only-stalled': stalled } = results
  if (stalled) await write('jam-stalled', figures.jamFigure(stalled.solution, `Mg alone: ${stalledWords}`))
  if (voltammogram)
    await write(
      'voltammogram',
      figures.voltammogramFigure(voltammogram.solution, jobCell('beaker', {}), 'Li–Mg | Mo6S8, 0.1 mV/s, against Mg'),
    )
  if (results.cycle)
    await write(
      'cycle',
      figures.cycleFigure(
        results.cycle.solution,
        jobCell('full', {}),
        'One cycle of the full cell: where the ions are',
      ),
    )
  if (cycles) await write('cycles', figures.cyclesFigure(cycleRows(cycles.solution), 'Li–Mg | Mo6S8, full cell'))
}

/** Draws the maps. */
export const drawMaps = async (output: Output, { maps }: Outcome): Promise<void> => {
  if (maps.length === 0) return
  const { mapFigure } = await import('../../src/claims/figures.ts')
  for (const map of maps) await output.write(`figures/map-${map.name}.svg`, mapFigure(map))
}
