import { writeFrame } from '../crystal/formats/extxyz-write.ts'
import { writePymatgen } from '../crystal/formats/pymatgen.ts'
import { barrierOf, fittedProfile } from '../migration/barrier.ts'
import type { MechanismRow } from '../migration/mechanism-table.ts'
import type { Path } from '../migration/path.ts'
import type { Route } from '../migration/route.ts'
import type { EnergyProfile } from '../plot/energy-profile.ts'
import { keysIn, references } from '../references.ts'
import type { StudyResult, StudyRow } from './barrier-study.ts'

/** What stands beside the numbers of a study. */
export type StudyHead = {
  readonly program: string
  readonly title: string
  readonly engine: string
  /** What the engine's energies are those of, in words. */
  readonly theory?: string
  /** True where the engine only ranks: no number of it is a barrier. */
  readonly screening?: boolean
  readonly outcome: 'finished' | 'interrupted' | 'failed'
  readonly notes: readonly string[]
}

/** Where the methods come from. */
const methods = ['Henkelman2000a', 'Henkelman2000b', 'Smidstrup2014', 'Byrd1995']

/**
 * Everything but the structures: `format`, `formatVersion`, the head, `reference` (energies of states, eV), `rows` (one a
 * mechanism: barriers in eV, every saddle with its force and curvatures, `profile` with s in Å, energy in eV, separation in
 * Å), `decomposition`, `references`. NaN is written as a text.
 */
export const studyJson = (result: StudyResult, head: StudyHead): string =>
  `${JSON.stringify(
    {
      format: 'dualion barrier study',
      formatVersion: 1,
      ...head,
      ...(result.extrapolation === undefined ? {} : { extrapolation: result.extrapolation }),
      reference: result.reference,
      rows: result.rows.map(rowJson),
      decomposition: result.decomposition,
      forceCalls: result.forceCalls,
      references: Object.fromEntries(methods.flatMap(key => keysIn(key)).map(key => [key, references[key]])),
    },
    plain,
    1,
  )}\n`

const plain = (_key: string, value: unknown): unknown =>
  value instanceof Float64Array
    ? Array.from(value)
    : typeof value === 'number' && !Number.isFinite(value)
      ? String(value)
      : value

const rowJson = ({ route, profile, ...row }: StudyRow) => ({
  ...row,
  ...(route
    ? {
        forceCalls: route.forceCalls,
        states: route.states.map(one => ({ energy: one.energy, largestForce: one.largestForce, outcome: one.outcome })),
        paths: route.paths.map((path, i) => ({
          outcome: path.outcome,
          steps: path.steps,
          largestForce: path.largestForce,
          ...barrierOf(path),
          ...(route.saddles[i] ? { saddle: saddleJson(route.saddles[i]) } : {}),
        })),
      }
    : {}),
  ...(route && profile
    ? {
        profile: {
          s: profile.s,
          energy: profile.energy,
          ...(profile.separation ? { separation: profile.separation } : {}),
          fitted: fittedRoute(route),
        },
      }
    : {}),
})

/** What rests on a potential asked outside its training, one sentence each. */
export const outsideWords = ({ rows, decomposition }: Pick<StudyResult, 'rows' | 'decomposition'>): string[] => {
  const words = (what: string, grade: number | undefined): string[] =>
    grade !== undefined && grade > 1
      ? [`${what}: outside the domain of the potential, extrapolation ${grade.toFixed(2)}`]
      : []
  return [
    ...rows.flatMap(row => words(`${row.mechanism}, ${row.label}`, row.extrapolation)),
    ...words('the parts of the difference', decomposition[0]?.extrapolation),
  ]
}

const saddleJson = ({ directions: _directions, ...saddle }: NonNullable<Route['saddles'][number]>) => saddle

/** Fitted curves of all paths of a route, one after the other, above the first state. */
export const fittedRoute = (route: Route) => {
  const s: number[] = []
  const energy: number[] = []
  let offset = 0
  for (const path of route.paths) {
    const curve = fittedProfile(path)
    for (let i = 0; i < curve.s.length; i++) {
      s.push(offset + curve.s[i])
      energy.push(curve.energy[i] - route.paths[0].energies[0])
    }
    offset += path.s[path.s.length - 1]
  }
  return { s: Float64Array.from(s), energy: Float64Array.from(energy) }
}

/** Profiles for the figure: energies above the ground state where one is known, so that ways compare at one height. */
export const studyProfiles = (result: StudyResult): EnergyProfile[] => {
  const several = new Set(result.rows.map(row => row.move)).size > 1
  return result.rows.flatMap(row => {
    if (!row.route || !row.profile || !isDrawn(row)) return []
    const raise = (row.barrierFromGround ?? row.barrier ?? 0) - (row.barrier ?? 0)
    const fitted = fittedRoute(row.route)
    return [
      {
        label: row.move === undefined || !several ? row.label : `${row.move.split(' ')[0]} ${row.label}`,
        s: row.profile.s,
        energy: row.profile.energy.map(e => e + raise),
        fitted: { s: fitted.s, energy: fitted.energy.map(e => e + raise) },
        ...(row.profile.separation ? { separation: row.profile.separation } : {}),
      },
    ]
  })
}

/** Only paths at rest are drawn: of others neither curve nor barrier is known. */
export const isDrawn = ({ outcome, profile }: StudyRow): boolean =>
  profile !== undefined && (outcome === 'converged' || outcome === 'no barrier')

/** Every image of every path, extended XYZ, with energy, forces, mechanism, path coordinate and separation. */
export function* studyFrames(result: StudyResult): Generator<string> {
  for (const row of result.rows)
    for (const { path, image, at, s } of imagesOf(row))
      yield writeFrame({
        structure: path.images[image],
        energy: path.energies[image],
        forces: path.forces[image],
        info: {
          mechanism: row.mechanism,
          way: row.label,
          image: at,
          path_coordinate: s,
          ...(row.profile?.separation ? { separation: row.profile.separation[at] } : {}),
        },
      })
}

/** The same as JSON frames that MatterViz opens: pymatgen structures with energy and path coordinate as metadata. */
export const studyReactionPath = (result: StudyResult, title: string): string =>
  `${JSON.stringify(
    {
      metadata: { title, kind: 'reaction path', energy_unit: 'eV', path_coordinate_unit: 'Å' },
      frames: result.rows.flatMap(row =>
        imagesOf(row).map(({ path, image, at, s }) => ({
          step: at,
          structure: JSON.parse(writePymatgen(path.images[image])),
          metadata: {
            energy: path.energies[image],
            relative_energy: row.profile?.energy[at],
            path_coordinate: s,
            mechanism: row.mechanism,
            way: row.label,
            forces: threes(path.forces[image]),
            ...(row.profile?.separation ? { separation: row.profile.separation[at] } : {}),
          },
        })),
      ),
    },
    plain,
  )}\n`

/** Images along a route; where two paths meet there is one. */
const imagesOf = ({ route, profile }: MechanismRow) => {
  const found: { path: Path; image: number; at: number; s: number }[] = []
  route?.paths.forEach((path, p) => {
    path.images.forEach((_, image) => {
      if (p > 0 && image === 0) return
      found.push({ path, image, at: found.length, s: profile?.s[found.length] ?? path.s[image] })
    })
  })
  return found
}

const threes = (values: Float64Array): number[][] =>
  Array.from({ length: values.length / 3 }, (_, i) => [values[3 * i], values[3 * i + 1], values[3 * i + 2]])
