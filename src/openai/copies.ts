// Step 2, patch: the copies of openai that are known, patched while somebody listens and put back when the last one leaves. In:
// classes. Out: what was found. One list per thread, shared by every copy of neatlogs that is loaded. Main thread.

import { type ClassSource, type KnownCopy, knownCopies, patchClass, rememberCopy } from './patch.ts'
import { isQuiet, whenQuiet } from './quiet.ts'
import { currentSinks } from './sinks.ts'

/** Adds a class, once, and patches it when somebody listens. Throws what a frozen class throws. */
export function addCopy(source: ClassSource): KnownCopy {
  const known = knownCopies().find(({ exported }) => exported === source.exported)
  const copy = known ?? { ...source, missing: [], undo: null }
  if (currentSinks().length > 0) patchCopy(copy)
  if (known === undefined) rememberCopy(copy)
  return copy
}

/** Patches every known copy that is not: somebody has begun to listen. A class that refuses is passed over. */
export function patchCopies(): void {
  if (currentSinks().length === 0) return
  for (const copy of knownCopies()) {
    try {
      patchCopy(copy)
    } catch {
      // frozen since it was found: told when it was added
    }
  }
}

function patchCopy(copy: KnownCopy): void {
  if (copy.undo !== null) return
  const { patched, missing, undo } = patchClass(copy.exported, copy.version)
  copy.missing = missing
  if (patched) copy.undo = () => undoWhenQuiet(undo)
}

/** A call in flight may come back through the wrapped methods: they stay until none will. */
export function undoWhenQuiet(undo: () => boolean): boolean {
  if (isQuiet()) return undo()
  whenQuiet(restoreCopies)
  return false
}

/** Puts every class back that nobody listens to; what cannot be put back now stays, passes through, and is tried again. */
export function restoreCopies(): void {
  if (currentSinks().length > 0) return
  for (const copy of knownCopies()) if (copy.undo?.() === true) copy.undo = null
}
