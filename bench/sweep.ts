/**
 * A hundred 1C discharges whose cathode diffusivity goes from half to 1.5 times, DFN 20 × 20, rtol 1e-4; a new model for
 * each (PyBaMM: one model with an input parameter, its fastest way). Asked: three times PyBaMM's speed.
 */
import { readFileSync } from 'node:fs'
import type { Cell } from '../src/cell/cell.ts'
import { readCellText } from '../src/file/read.ts'
import { cpuOf } from './measure.ts'
import { besidePeer, chen2020 } from './peer.ts'
import { runnerOf } from './setup.ts'

const diffusivities = Array.from({ length: 100 }, (_, i) => 4e-15 * (0.5 + i / 100))
const text = readFileSync(chen2020, 'utf8')
const cells: Cell[] = []
for (const diffusivity of diffusivities) {
  const file = JSON.parse(text)
  file.Parameterisation['Positive electrode']['Diffusivity [m2.s-1]'] = diffusivity
  cells.push((await readCellText(JSON.stringify(file), 'sweep.json')).cell)
}
const sweep = (outputs: 'all' | 'terminal') => (): void => {
  for (const cell of cells) runnerOf(cell, ['Discharge at 1C until 2.5 V'], { outputs })()
}
besidePeer({
  title: 'Sweep of 100 discharges',
  ours: {
    'solve alone': () => cpuOf(sweep('terminal'), { warm: 1, repeats: 4 }),
    'every output': () => cpuOf(sweep('all'), { warm: 1, repeats: 4 }),
  },
  task: 'sweep',
  input: { diffusivities, repeats: 2 },
})
