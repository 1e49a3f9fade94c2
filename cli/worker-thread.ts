import { Worker, type WorkerOptions } from 'node:worker_threads'

/**
 * A worker thread that runs a file beside its caller. Compiled code runs as it is; in the sources a worker first needs the
 * loader of TypeScript, which it does not inherit.
 *
 * @param caller  import.meta.url of the file that asks
 * @param name    of the worker's file, without its ending
 */
export const newWorker = (caller: string, name: string, options: WorkerOptions = {}): Worker => {
  if (!caller.endsWith('.ts')) return new Worker(new URL(`./${name}.js`, caller), options)
  const file = JSON.stringify(new URL(`./${name}.ts`, caller).href)
  return new Worker(`import('tsx/esm/api').then(tsx => { tsx.register(); return import(${file}) })`, {
    ...options,
    eval: true,
  })
}
