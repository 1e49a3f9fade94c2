import type { HostMaterial } from '../scales.ts'
import type { PorousElectrode } from './cell.ts'
import { type RadialMesh, radialGrading, radialMesh } from './mesh.ts'
import type { Particles } from './particle.ts'
import { coupledParticles } from './particle-coupled.ts'
import { gradientParticles } from './particle-gradient.ts'
import { pairParticles } from './particle-pair.ts'
import { singleParticles } from './particle-single.ts'

/** The kernel a host needs: with a gradient term, one carrier, or several coupled ones. */
export const particlesOf = (host: HostMaterial, mesh: RadialMesh, count: number): Particles => {
  if (host.gradient) return gradientParticles(host, mesh, count)
  const n = host.carriers.length
  if (n === 1 && host.transport.diffusivity) return singleParticles(host, mesh, count)
  return n === 2 ? pairParticles(host, mesh, count) : coupledParticles(host, mesh, count)
}

/** The radial mesh a host needs: crowded at the surface, or uniform where an interface of fixed width runs through it. */
export const radialMeshOf = (spec: PorousElectrode, shells: number): RadialMesh =>
  radialMesh(spec.particleRadius, shells, spec.shape, spec.host.gradient ? 0 : radialGrading, true)
