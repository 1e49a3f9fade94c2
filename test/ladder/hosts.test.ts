/** The ladders of other hosts: they replay from the rungs that come along, and what these say is physics. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { parseYaml } from '../../src/file/yaml.ts'
import { climb } from '../../src/ladder/climb.ts'
import { ladderReport } from '../../src/ladder/report.ts'
import type { CoexistenceRung } from '../../src/ladder/stages/coexistence.ts'
import type { ConductionRung } from '../../src/ladder/stages/conduction.ts'
import type { StabilityRung } from '../../src/ladder/stages/stability.ts'
import type { ThermodynamicsRung } from '../../src/ladder/stages/thermodynamics.ts'
import { walked } from '../../src/ladder/stages/walked.ts'
import { stagesOf } from '../../src/ladder/stages-of.ts'
import { folderStore, type Store } from '../../src/ladder/store.ts'
import { ladderStudyOf } from '../../src/ladder/study-file.ts'
import type { LatticeModel } from '../../src/lattice/model/model.ts'
import { F, kBeV, R } from '../../src/units.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** Rungs that take no time. */
const cheap = ['lattice', 'energies', 'stability']

/** A study climbed on the rungs that come along, none of those that take time computed again; its report is the one they have. */
const replayed = async (name: string) => {
  const file = join(root, 'examples/ladders', name)
  const study = ladderStudyOf(await parseYaml(readFileSync(file, 'utf8'), file), file)
  const { stages, notes } = await stagesOf(study, { folder: dirname(file), walker: walked })
  const folder = join(dirname(file), [study.shipped!].flat()[0])
  const { read } = folderStore(folder)
  const store: Store = { read, write: async () => {}, append: async () => {}, remove: async () => {} }
  const steps = climb(stages, { store, program: 'test' })
  for (;;) {
    const next = await steps.next()
    if (!next.done) {
      const event = next.value
      if (event.kind === 'start') assert.ok(cheap.includes(event.stage.name), `${event.stage.name} is not there`)
      continue
    }
    const { markdown } = await ladderReport(stages, next.value, { title: study.title!, program: 'test', notes })
    // all but who made it
    const bare = (text: string) => text.replaceAll(/[Bb]y (dualion [\d.]+|test)\./g, '')
    assert.equal(bare(markdown), bare(readFileSync(join(folder, 'report.md'), 'utf8')))
    return <T>(stage: string): T => next.value.get(stage)!.output as T
  }
}

const teacher = JSON.parse(readFileSync(join(root, 'lattices/teacher/energies.json'), 'utf8'))
const modelOf = (name: string): LatticeModel =>
  JSON.parse(readFileSync(join(root, 'lattices', name, 'model.json'), 'utf8'))

test('MgCo2O4: a flat plateau between spinel and rock salt, where their energies of formation have it', async () => {
  const of = await replayed('mgco2o4.yaml')
  const { filling, emptying, plateau } = of<CoexistenceRung>('coexistence').points[0]
  const { siteEnergies } = modelOf('mgco2o4')
  const [tetrahedra, octahedra] = siteEnergies!.map(one => one.energy as number)
  // MgCo2O4 → Mg2Co2O4 by one Mg: both phases all but stoichiometric at 423 K, so entropy moves it by less than 1 mV
  const formation = -(2 * octahedra - tetrahedra) / 2
  assert.ok(Math.abs(plateau!.voltage.value - formation) < 1e-3, `${plateau!.voltage.value} ${formation}`)
  assert.ok(plateau!.voltage.error < 1e-3)
  assert.ok(Math.abs(plateau!.poor - 1) < 5e-3 && Math.abs(plateau!.rich - 2) < 5e-3)
  // push-out both ways lags: each phase holds out beyond the plateau, none returns within it
  const [low, high] = plateau!.loop
  assert.ok(low < plateau!.voltage.value - 0.1 && high > plateau!.voltage.value + 0.1)
  filling.voltage.forEach((U, k) => {
    if (U < 3.2 && U > high - 0.1) assert.ok(Math.abs(filling.amount[k].value - 1) < 0.01, `${U} V`)
  })
  emptying.voltage.forEach((U, k) => {
    if (U > low && U < high - 0.1) assert.ok(Math.abs(emptying.amount[k].value - 2) < 0.03, `${U} V`)
  })
  // the first Mg is a lattice gas of its tetrahedra: x/(1 − x) = exp((2U_0 − 2U)e/k_BT)
  filling.voltage.forEach((U, k) => {
    if (U < 3.3) return
    const ideal = 1 / (1 + Math.exp((2 * U + tetrahedra) / (kBeV * 423.15)))
    // five standard errors for some 20 points, and what rare octahedra take
    const { value, error } = filling.amount[k]
    assert.ok(Math.abs(value - ideal) < 5 * error + 1e-3, `${U} V: ${value} ${ideal}`)
  })
})

test('MgCo2O4: single hops carry Mg of the spinel, push-out what is beyond it, once it is free of the seeds it gathers in', async () => {
  const { samples, fits } = (await replayed('mgco2o4.yaml'))<ConductionRung>('conduction')
  for (const { x, pairShare, haven, exits } of samples) {
    const share = pairShare[0]!.value
    assert.ok(x[0] < 1 ? share < 0.05 : share > 0.9, `${x[0]}: ${share}`)
    assert.ok(haven!.value > 0 && haven!.value < 1 + 3 * haven!.error, `${x[0]}: ${haven!.value}`)
    assert.ok(exits[0] > 100)
  }
  // three Mg in excess around an emptied tetrahedron, four octahedra filled, against three alone with two tetrahedra each
  const { siteEnergies, pairEnergies } = modelOf('mgco2o4')
  const [tetrahedra, octahedra] = siteEnergies!.map(one => one.energy as number)
  const beside = pairEnergies![0].energy as number
  const bound = (3 * (octahedra + 2 * beside) - (4 * (octahedra + beside) - tetrahedra)) / 3
  for (const { x, of, Ea } of fits) {
    // 0.698 eV from tetrahedron to tetrahedron by the literature, whatever the content of a lattice gas
    if (x[0] < 1)
      assert.ok(Math.abs(Ea.value - 0.698) < 4 * Ea.error + 2e-3, `${x[0]} ${of}: ${Ea.value} ± ${Ea.error}`)
    else assert.ok(Math.abs(Ea.value - (0.448 + bound)) < 4 * Ea.error, `${Ea.value} ± ${Ea.error}, ${0.448 + bound}`)
  }
})

test('MgCo2O4: the rock salt lies below the spinel it pushes out, and takes less room', async () => {
  const { volumes, products } = (await replayed('mgco2o4.yaml'))<StabilityRung>('stability')
  const { spinel } = teacher
  const pushed = products.find(one => one.of.includes('intercalated') && one.into.includes('rock salt'))!
  const lower = spinel['Mg2Co2O4 rock salt'].energy - spinel['Mg2Co2O4, Mg on 8a and 16c'].energy
  assert.ok(Math.abs(pushed.above - lower) < 1e-9 && pushed.above < -1)
  const [, beside, salt] = volumes
  assert.ok(salt.change > 0.1 && salt.change < beside.change)
})

test('Li7PSe6: Haven ratio below one, conductivity by Nernst and Einstein, and the collective one is exact', async () => {
  const of = await replayed('li7pse6.yaml')
  const { samples, fits } = of<ConductionRung>('conduction')
  assert.ok(new Set(samples.map(({ T }) => T)).size >= 4)
  const { hops, cell } = modelOf('li7pse6')
  const { barrier, attemptFrequency } = hops![0]
  const nu = typeof attemptFrequency === 'object' ? (attemptFrequency.value as number) : Number.NaN
  const a = (cell![0][0] / 2) * 1e-10
  for (const { T, x, tracer, charge, haven, conductivity, concentrations } of samples) {
    const [D, sigma, ratio] = [tracer[0]!, conductivity!, haven!]
    assert.ok(ratio.value > 0 && ratio.value + 2 * ratio.error < 1)
    assert.ok(ratio.error > 0 && ratio.error < 0.03)
    // σ = F² c D*/(RT H_R), from numbers that stand apart in the record
    const einstein = (F * F * concentrations[0] * D.value) / (R * T * ratio.value)
    assert.ok(Math.abs(einstein / sigma.value - 1) < 1e-9)
    // ions that only block each other: D_J = a² ν e^{−E/k_BT} (1 − c), exactly; H_R = f, 0.7030 by Nakazato and Kitahara
    const c = x[0] / 8
    const exact = a * a * nu * Math.exp(-(barrier as number) / (kBeV * T)) * (1 - c)
    // four standard errors for five temperatures
    assert.ok(Math.abs(charge!.value - exact) < 4 * charge!.error, `${T} K: ${charge!.value} ${exact}`)
    const f0 = 0.6531
    const nakazato = ((2 - c) * f0) / ((2 - c) * f0 + c * (1 - f0))
    // an approximation good to half a percent here
    assert.ok(Math.abs(ratio.value - nakazato) < 4 * ratio.error + 0.005, `${T} K: ${ratio.value} ${nakazato}`)
    // the concentration is that of seven Li in the measured cell's quarter
    assert.ok(Math.abs(concentrations[0] / (7 / (8 * a ** 3 * 6.02214076e23)) - 1) < 1e-6)
  }
  assert.equal(fits.length, 2)
  for (const { of: name, Ea } of fits)
    assert.ok(Math.abs(Ea.value - 0.49) < 4 * Ea.error + 1e-6, `${name}: ${Ea.value} ± ${Ea.error}`)
  // Li metal reduces a selenophosphate: 8 Li for P(V) to P(−III), by volts
  const reduced = of<StabilityRung>('stability').products.find(one => one.of.includes('with 8 Li'))!
  assert.ok(reduced.above / 8 < -0.5, `${reduced.above}`)
})

test('Mo6S8: Zn is activated less than Al, and Al less than Mg, as the engine has the sites and windows of lone ions', async () => {
  const { samples, fits } = (await replayed('zn-al-mo6s8.yaml'))<ConductionRung>('conduction')
  const of = (ion: string) => fits.find(fit => fit.of === `D*(${ion})`)!.Ea
  const { Mg, Zn, Al } = teacher.mo6s8
  // Mg and Zn have to reach the window from the ring; what is above, up to k_BT, is how full outer sites are
  for (const [ion, height] of [
    ['Mg', Mg.windowAboveInner],
    ['Zn', Zn.windowAboveInner],
  ] as const)
    assert.ok(Math.abs(of(ion).value - height) < 3 * of(ion).error + 0.01, `${ion}: ${of(ion).value} ${height}`)
  // Al sits on outer sites: the window is low, the ring, and a hop along it, is what it has to climb
  const ring = -Al.outerAboveInner
  assert.ok(ring > Al.windowAboveInner - Al.outerAboveInner)
  assert.ok(of('Al').value > ring - 0.015 && of('Al').value < ring + 0.03, `${of('Al').value} ${ring}`)
  assert.ok(of('Zn').value + 2 * of('Zn').error < of('Al').value)
  assert.ok(of('Al').value + 2 * of('Al').error < of('Mg').value)
  // a lone ion from cavity to cavity: D = a² p ν e^{−E/k_BT}, p the share of time on each of six outer sites
  const { hops, siteEnergies, cell } = modelOf('mo6s8-zn-al')
  const a2 = cell![0].reduce((sum, y) => sum + y * y, 0) * 1e-20
  for (const [i, ion] of ['Mg', 'Zn'].entries()) {
    const [inner, outer] = ['inner', 'outer'].map(
      kind => siteEnergies!.find(one => one.carrier === ion && one.sublattice === kind)!.energy as number,
    )
    const barrier = hops!.find(one => one.name === `${ion} outer–outer`)!.barrier as number
    for (const { x, T, tracer } of samples.filter(one => one.x[i] > 0)) {
      const kT = kBeV * T
      const w = Math.exp(-(outer - inner) / kT)
      const exact = (a2 * 1e13 * Math.exp(-barrier / kT) * w) / (1 + w) / 6
      // an ion that makes 100 fast moves of a kind an exit has not quite forgotten its window: some 10 % too little
      const { value, error } = tracer[i]!
      assert.ok(Math.abs(value / exact - 0.92) < 4 * (error / exact) + 0.06, `${ion} ${x[i]} ${T} K: ${value} ${exact}`)
    }
  }
})

test('Mo6S8: no sample of Zn and Al holds more charge than the host takes; beside Al less room is left for Zn', async () => {
  const of = await replayed('zn-al-mo6s8.yaml')
  const { samples } = of<ThermodynamicsRung>('thermodynamics')
  // one ion of 27 cavities may come and go beside the content that was asked for
  for (const { x } of samples) assert.ok(2 * x[1] + 3 * x[2] <= 4 + 1e-9, x.join(' '))
  const most = Math.max(...samples.map(({ x }) => x[2]))
  assert.ok(most > 1.2 && most <= 4 / 3 + 1e-9, `${most}`)
  const zinc = (least: number) => Math.max(...samples.filter(({ x }) => x[2] >= least).map(({ x }) => x[1]))
  assert.ok(zinc(0) > 1.7 && zinc(0.7) <= (4 - 3 * 0.7) / 2 + 1e-9)
})
