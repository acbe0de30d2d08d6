// Step 1, load: classes loaded before the hooks were installed (an API used in code, no preload). Main thread.
import { createRequire } from 'node:module'
import { findCopies } from './find.ts'
import { identify, indexTargets } from './load.ts'
import type { FoundCopy, HookTarget } from './target.ts'

const require = createRequire(import.meta.url)

/** Gives the wanted classes in the cache of `require()`, ES modules that were required included. */
export function cachedCopies(targets: readonly HookTarget[]): FoundCopy[] {
  const wanted = indexTargets(targets)
  const found: FoundCopy[] = []
  for (const [path, loaded] of Object.entries(require.cache)) {
    const match = identify(wanted, path)
    const exported = match && classOf(loaded?.exports, match.name)
    if (match && exported) found.push({ ...match.place, exported, via: 'require' })
  }
  return found
}

/**
 * Gives the classes that a program whose entry is `fromFile` has, or could have, loaded: the CommonJS ones from the
 * cache, the ES ones by `require()`, which gives the very module that `import` made. An ES copy nobody has loaded yet
 * is loaded by that, so a CommonJS program with a CommonJS copy in the cache is not asked for its ES twin.
 */
export function loadedCopies(targets: readonly HookTarget[], fromFile: string = process.argv[1] ?? ''): FoundCopy[] {
  const wanted = indexTargets(targets)
  const found = cachedCopies(targets)
  if (found.length > 0 && require.main !== undefined) return found
  for (const place of findCopies(targets, fromFile)) {
    if (place.format !== 'esm' || found.some((copy) => copy.file === place.file)) continue
    const name = identify(wanted, place.file)?.name
    const exported = name && classOf(load(place.file), name)
    if (exported) found.push({ ...place, exported, via: 'load' })
  }
  return found
}

function load(file: string): unknown {
  try {
    return require(file)
  } catch {
    return null // half evaluated in a cycle, or broken: the load hook reports what comes later
  }
}

function classOf(exports: unknown, name: string): unknown {
  try {
    const exported = (exports as { [name: string]: unknown } | null)?.[name]
    return typeof exported === 'function' ? exported : null
  } catch {
    return null // a getter of the program's own
  }
}
