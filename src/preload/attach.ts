// What the preload and the programmatic API share: listeners put on every copy of openai, and taken off. Wires hook → openai. In:
// sinks, found or given classes. Out: what was found. Main thread.
// biome-ignore assist/source/organizeImports: bundled.ts comes before what a bundle breaks
import { faultOf } from '../safe-text.ts'
import { isInlined } from './bundled.ts'
import { createRequire } from 'node:module'
import { badArgument, NeatlogsError } from '../errors.ts'
import { type FoundCopy, installHooks } from '../hook/install.ts'
import { addCopy, patchCopies, restoreCopies } from '../openai/copies.ts'
import { classesOf } from '../openai/given-class.ts'
import { type ClassSource, knownCopies } from '../openai/patch.ts'
import { addSink, removeSink, type Sink } from '../openai/sinks.ts'
import { OPENAI_TARGET } from '../openai/targets.ts'
import { natively } from '../originals.ts'
import { watchWire } from './watch-wire.ts'
import { preloadDiagnostics } from './process-recorder.ts'

/** A copy of openai whose calls are recorded. */
export interface FoundOpenAI {
  /** E.g. `6.49.0`; null when the copy does not say. */
  readonly version: string | null
  /** The file that defines its client class; null for a class that the program gave. */
  readonly file: string | null
  readonly format: 'esm' | 'commonjs' | null
  /** Methods that this version lacks: its calls are not fully recorded. Empty as a rule. */
  readonly missing: readonly string[]
}

const require = createRequire(import.meta.url)
const HOOKED = Symbol.for('neatlogs.preload')

/**
 * Puts a listener on every copy: those loaded, those given, those that load later. `openai` is a class, a module or a client.
 * Returns what was found. Throws `ERR_NEATLOGS_ARGUMENT` when what is given is no openai or frozen; nothing has changed then.
 */
export function attach(sink: Sink, openai?: unknown): readonly FoundOpenAI[] {
  const given = openai === undefined ? [] : readGiven(openai)
  if (isInlined()) return []
  watchLoading()
  addSink(sink)
  try {
    for (const copy of given) addGiven(copy)
  } catch (error) {
    detach(sink)
    throw error
  }
  patchCopies()
  return foundOpenAI()
}

/** Puts the listeners there are on every copy, or, when the last has gone, takes the patches off. Returns what was found. */
export function attachKnown(isOn: boolean): readonly FoundOpenAI[] {
  if (isOn) watchLoading()
  patchCopies()
  restoreCopies()
  return foundOpenAI()
}

/** Patches a class, module or client for those who listen already. Throws as `attach`. */
export function patchGiven(openai: unknown): void {
  for (const copy of readGiven(openai)) addGiven(copy)
}

/** Takes a listener off; with the last one, everything is as it was. Calls in flight still end and are recorded. */
export function detach(sink: Sink): void {
  removeSink(sink)
  restoreCopies()
}

/** Everything found so far, oldest first. */
export function foundOpenAI(): readonly FoundOpenAI[] {
  return knownCopies().map(({ version, file, format, missing }) => ({ version, file, format, missing }))
}

/** Warns, once per thread, when there is nothing to record yet. */
export function warnWhenNone(found: readonly FoundOpenAI[], who: string): void {
  if (found.length > 0 || isInlined()) return
  const message = `${who}: no copy of openai is found from ${process.argv[1] ?? process.cwd()} yet; it is recorded as soon as it loads, one inside a bundle by its requests`
  preloadDiagnostics().once('no_openai', 'warn', message)
}

/** Takes a class that the hooks found. */
export function takeFound({ exported, version, file, format, folder, via }: FoundCopy): void {
  const diagnostics = preloadDiagnostics()
  const copy = addCopy({ exported, version, file, format })
  const patched = copy.undo !== null
  diagnostics.log('debug', `found openai ${version}`, { file, format, via, patched, missing: copy.missing })
  if (copy.missing.length > 0) tellMissing({ version, folder }, copy.missing)
}

/** Tells, once per version, what a copy of openai lacks. */
export function tellMissing(
  { version, folder }: Pick<FoundCopy, 'version' | 'folder'>,
  missing: readonly string[],
): void {
  const message = `openai ${version} at ${folder} has no ${missing.join(', ')}: its calls are not fully recorded`
  preloadDiagnostics().once(`missing_${version}`, 'error', message)
}

/** Tells of a hook that could not be installed. */
export function tellHookProblem(code: string, error: unknown): void {
  const message = `hook: ${faultOf(error)}; calls of some copies of openai may not be recorded`
  preloadDiagnostics().once(code, 'warn', message)
}

/** Without the preload: what is loaded is looked up, and hooks are put on what loads later. Once per thread. */
function watchLoading(): void {
  watchWire(
    () => {},
    (error) => tellHookProblem('WIRE', error),
  )
  if (HOOKED in globalThis) return
  const { loadedCopies } = natively(() => require('../hook/loaded.js') as typeof import('../hook/loaded.ts'))
  const loaded = loadedCopies([OPENAI_TARGET])
  installHooks([OPENAI_TARGET], takeFound, tellHookProblem)
  for (const copy of loaded) takeFound(copy)
}

function readGiven(openai: unknown): readonly ClassSource[] {
  const classes = classesOf(openai)
  if (classes.length > 0) return classes
  throw badArgument('openai', openai, 'the OpenAI class, its module or a client')
}

function addGiven(copy: ClassSource): void {
  try {
    addCopy(copy)
  } catch (error) {
    const message = `openai must not be frozen: ${(error as Error).message}`
    throw new NeatlogsError('ERR_NEATLOGS_ARGUMENT', message, { cause: error })
  }
}
