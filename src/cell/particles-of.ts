import type { VectorMemory } from '../math/vector-loop.ts'
import type { HostMaterial } from '../scales.ts'
import type { PorousElectrode } from './cell.ts'
import { compactGrading, type RadialMesh, radialGrading, radialMesh } from './mesh.ts'
import type { Particles } from './particle.ts'
import { coupledParticles } from './particle-coupled.ts'
import { gradientParticles } from './particle-gradient.ts'
import { pairParticles } from './particle-pair.ts'
import { sweptEntries, sweptPairParticles } from './particle-pair-swept.ts'
import { singleParticles } from './particle-single.ts'
import { radialEntries } from './radial-loops.ts'

/**
 * The kernel a host needs: with a gradient term, one carrier, or several coupled ones.
 *
 * @param memory  where the states of the solver lie, with room for `particleEntries`; absent: anywhere
 */
export const particlesOf = (host: HostMaterial, mesh: RadialMesh, count: number, memory?: VectorMemory): Particles => {
  if (host.gradient) return gradientParticles(host, mesh, count)
  const n = host.carriers.length
  if (n === 1 && host.transport.diffusivity) return singleParticles(host, mesh, count, memory)
  if (n !== 2) return coupledParticles(host, mesh, count)
  const plain = pairParticles(host, mesh, count)
  return { ...plain, ...(memory && sweptPairParticles(host, mesh, count, memory)) }
}

/** Entries that `particlesOf` takes of a memory. */
export const particleEntries = (host: HostMaterial, shells: number, count: number): number =>
  host.carriers.length === 1
    ? radialEntries(count * (shells + 1))
    : host.gradient
      ? 0
      : sweptEntries(host, shells, count)

/**
 * The radial mesh a host needs: of higher order where contents stay inside their range, crowded at the surface where they may
 * not, uniform where an interface of fixed width runs through it.
 */
export const radialMeshOf = ({ host, particleRadius, shape }: PorousElectrode, shells: number): RadialMesh => {
  if (host.gradient) return made(particleRadius, shells, shape, 0, 'cell')
  return isSmooth(host)
    ? made(particleRadius, shells, shape, compactGrading, 'compact')
    : made(particleRadius, shells, shape, radialGrading, 'cell')
}

/** The meshes made last: a sweep asks for the same ones for every cell. */
const known = new Map<string, RadialMesh>()
const mostKnown = 16

const made = (...o: Required<Parameters<typeof radialMesh>>): RadialMesh => {
  const key = o.join()
  let mesh = known.get(key)
  if (!mesh) {
    mesh = radialMesh(...o)
    if (known.size >= mostKnown) known.clear()
    known.set(key, mesh)
  }
  return mesh
}

const isSmooth = ({ carriers, transport }: HostMaterial): boolean =>
  carriers.length === 1 && transport.diffusivity !== undefined && transport.diffusivityIntegral !== undefined
