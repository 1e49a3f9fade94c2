/**
 * A hundred 1C discharges whose cathode diffusivity goes from half to 1.5 times, DFN 20 × 20, rtol 1e-4. As PyBaMM does it with
 * an input parameter, its fastest way, one model serves all runs: the host's diffusivity is a function of ours, and what it
 * answers is changed between runs. Beside it a new cell from its file and a new model for every run. Asked: three times PyBaMM's
 * speed.
 */
import { readFileSync } from 'node:fs'
import type { Cell } from '../src/cell/cell.ts'
import { readCellText } from '../src/file/read.ts'
import { cpuOf } from './measure.ts'
import { besidePeer, chen2020 } from './peer.ts'
import { cellOf, runnerOf } from './setup.ts'

const sentences = ['Discharge at 1C until 2.5 V']
const diffusivities = Array.from({ length: 100 }, (_, i) => 4e-15 * (0.5 + i / 100))

/** One cell whose cathode asks for its diffusivity [m²/s] whenever it is needed. */
const steered = async (): Promise<{ cell: Cell; set(D: number): void }> => {
  const cell = await cellOf()
  const { host } = cell.cathode
  let D = 0
  const transport = {
    ...host.transport,
    diffusivity(_x: ArrayLike<number>, _T: number, out = new Float64Array(1)) {
      out[0] = D
      return out
    },
  }
  return {
    cell: { ...cell, cathode: { ...cell.cathode, host: { ...host, transport } } },
    set: value => {
      D = value
    },
  }
}

const { cell, set } = await steered()
const oneModel = (outputs: 'all' | 'terminal') => {
  set(diffusivities[0]!)
  const run = runnerOf(cell, sentences, { outputs })
  return (): void => {
    for (const D of diffusivities) {
      set(D)
      run()
    }
  }
}

const text = readFileSync(chen2020, 'utf8')
const cells: Cell[] = []
for (const diffusivity of diffusivities) {
  const file = JSON.parse(text)
  file.Parameterisation['Positive electrode']['Diffusivity [m2.s-1]'] = diffusivity
  cells.push((await readCellText(JSON.stringify(file), 'sweep.json')).cell)
}
const newModels = (): void => {
  for (const each of cells) runnerOf(each, sentences, { outputs: 'terminal' })()
}

besidePeer({
  title: 'Sweep of 100 discharges',
  ours: {
    'solve alone': () => cpuOf(oneModel('terminal'), { warm: 1, repeats: 4 }),
    'every output': () => cpuOf(oneModel('all'), { warm: 1, repeats: 4 }),
    'a new model each, solve alone': () => cpuOf(newModels, { warm: 1, repeats: 4 }),
  },
  task: 'sweep',
  input: { diffusivities, repeats: 2 },
})
