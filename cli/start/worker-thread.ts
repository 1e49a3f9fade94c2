import { Worker } from 'node:worker_threads'

/** Room for what lives shortly: fewer, larger sweeps of the collector. */
const resourceLimits = { maxYoungGenerationSizeMb: 64 } as const

/**
 * A worker thread that runs a file of this folder. Compiled code runs as it is; in the sources a worker first needs the
 * loader of TypeScript, which it does not inherit.
 *
 * @param name  of the file, without its ending
 */
export const newWorker = (name: string): Worker => {
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL(`./${name}.js`, import.meta.url), { resourceLimits })
  const file = JSON.stringify(new URL(`./${name}.ts`, import.meta.url).href)
  return new Worker(`import('tsx/esm/api').then(tsx => { tsx.register(); return import(${file}) })`, { eval: true })
}
