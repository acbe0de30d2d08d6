// A lane whose folder cannot be renamed: it lies in a layer of a container's image (overlayfs answers EXDEV). Its files can. Worker.
import { readdirSync, rmdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { moveTo } from '../private-file.ts'
import { makePrivate } from './root.ts'

/** Moves a lane file by file; of two takers the one that gets `first` gets the rest. Returns its new name, or null. */
export function moveLane(from: string, to: string, first: string): string | null {
  try {
    makePrivate(to)
    moveTo(join(from, first), join(to, first))
  } catch {
    tryRemove(to)
    return null // another adopter has it
  }
  for (const name of readdirSync(from)) moveTo(join(from, name), join(to, name))
  tryRemove(from)
  return basename(to)
}

function tryRemove(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {
    // not made, or a layer keeps it: it is empty
  }
}
