import type { HostMaterial } from '../scales.ts'
import type { RadialMesh } from './mesh.ts'
import type { Particles } from './particle.ts'
import { coupledParticles } from './particle-coupled.ts'
import { pairParticles } from './particle-pair.ts'
import { singleParticles } from './particle-single.ts'

/** The kernel a host needs: one carrier, or several coupled ones. */
export const particlesOf = (host: HostMaterial, mesh: RadialMesh, count: number): Particles =>
  host.carriers.length === 1 && host.transport.diffusivity
    ? singleParticles(host, mesh, count)
    : host.carriers.length === 2
      ? pairParticles(host, mesh, count)
      : coupledParticles(host, mesh, count)
