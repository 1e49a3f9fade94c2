import { clearanceMap, gridMaxima, paintedGrid, voidNear } from './src/crystal/clearance.ts'
import { toFractional } from './src/crystal/lattice.ts'
import { symmetryOf } from './src/crystal/symmetry.ts'
import { chevrel, rockSalt } from './test/crystal/prototypes.ts'

for (const s of [chevrel(), rockSalt()]) {
  console.time('sym')
  const y = symmetryOf(s)
  console.timeEnd('sym')
  console.log(
    y.number,
    y.symbol,
    y.pointGroup,
    y.crystalSystem,
    y.pearson,
    y.operations.length,
    y.centring,
    y.wyckoff.join(''),
    y.siteSymmetry.join(' '),
    y.primitive.species.length,
  )
  const fw = {
    ...y.primitive,
    ...(() => {
      const k = y.primitive.species.map((x, i) => (x === 'Li' ? -1 : i)).filter(i => i >= 0)
      return {
        species: k.map(i => y.primitive.species[i]),
        positions: Float64Array.from(k.flatMap(i => [...y.primitive.positions.slice(3 * i, 3 * i + 3)])),
      }
    })(),
  }
  console.time('grid')
  const map = clearanceMap(fw)
  const g = paintedGrid(fw, { spacing: 0.2, reach: 5, start: 4, combine: (b, a, d) => Math.min(b, d - map.radii[a]) })
  console.timeEnd('grid')
  const m = gridMaxima(g, fw.lattice, 0.3)
  console.log(g.shape, m.length)
  console.time('ref')
  const v = m
    .map(p => voidNear(map, p, 0.8))
    .filter(x => x)
    .sort((a, b) => b!.clearance - a!.clearance)
  console.timeEnd('ref')
  const seen = new Set()
  for (const x of v) {
    const k = x!.clearance.toFixed(3)
    if (seen.has(k)) continue
    seen.add(k)
    const sur = map.around(x!.position)
    const near = [...Array(sur.count).keys()]
      .map(k => [sur.distance[k], fw.species[sur.index[k]]] as const)
      .sort((a, b) => a[0] - b[0])
      .slice(0, 7)
    console.log(
      k,
      [...toFractional(x!.position, fw.lattice)].map(z => z.toFixed(4)).join(' '),
      near.map(n => n[1] + n[0].toFixed(3)).join(' '),
      v.filter(w => w!.clearance.toFixed(3) === k).length,
    )
  }
}
