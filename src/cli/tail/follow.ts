// Following: prints records as they come until the process is interrupted. `fs.watch` makes it quick, polling makes it sure:
// the folder may not exist yet, and not every file system reports changes.
import { type FSWatcher, watch } from 'node:fs'
import type { PrintRecord, Records } from './records.ts'

const POLL_MS = 500
/** Writers append in bursts. */
const SETTLE_MS = 20
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Prints the newest `lines` (default all) of what is there, then what comes. Resolves when a signal asks for the end: one that comes
 * with the first line does so, too.
 */
export async function follow(records: Records, print: PrintRecord, lines: number | undefined): Promise<void> {
  let isOver = false
  let wake: () => void = () => {}
  const end = (): void => {
    isOver = true
    wake()
  }
  for (const signal of SIGNALS) process.once(signal, end)
  await records.printNew(print, lines)
  let watcher: FSWatcher | null = null
  while (!isOver) {
    watcher ??= watchFolder(records.folder, () => setTimeout(() => wake(), SETTLE_MS))
    const changed = new Promise<void>((resolve) => {
      wake = resolve
    })
    await records.printNew(print)
    const timer = setTimeout(() => wake(), POLL_MS)
    if (!isOver) await changed
    clearTimeout(timer)
  }
  watcher?.close()
}

function watchFolder(folder: string, onChange: () => void): FSWatcher | null {
  try {
    const watcher = watch(folder, { persistent: false }, onChange)
    watcher.on('error', () => watcher.close())
    return watcher
  } catch {
    return null // no folder yet, or no watches left (inotify's limit): polling does it
  }
}
