/**
 * Lattice models of other hosts from the literature and from lattices/teacher/energies.json: scripts/lattice-hosts.ts
 *
 * Zn and Al in Mo6S8, MgCo2O4 from spinel to rock salt, Li7PSe6 as a solid electrolyte. Each folder of lattices gets its
 * model.json and a README.md with what is known of it, and with what its ladder gave where its rungs are there (climb, ship, run
 * this again).
 *
 *   node --import tsx --conditions=source scripts/lattice-hosts.ts
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { latticeText } from '../src/file/lattice/write.ts'
import { sha256 } from '../src/ladder/canonical.ts'
import type { CoexistenceRung } from '../src/ladder/stages/coexistence.ts'
import type { ConductionRung } from '../src/ladder/stages/conduction.ts'
import type { ThermodynamicsRung } from '../src/ladder/stages/thermodynamics.ts'
import { expandLattice } from '../src/lattice/model/expand.ts'
import type { LatticeModel, ModelPair, Sourced } from '../src/lattice/model/model.ts'
import type { Estimate } from '../src/lattice/thermodynamics/averages.ts'
import { F } from '../src/units.ts'

const home = new URL('../lattices/', import.meta.url)
const teacherText = readFileSync(new URL('teacher/energies.json', home), 'utf8')
const teacher = JSON.parse(teacherText)
const computed: Sourced = {
  basis: 'computed',
  inputs: { sha256: sha256(teacherText), engine: teacher.engine },
}
const rounded = (x: number): number => Math.round(x * 1e4) / 1e4 + 0
const percent = (x: number): string => `${x > 0 ? '+' : '−'}${Math.abs(100 * x).toFixed(1)} %`

/** What a rung that comes along gave; undefined where it is not there. */
const rung = <T>(folder: string, stage: string): T | undefined => {
  const at = new URL(`${folder}/rungs/stages/`, home)
  const file = existsSync(at) && readdirSync(at).find(name => new RegExp(`^${stage}-[0-9a-f]+\\.json$`).test(name))
  return file ? JSON.parse(readFileSync(new URL(file, at), 'utf8')).output : undefined
}
const plusMinus = ({ value, error }: Estimate, digits: number): string =>
  `${value.toFixed(digits)} ± ${error.toFixed(digits)}`
const power = ({ value, error }: Estimate): string => `${value.toExponential(2)} ± ${error.toExponential(0)}`

const write = (folder: string, model: LatticeModel, readme: string): void => {
  const { lattice, notes } = expandLattice(JSON.parse(JSON.stringify(model)))
  const at = new URL(`${folder}/`, home)
  mkdirSync(at, { recursive: true })
  const text = latticeText(model)
  writeFileSync(new URL('model.json', at), text)
  // where the records lie that its reader asks for, as sha256sum writes it
  if (text.includes(sha256(teacherText)))
    writeFileSync(new URL('SHA256SUMS', at), `${sha256(teacherText)}  ../teacher/energies.json\n`)
  const facts = `${lattice.sites.length} sites and ${lattice.events.length} events a cell.${notes.map(note => ` ${note}.`).join('')}`
  writeFileSync(
    new URL('README.md', at),
    `${readme.trim()}\n\nThe lattice: ${facts} Made by \`node --import tsx --conditions=source scripts/lattice-hosts.ts\` from the sources named in \`model.json\` and from \`../teacher/energies.json\` (SevenNet-0, by \`../teacher/energies.py\`).\n`,
  )
  process.stdout.write(`${folder}: ${facts}\n`)
}

// ---- Zn and Al in Mo6S8 ----
const mo6s8: LatticeModel = JSON.parse(readFileSync(new URL('mo6s8/model.json', home), 'utf8'))
const guests = ['Mg', 'Zn', 'Al'] as const
const charge = { Mg: 2, Zn: 2, Al: 3 } as const
const apart = (places: NonNullable<ModelPair['places']>): number => {
  const at = ({ site, image = [0, 0, 0] }: (typeof places)[number]) => {
    const { position } = mo6s8.sites!.find(one => one.name === site)!
    const f = position.map((x, d) => x + image[d])
    return [0, 1, 2].map(d => f.reduce((sum, x, k) => sum + x * mo6s8.cell![k][d], 0))
  }
  const [a, b] = places.map(at)
  return Math.hypot(b[0] - a[0], b[1] - a[1], b[2] - a[2])
}
/**
 * Two charges of two in one cavity, and on both sides of a window [eV]: means of Mg–Mg in ../mo6s8 as it first was. Kept, as is
 * the cell, so that a screening does not move with every fit of that model.
 */
const [inCavity, throughWindow] = [0.32597, 0.50571]
const cell: LatticeModel['cell'] = [
  [6.500847, -0.012653, -0.013159],
  [-0.257521, 6.495757, -0.013159],
  [-0.257521, -0.267411, 6.490264],
]
const pairsOf = (kind: readonly [string, string], places: ModelPair['places'], energy: number): ModelPair[] =>
  guests.flatMap(a =>
    guests
      // on two sites of one kind Zn–Al and Al–Zn are the same family
      .filter(b => kind[0] !== kind[1] || guests.indexOf(b) >= guests.indexOf(a))
      .map(b => ({
        name: `${a}–${b} pairs`,
        carriers: [a, b],
        places,
        energy: rounded((energy * charge[a] * charge[b]) / 4),
        basis: 'assumed' as const,
        source: 'assumed: mean of Mg–Mg in ../mo6s8 times the product of the charges over four',
      })),
  )
const distinctPlaces = (kinds: string, from: number, to: number) => {
  const seen = new Set<string>()
  return (mo6s8.pairEnergies ?? []).flatMap(({ places, carriers }) => {
    const [a, b] = places!.map(one => String(one.site).split(' ')[0])
    const r = apart(places!)
    const key = `${r.toFixed(2)}`
    if (`${[a, b].sort().join('–')}` !== kinds || r < from || r >= to || seen.has(key)) return []
    if (kinds === 'outer–outer' && carriers[0] !== carriers[1]) return []
    seen.add(key)
    return [places!]
  })
}
const of = (ion: (typeof guests)[number]) => teacher.mo6s8[ion]
/** ½ Al2S3 + 3¼ MoS2 + 2¾ Mo above AlMo6S8 [eV a formula unit]. */
const alAbove = (): number => {
  const { phases } = JSON.parse(readFileSync(new URL('teacher/phases.json', home), 'utf8'))
  const products = phases.Al2S3.energy / 2 + 3.25 * teacher.phases.MoS2.energy + 2.75 * teacher.metals.Mo.energy
  return products - teacher.mo6s8.Al.energy
}
const hostAbove = 4 * teacher.phases.MoS2.energy + 2 * teacher.metals.Mo.energy - teacher.mo6s8.host.energy
const ladderOfZnAl = (): string => {
  const conduction = rung<ConductionRung>('mo6s8-zn-al', 'conduction')
  const thermodynamics = rung<ThermodynamicsRung>('mo6s8-zn-al', 'thermodynamics')
  if (conduction === undefined || thermodynamics === undefined) return 'Not climbed.\n'
  const range = (i: number): string => {
    const mu = thermodynamics.samples.flatMap(sample => sample.mu[i] ?? [])
    const ends = [Math.max(...mu), Math.min(...mu)].map(one => (-one / F / charge[guests[i]]).toFixed(2))
    return `${ends.join(' to ')} V`
  }
  const rows = guests.map((ion, i) => {
    const Ea = conduction.fits.find(fit => fit.of === `D*(${ion})`)!.Ea
    const at = conduction.samples.find(({ x, T }) => x[i] > 0 && T === 298.15)!.tracer[i]!
    const { outerAboveInner, windowAboveInner } = of(ion)
    const below = Math.min(0, outerAboveInner)
    const words = [
      below < 0 ? 'outer' : 'inner',
      (windowAboveInner - below).toFixed(3),
      (-below).toFixed(3),
      plusMinus(Ea, 3),
      power(at),
    ]
    return `| ${ion} | ${words.join(' | ')} |`
  })
  return `
One ion in 27 cavities, \`examples/ladders/zn-al-mo6s8.yaml\`:

| ion | sits on | window above there / eV | ring above there / eV | activation of D* / eV | D* at 298.15 K / m²/s |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}

Al has the lowest window, 0.19 eV above the outer sites that it prefers, and yet is no faster than the height of the ring lets it: from one window to the next it has to come back to the inner sites. To and fro through one window, which is fast, carries nothing far. The order is Zn, Al, Mg. All attempt frequencies are 1e13 1/s and the hop along the ring of Al 0.02 eV, both assumed: D* are good to an order of magnitude (and 10 % low, as fast moves in a cavity are slowed to 100 an exit), differences of activation to the 30 meV of a universal potential at best.

![Equilibrium potentials of Zn and Al](rungs/voltages.svg)

Against their metals Zn goes in at ${range(1)} and Al at ${range(2)}, falling with what is there, by the assumed repulsions. Charge ends it, four electrons a formula unit (assumed): Al at 4/3, Zn at 2, and beside Al at (4 − 3 Al)/2. A potential this near to zero says that the metal would plate almost as gladly.

![Tracer diffusivities over temperature](rungs/arrhenius.svg)
`
}
const attemptFrequency = { value: 1e13, basis: 'assumed' as const, source: 'assumed: usual size' }
write(
  'mo6s8-zn-al',
  {
    format: 'dualion-lattice',
    formatVersion: 1,
    name: 'Mo6S8 with Zn and Al',
    about:
      'The sites of Mo6S8 with Zn2+ and Al3+, Mg2+ beside them to compare with. Site energies and the way through the window by SevenNet-0, lone ions in six formula units; what two ions do to each other is assumed. A screening of carriers, no more.',
    basis: 'screening',
    source: 'computed: lone ions by SevenNet-0; pairs assumed',
    cell,
    formulaUnits: 1,
    symmetry: mo6s8.symmetry,
    sites: mo6s8.sites,
    carriers: guests.map(symbol => ({ symbol, charge: charge[symbol] })),
    siteEnergies: guests.flatMap(ion => [
      {
        name: 'sites',
        carrier: ion,
        sublattice: 'inner',
        energy: rounded(of(ion).dilute),
        ...computed,
        source: 'computed: one ion in six formula units, relaxed, against its metal',
      },
      {
        name: 'sites',
        carrier: ion,
        sublattice: 'outer',
        energy: rounded(of(ion).dilute + of(ion).outerAboveInner),
        ...computed,
        source: 'computed: the same, held on the outer site',
      },
    ]),
    pairEnergies: [
      ...distinctPlaces('inner–outer', 2, 3).flatMap(places => {
        const first = String(places[0].site).startsWith('inner') ? places : [places[1], places[0]]
        return pairsOf(['inner', 'outer'], first, inCavity)
      }),
      ...distinctPlaces('outer–outer', 2.5, 2.65).flatMap(places => pairsOf(['outer', 'outer'], places, throughWindow)),
    ],
    exclusions: mo6s8.exclusions,
    limits: [
      {
        name: 'electrons',
        weights: charge,
        max: 4,
        per: 'formula unit',
        basis: 'assumed',
        source: 'assumed: four electrons a formula unit',
      },
    ],
    hops: guests.flatMap(ion => {
      const [ring, out, window] = ['inner–inner', 'inner–outer', 'outer–outer'].map(
        kind => mo6s8.hops!.find(one => one.name === `Mg ${kind}`)!.moves![0],
      )
      const bare = ({ from, to }: typeof ring) => [{ from, to }]
      const { outerAboveInner, windowAboveInner } = of(ion)
      return [
        {
          name: `${ion} inner–inner`,
          carrier: ion,
          barrier: 0.02,
          attemptFrequency,
          moves: bare(ring),
          // fast motion in a group of sites: the cavity, or for Al, which sits on outer sites, both sides of a window
          ...(outerAboveInner > 0 ? { inside: true } : {}),
          basis: 'assumed' as const,
          source: 'assumed: as Li and Mg, 0.007 and 0.026 eV in ../mo6s8',
        },
        {
          name: `${ion} inner–outer`,
          carrier: ion,
          barrier: rounded(Math.abs(outerAboveInner) / 2),
          attemptFrequency,
          moves: bare(out),
          ...(outerAboveInner > 0 ? { inside: true } : {}),
          ...computed,
          source: 'computed: no saddle beyond the higher site',
        },
        {
          name: `${ion} outer–outer`,
          carrier: ion,
          barrier: rounded(Math.max(0, windowAboveInner - outerAboveInner)),
          attemptFrequency,
          moves: bare(window),
          ...(outerAboveInner > 0 ? {} : { inside: true }),
          ...computed,
          source: `computed: an ion in the window, a centre of inversion, ${windowAboveInner.toFixed(3)} eV above the inner site`,
        },
      ]
    }),
  } as LatticeModel,
  `
# Zn²⁺ and Al³⁺ in Mo6S8 (screening)

Site energies and the height of the window for lone ions by SevenNet-0 (Mg beside them as a check: the potential of \`../mo6s8\` has 0.37 eV). What two ions do to each other is assumed.

| ion | first voltage, one a formula unit / V | outer above inner / eV | window above inner / eV | volume of the host, one a formula unit | its sulphide + MoS2 + Mo above the intercalated phase / eV |
| --- | --- | --- | --- | --- | --- |
${['Li', ...guests]
  .map(ion => {
    const one = teacher.mo6s8[ion]
    const height = (value: number | undefined) => value?.toFixed(3) ?? 'not computed'
    return `| ${ion} | ${one.voltage.toFixed(2)} | ${height(one.outerAboveInner)} | ${height(one.windowAboveInner)} | ${percent(one.volumeChange)} | ${(one.productsAboveIntercalated ?? alAbove()).toFixed(2)} |`
  })
  .join('\n')}

A negative last column says that the intercalated phase would gain by falling apart; it holds as long as Mo and S stay where they are. So does the empty host, for which 4 MoS2 + 2 Mo come to ${hostAbove.toFixed(2)} eV: filling makes it more stable, Zn least. Against host and metal all of them hold by their voltage (the report of the ladder). Al2S3 was built as a wurtzite with a third of its metal sites empty, so its energy is an upper bound. MoS2 has no dispersion in this potential.

## What the ladder gives
${ladderOfZnAl()}
Read beside it: barriers in Mo6S8 grow with the size of the ion, nearly independent of its charge, for Li, Na, K, Mg, Ca, Zn and Al (Helmbrecht, Euchner, Groß, Batteries & Supercaps 2022, abstract, 10.1002/batt.202200002); Zn1 and Zn2Mo6S8 are rhombohedral phases (Schöllhorn group, J. Solid State Chem. 70, 1987, abstract); Zn2+ moves fast in it (Levi, Gershinsky, Aurbach, Isnard: page on the crystallography of Chevrel phases).
`,
)

// ---- MgCo2O4 ----
const spinel = teacher.spinel
const perUnit = (name: string): number => spinel[name].energy
const mg = teacher.metals.Mg.energy
const salt = perUnit('Mg2Co2O4 rock salt')
const beside = perUnit('Mg2Co2O4, Mg on 8a and 16c')
const charged = perUnit('Co2O4 spinel')
const normal = perUnit('MgCo2O4 spinel')
const computedPlateau = -(salt - normal - mg) / 2
const computedFirst = -(normal - charged - mg) / 2
/** Voltages that were measured [V against Mg]. */
const plateau = 2.9
const first = 3.4
const onTetrahedra = -2 * first
const onOctahedra = (onTetrahedra - 2 * plateau) / 2
/** A filled octahedron costs this with a filled tetrahedron beside it [eV]; four such pairs a formula unit with all of both filled. */
const pushing = rounded((beside - salt + (onOctahedra * 2 - (onTetrahedra + onOctahedra))) / 2)
const a = 8.12
const ladderOfSpinel = (): string => {
  const coexistence = rung<CoexistenceRung>('mgco2o4', 'coexistence')
  const conduction = rung<ConductionRung>('mgco2o4', 'conduction')
  const parting = coexistence?.points[0].plateau
  if (parting === undefined || conduction === undefined) return 'Not climbed.\n'
  const rows = conduction.fits
    .filter(fit => fit.of === 'D*(Mg)')
    .map(({ x, Ea }) => {
      const { tracer, haven, pairShare } = conduction.samples.find(one => one.x[0] === x[0] && one.T === 423.15)!
      return `| ${x[0].toFixed(2)} | ${plusMinus(Ea, 3)} | ${power(tracer[0]!)} | ${plusMinus(haven!, 2)} | ${pairShare[0]!.value.toFixed(2)} |`
    })
  return `
\`examples/ladders/mgco2o4.yaml\`, at the 150 °C of the experiment:

![Voltage over Mg, its plateau and how far each phase lasts](rungs/plateau.svg)

The plateau lies at ${plusMinus(parting.voltage, 4)} V from Mg ${parting.poor.toFixed(2)} to ${parting.rich.toFixed(2)}, by equal grand potentials of both phases: it is the 2.9 V that the site energies were given, as both phases are stoichiometric and entropy moves nothing. Scans of 128 formula units differ from ${parting.loop[0].toFixed(2)} to ${parting.loop[1].toFixed(2)} V, as nothing there helps a phase to begin; in a real particle surfaces and steps do.

| Mg | activation of D* / eV | D* at 423 K / m²/s | Haven ratio | share of push-out |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

Below MgCo2O4 Mg moves by single hops over the octahedra, with the 0.698 eV that went in. Beyond it no tetrahedron is empty: what is in excess sits on octahedra and moves by pushing Mg from its tetrahedron to the next octahedron, hops of two ions. It gathers besides, in seeds of rock salt: an emptied tetrahedron with its four octahedra filled holds three Mg with 4.87 eV each, a lone octahedron 4.41 eV; a third of what frees all three, 0.47 eV, and the 0.448 eV of a push make the 0.9 eV. Mg of the rock salt, where the way over a tetrahedron passes three filled octahedra (0.95 eV each), moves by nothing that this model has.

![Tracer diffusivities over temperature](rungs/arrhenius.svg)
`
}
const dilute = 0.698
write(
  'mgco2o4',
  {
    format: 'dualion-lattice',
    formatVersion: 1,
    name: 'MgCo2O4, spinel to rock salt',
    about:
      'Mg on the tetrahedra (8a) and the empty octahedra (16c) of a spinel of Co and O. MgCo2O4 has Mg on 8a; more Mg goes to 16c and pushes its neighbours on 8a to 16c, until Mg2Co2O4 has all of it on octahedra, a rock salt. Filled neighbours of both kinds cost energy, so spinel and rock salt part into two phases between x = 1 and 2.',
    basis: 'assumed',
    source: 'assumed: see each family',
    cell: [
      [0, a / 2, a / 2],
      [a / 2, 0, a / 2],
      [a / 2, a / 2, 0],
    ],
    formulaUnits: 2,
    sites: [
      { name: '8a 1', sublattice: '8a', position: [0, 0, 0] },
      { name: '8a 2', sublattice: '8a', position: [0.25, 0.25, 0.25] },
      // 16c: half way between next tetrahedra, in the coordinates of the primitive cell
      { name: '16c 1', sublattice: '16c', position: [0.125, 0.125, 0.125] },
      { name: '16c 2', sublattice: '16c', position: [0.625, 0.125, 0.125] },
      { name: '16c 3', sublattice: '16c', position: [0.125, 0.625, 0.125] },
      { name: '16c 4', sublattice: '16c', position: [0.125, 0.125, 0.625] },
    ],
    carriers: [{ symbol: 'Mg', charge: 2 }],
    siteEnergies: [
      {
        name: 'tetrahedra',
        carrier: 'Mg',
        sublattice: '8a',
        energy: rounded(onTetrahedra),
        basis: 'assumed',
        source: `assumed: 3.4 V against Mg, as measured for MgMn2O4 and MgCr2O4 (Okamoto et al., Adv. Sci. 2015, 1500072, abstract); for Co none was read. SevenNet-0 gives ${computedFirst.toFixed(2)} V`,
      },
      {
        name: 'octahedra',
        carrier: 'Mg',
        sublattice: '16c',
        energy: rounded(onOctahedra),
        basis: 'measured',
        source: `measured: MgCo2O4 takes Mg at about 2.9 V against Mg at 150 °C, spinel to rock salt (Okamoto et al., Adv. Sci. 2015, 1500072, abstract): E(Mg2Co2O4) − E(MgCo2O4) = −5.8 eV. SevenNet-0 gives ${computedPlateau.toFixed(2)} V`,
      },
    ],
    pairEnergies: [
      {
        name: 'octahedron beside a tetrahedron',
        carriers: ['Mg', 'Mg'],
        sublattices: ['8a', '16c'],
        distance: rounded((Math.sqrt(3) / 8) * a),
        energy: pushing,
        ...computed,
        source: `computed: Mg2Co2O4 with Mg on 8a and half of 16c lies ${(beside - salt).toFixed(2)} eV a formula unit above the rock salt; two such neighbours a formula unit`,
      },
    ],
    limits: [
      {
        name: 'Co(III) to Co(II)',
        weights: { Mg: 1 },
        max: 2,
        per: 'formula unit',
        basis: 'assumed',
        source: 'assumed: two electrons beyond MgCo2O4',
      },
    ],
    hops: [
      {
        name: 'Mg 8a–16c',
        carrier: 'Mg',
        sublattices: ['8a', '16c'],
        distance: rounded((Math.sqrt(3) / 8) * a),
        barrier: rounded(dilute - (onOctahedra - onTetrahedra) / 2),
        basis: 'measured',
        source:
          'Devi2025: one Mg in Co2O4, 0.698 eV from tetrahedron to tetrahedron by DFT (0.52 eV in MgCo2O4): the saddle is put on the face between tetrahedron and octahedron',
        attemptFrequency,
      },
    ],
    pairHops: [
      {
        name: 'Mg pushes Mg out',
        kind: 'follow',
        leader: 'Mg',
        follower: 'Mg',
        sublattices: ['16c', '8a', '16c'],
        distance: rounded((Math.sqrt(3) / 8) * a),
        barrier: rounded(dilute - (onOctahedra - onTetrahedra) / 2),
        basis: 'assumed',
        source: 'assumed: as the single hop; push-out is what diffraction shows, its barrier was not read',
        attemptFrequency,
      },
    ],
  },
  `
# MgCo2O4: spinel to rock salt, intercalation and push-out

A host in which Mg goes in by pushing Mg out of its own tetrahedra. Two phases, spinel MgCo2O4 and rock salt Mg2Co2O4, between x = 1 and 2.

| | energy against Mg and Co2O4, SevenNet-0 / eV a formula unit | volume / Å³ a formula unit |
| --- | --- | --- |
${['Co2O4 spinel', 'MgCo2O4 spinel', 'Mg2Co2O4, Mg on 8a and 16c', 'Mg2Co2O4 rock salt']
  .map(name => {
    const x = name.startsWith('Co') ? 0 : name.startsWith('MgCo') ? 1 : 2
    return `| ${name} | ${(perUnit(name) - charged - x * mg).toFixed(2)} | ${spinel[name].volume.toFixed(1)} |`
  })
  .join('\n')}

- Stability: Mg2Co2O4 as a rock salt lies ${(beside - salt).toFixed(2)} eV a formula unit below the intercalated spinel (Mg on 8a and 16c) that it pushes out; 2 MgO + 2 CoO lie ${(2 * teacher.phases.MgO.energy + 2 * teacher.phases.CoO.energy - salt).toFixed(2)} eV a formula unit above the rock salt (below where negative).
- Volume: ${percent(spinel['Mg2Co2O4 rock salt'].volume / spinel['MgCo2O4 spinel'].volume - 1)} from MgCo2O4 to Mg2Co2O4, ${percent(spinel['MgCo2O4 spinel'].volume / spinel['Co2O4 spinel'].volume - 1)} from Co2O4 to MgCo2O4.
- Voltages: 2.9 V against Mg was measured (Okamoto et al., Adv. Sci. 2015, 1500072, abstract, PMC5115418); SevenNet-0 gives ${computedPlateau.toFixed(2)} V for the same step and ${computedFirst.toFixed(2)} V for the first Mg, for which 3.4 V is assumed. It knows no spins: do not trust its voltages for Co.
- Barriers: Devi2025 (619 barriers of the literature, arXiv:2508.06459): Mg 0.52 eV in MgCo2O4, 0.698 eV in Co2O4.
- The edge of the cube, ${a} Å, is remembered (assumed); diffusivities go with its square.

## What the ladder gives
${ladderOfSpinel()}`,
)

// ---- Li7PSe6 ----
const cube = 10.48
const { phases: more } = JSON.parse(readFileSync(new URL('teacher/phases.json', home), 'utf8'))
const argyrodite = more.Li7PSe6
/** Products of Li7PSe6, with Li beside it where `of` counts 8 more, above or below it. */
const besideElectrolyte = (of: number, into: Readonly<Record<string, number>>): string => {
  const before = argyrodite.energy + (of - 1) * teacher.metals.Li.energy
  const above = Object.entries(into).reduce((sum, [name, count]) => sum + count * more[name].energy, 0) - before
  return `${Math.abs(above).toFixed(2)} eV ${above < 0 ? 'below' : 'above'}`
}
const ladderOfElectrolyte = (): string => {
  const conduction = rung<ConductionRung>('li7pse6', 'conduction')
  if (conduction === undefined) return 'Not climbed.\n'
  const rows = conduction.samples.map(
    ({ T, tracer, charge, haven, conductivity }) =>
      `| ${T} | ${power(tracer[0]!)} | ${power(charge!)} | ${plusMinus(haven!, 3)} | ${power(conductivity!)} |`,
  )
  const fits = conduction.fits.map(({ of, Ea }) => `${of} ${plusMinus(Ea, 4)} eV`)
  return `
\`examples/ladders/li7pse6.yaml\`:

| T / K | D* / m²/s | D_σ / m²/s | Haven ratio | σ / S/m |
| --- | --- | --- | --- | --- |
${rows.join('\n')}

Activation by Arrhenius fits: ${fits.join(', ')}; 0.49 eV went in. The Haven ratio is the correlation factor of a lattice gas with one place in eight empty, 0.703 by Nakazato and Kitahara: where ions only block each other, the collective motion has no memory. Li ions repel each other, and the true network is not this one; the ratio is a property of the assumption, the size of σ follows the measured jump rate, and both scale with the remembered edge.

![Tracer and collective diffusivity over temperature](rungs/arrhenius.svg)
`
}
const units = 8
/** Of the cell of one formula unit, twice the length of a jump. */
const edge = (2 * Math.round(1e3 * Math.cbrt(cube ** 3 / 4 / units))) / 1e3
const spacing = edge / 2
const kT = 8.617333262e-5 * 325
const rate = 1.4e5
const energy = 0.49
const content = 7 / units
const attempt = (rate * Math.exp(energy / kT)) / (6 * (1 - content))
write(
  'li7pse6',
  {
    format: 'dualion-lattice',
    formatVersion: 1,
    name: 'Li7PSe6, argyrodite',
    about:
      'A solid electrolyte as a lattice gas: seven Li on eight places a formula unit, the simplest network that has vacancies and joins in three directions. Rate and barrier are measured, the network is assumed: diffusivities follow from the measured rate, correlation factor and Haven ratio from the assumed network. Run it at Li=7 a formula unit.',
    basis: 'assumed',
    source: 'assumed: see each family',
    cell: [
      [edge, 0, 0],
      [0, edge, 0],
      [0, 0, edge],
    ],
    formulaUnits: 1,
    sites: Array.from({ length: units }, (_, k) => ({
      name: `place ${k + 1}`,
      sublattice: 'places',
      position: [k % 2, (k >> 1) % 2, k >> 2].map(one => one / 2) as [number, number, number],
    })),
    carriers: [{ symbol: 'Li', charge: 1 }],
    hops: [
      {
        name: 'Li jump',
        carrier: 'Li',
        sublattices: ['places', 'places'],
        distance: edge / 2,
        barrier: energy,
        basis: 'assumed',
        source:
          'assumed: the network that is joined; measured: 0.49 eV of long-range jumps, about (Epp, Gün, Deiseroth, Wilkening, PCCP 2013, c3cp44379e, abstract)',
        attemptFrequency: {
          value: Number(attempt.toPrecision(3)),
          basis: 'fitted',
          source:
            'fitted to the rate of 1.4e5 1/s at 325 K of the same abstract: six neighbours, of which an eighth is free',
        },
      },
    ],
  },
  `
# Li7PSe6 argyrodite: a solid electrolyte

- Measured (Epp, Gün, Deiseroth, Wilkening, Phys. Chem. Chem. Phys. 2013, c3cp44379e, abstract): long-range jumps with 0.49 eV, 1.4e5 jumps a second and ion at 325 K; the asymmetric peak points to correlated motion.
- Fitted: ν₀ = ${attempt.toExponential(2)} 1/s of each jump to a free neighbour, so that an ion leaves at the measured rate.
- Assumed: the network, simple cubic with ${units} places for 7 Li, and the edge of the cubic cell, ${cube} Å (remembered), from which the length of a jump, ${spacing.toFixed(2)} Å. The true network (cages joined through windows) has faster motion within cages, which carries nothing far.
- \`dualion diffusivity lattices/li7pse6/model.json --amount Li=7 --temperature 325\` gives tracer and collective diffusivity, correlation factor and Haven ratio; σ = z²F² L with L from the same run (L in mol²/(J·m·s): σ = F² L S/m). By hand: D* = f a² Γ/6 with f = 0.71 at seven of eight (Nakazato–Kitahara), a² Γ/6 = ${(((spacing * 1e-10) ** 2 * rate) / 6).toExponential(2)} m²/s.
- Stability: it neither takes up nor gives off Li in use, so its volume stays. SevenNet-0, random arrangements of Li in one formula unit (${argyrodite.tried.length} tried, so an upper bound): Li3PSe4 + 2 Li2Se ${besideElectrolyte(1, { Li3PSe4: 1, Li2Se: 2 })}; with 8 Li, 6 Li2Se + Li3P ${besideElectrolyte(9, { Li2Se: 6, Li3P: 1 })}: Li metal reduces it, unless what forms holds it off. Its cubic edge there is ${Math.cbrt(4 * argyrodite.volume).toFixed(2)} Å, beside the ${cube} Å remembered.

## What the ladder gives
${ladderOfElectrolyte()}`,
)
