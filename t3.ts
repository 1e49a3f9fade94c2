import { findSites } from './src/crystal/sites.ts'
import { strained } from './src/crystal/supercell.ts'
import { chevrel, crystal, cubic, rockSalt } from './test/crystal/prototypes.ts'

const show = (name: string, s: any, o: any) => {
  console.time(name)
  try {
    const t = findSites(s, o)
    console.timeEnd(name)
    console.log(name, t.symmetry.symbol, t.origin, t.notes)
    for (const u of t.sublattices)
      console.log(
        '  ',
        u.label,
        u.wyckoff,
        u.siteSymmetry,
        u.count,
        u.clearance.toFixed(3),
        [...t.fractional.slice(3 * u.first, 3 * u.first + 3)].map(x => x.toFixed(4)).join(' '),
        u.neighbours.map(n => n.species + n.distance.toFixed(3)).join(' '),
        JSON.stringify(
          Object.fromEntries(
            Object.entries(u.bondValence).map(([k, v]: any) => [k, [+v.sum.toFixed(2), +v.imbalance.toFixed(2)]]),
          ),
        ),
        u.occupants.join(),
      )
  } catch (e) {
    console.log(name, String(e))
  }
}
show('mo', chevrel(), { carriers: ['Li', 'Mg'] })
show('mo bv', chevrel(), { carriers: ['Mg'], from: 'bond-valence', charges: { Mg: 2 } })
show('mo bv Li', chevrel(), { carriers: ['Li'], from: 'bond-valence' })
show('rs file', rockSalt(), { carriers: ['Li'] })
show('rs void', rockSalt(), { carriers: ['Li'], from: 'voids' })
const spinel = crystal(227, cubic(8.08), [
  ['Mg', 1 / 8, 1 / 8, 1 / 8],
  ['Al', 1 / 2, 1 / 2, 1 / 2],
  ['O', 0.2624, 0.2624, 0.2624],
])
show('spinel', spinel, { carriers: ['Mg'], from: 'voids' })
const lfp = crystal(
  62,
  [10.33, 6.01, 4.69, 90, 90, 90],
  [
    ['Li', 0, 0, 0],
    ['Fe', 0.2818, 0.25, 0.9744],
    ['P', 0.0947, 0.25, 0.418],
    ['O', 0.0973, 0.25, 0.7434],
    ['O', 0.4567, 0.25, 0.2061],
    ['O', 0.1652, 0.0466, 0.2843],
  ],
)
show('lfp', lfp, { carriers: ['Li'] })
show('lfp v', lfp, { carriers: ['Li'], from: 'voids' })
show('lfp bv', lfp, { carriers: ['Li'], from: 'bond-valence' })
const layered = crystal(
  166,
  [3.5561, 3.5561, 19.365, 90, 90, 120],
  [
    ['Na', 0, 0, 0.5],
    ['Cr', 0, 0, 0],
    ['S', 0, 0, 0.2667],
  ],
)
show('lay', layered, { carriers: ['Na'], from: 'voids' })
const lco = crystal(
  166,
  [2.81, 2.81, 14.05, 90, 90, 120],
  [
    ['Li', 0, 0, 0.5],
    ['Co', 0, 0, 0],
    ['O', 0, 0, 0.24],
  ],
)
show('lco', lco, { carriers: ['Li'], from: 'voids' })
const fl = crystal(225, cubic(5.463), [
  ['Ca', 0, 0, 0],
  ['F', 0.25, 0.25, 0.25],
])
show('caf2', fl, { carriers: ['F'], from: 'voids' })
const pv = crystal(221, cubic(3.9), [
  ['La', 0, 0, 0],
  ['Ti', 0.5, 0.5, 0.5],
  ['O', 0.5, 0.5, 0],
])
show('pv', pv, { carriers: ['La'], from: 'voids' })
const arg = crystal(216, cubic(9.86), [
  ['P', 0.5, 0.5, 0.5],
  ['S', 0.25, 0.25, 0.25],
  ['Cl', 0, 0, 0],
  ['S', 0.6185, 0.6185, 0.6185],
  ['Li', 0.183, 0.183, 0.024],
])
show('arg', arg, { carriers: ['Li'] })
show('arg v', arg, { carriers: ['Li'], from: 'voids' })
const gar = crystal(230, cubic(12.97), [
  ['La', 1 / 8, 0, 1 / 4],
  ['Zr', 0, 0, 0],
  ['O', -0.0318, 0.0545, 0.1504],
  ['Li', 3 / 8, 0, 1 / 4],
])
show('gar v', gar, { carriers: ['Li'], from: 'voids' })
