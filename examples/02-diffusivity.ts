/** Two ions of unlike speed on one lattice: how each wanders, how far they move together. */
import { writeFile } from 'node:fs/promises'
import { plainLattice, transport } from 'dualion/lattice'
import { line } from 'dualion/plot'

const lattice = plainLattice('simple-cubic', {
  spacing: 3, // Å
  carriers: ['Li', 'Mg'],
  hops: [
    { carrier: 'Li', barrier: 0.3 }, // eV; 1e13 1/s where nothing is said
    { carrier: 'Mg', barrier: 0.36 },
  ],
})

const contents = [0.1, 0.2, 0.3, 0.4]
const runs = contents.map(x =>
  transport({ lattice, size: [8, 8, 8], temperature: 300, amounts: [x, x], events: 200_000, seed: 1 }),
)
for (const { amounts, Dtr, L } of runs) {
  const [Li, Mg] = Dtr
  const common = L[1].value / Math.sqrt(L[0].value * L[3].value)
  console.log(
    `Li, Mg ${amounts[0].toFixed(2)}: D*(Li) ${Li.value.toExponential(2)} ± ${Li.error.toExponential(1)} m²/s,`,
    `D*(Mg) ${Mg.value.toExponential(2)} ± ${Mg.error.toExponential(1)} m²/s, L_LiMg/√(L_LiLi L_MgMg) ${common.toFixed(2)}`,
  )
}
await writeFile(
  'diffusivity.svg',
  line(
    ['Li', 'Mg'].map((label, i) => ({ x: contents, y: runs.map(({ Dtr }) => Dtr[i].value), label })),
    {
      title: 'Tracer diffusivities of two ions on a cubic lattice, 300 K',
      x: { label: 'Content of either ion (1)' },
      y: { label: 'Tracer diffusivity (m²/s)', log: true },
    },
  ),
)
