import { readFile } from 'node:fs/promises'
import type { EngineSpec } from '../study/engine-spec.ts'
import { potentialPlace } from '../study/open-engine.ts'
import { hashOf, sha256 } from './canonical.ts'

/**
 * What tells an engine from another, whatever it is called: its entry, and of a fitted potential the hash of its file. Another
 * program is known by its command alone; what it computes with is its own.
 */
export const engineStamp = async (spec: EngineSpec, folder: string): Promise<string> => {
  if (spec.kind !== 'ace') return `${spec.kind} (${hashOf(JSON.parse(JSON.stringify(spec))).slice(0, 16)})`
  const bytes = await readFile(potentialPlace(spec.file, folder))
  return `ace ${spec.file ?? 'mo-s-li-mg'} (${sha256(bytes).slice(0, 16)})`
}
