// Keeps the table up to date. In: the folder. Out: calls of `onChange`. Polls, because folders come and go and not every
// file system reports changes; `fs.watch` on the record files only makes it sooner.
import { type FSWatcher, watch } from 'node:fs'
import { type Files, loadOlder, pollFiles } from './files.ts'
import { dropGone } from './flight.ts'
import { pollLanes } from './lanes.ts'
import type { Lanes } from './live.ts'

const POLL_MS = 400
/** Nobody is looking: the next look brings everything up to date. */
const IDLE_POLL_MS = 5000
/** Writers append in bursts. */
const SETTLE_MS = 30

export interface Watch {
  readonly files: Files
  readonly lanes: Lanes
  readonly onChange: () => void
  /** Called when all that was found has been read. */
  readonly onLoaded: () => void
  readonly isWatched: () => boolean
  watcher: FSWatcher | null
  timer: NodeJS.Timeout | null
  running: Promise<void> | null
  /** Reads what the record files held before they were found. */
  loading: Promise<void> | null
  /** Calls whose segments went away: their records may stand in a file that is not read yet. */
  readonly gone: string[]
  isClosed: boolean
}

export function makeWatch(on: Pick<Watch, 'files' | 'lanes' | 'onChange' | 'onLoaded' | 'isWatched'>): Watch {
  return {
    ...on,
    watcher: null,
    timer: null,
    running: null,
    loading: null,
    gone: [],
    isClosed: false,
  }
}

/** Reads what is new, then plans the next look. Calls while one is under way share it. */
export function look(watch: Watch): Promise<void> {
  // What cannot be read now (a disk's error, too many open files) may be readable at the next look.
  const carryOn = () => {}
  watch.running ??= lookOnce(watch)
    .catch(carryOn)
    .finally(() => {
      watch.running = null
      if (!watch.isClosed) plan(watch, watch.isWatched() ? POLL_MS : IDLE_POLL_MS)
    })
  return watch.running
}

async function lookOnce(watch: Watch): Promise<void> {
  const { table } = watch.files
  const before = table.version
  const gone = await pollLanes(watch.lanes)
  // A segment goes only after its records were written: read those before its calls are dropped.
  await pollFiles(watch.files, gone.length > 0)
  watch.gone.push(...gone)
  watchFolder(watch)
  watch.loading ??= loadAll(watch, watch.gone.splice(0))
    .catch(() => {}) // likewise
    .finally(() => {
      watch.loading = null
    })
  if (table.version !== before) watch.onChange()
}

function plan(watch: Watch, waitMs: number): void {
  if (watch.timer !== null) clearTimeout(watch.timer)
  watch.timer = setTimeout(() => void look(watch), waitMs).unref()
}

function watchFolder(watching: Watch): void {
  if (watching.watcher !== null || watching.isClosed) return
  try {
    const watcher = watch(watching.files.folder, { persistent: false }, (_event, name) => {
      if (name !== null) watching.files.touched.add(name)
      if (watching.running === null && !watching.isClosed) plan(watching, SETTLE_MS)
    })
    const end = () => {
      watcher.close()
      watching.watcher = null
    }
    watcher.on('error', end)
    watching.watcher = watcher
  } catch {
    // no folder yet, or no watches left (inotify's limit): polling does it
  }
}

/** Reads the unread parts of all files, newest first, and tells of every block; then drops the calls that are gone and have no record. */
async function loadAll(watch: Watch, gone: readonly string[]): Promise<void> {
  let hasRead = false
  while (!watch.isClosed && (await loadOlder(watch.files))) {
    hasRead = true
    watch.onChange()
  }
  const before = watch.files.table.version
  dropGone(watch.lanes, gone)
  if (watch.files.table.version !== before) watch.onChange()
  if (hasRead) watch.onLoaded()
}

/** Ends watching; resolves when nothing is read any more. */
export async function closeWatch(watch: Watch): Promise<void> {
  watch.isClosed = true
  watch.watcher?.close()
  if (watch.timer !== null) clearTimeout(watch.timer)
  await Promise.allSettled([watch.running, watch.loading])
}
