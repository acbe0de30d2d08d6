// What goes wrong with the disks of a soak: one is full when the program starts, and again and again; one folder is deleted; one is given to a
// group, as kubelet does. Root may mount; else the full disk is left out, and that is said.
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const DISK_MB = 64
const FULL_EVERY_MS = 20_000
const FULL_FOR_MS = 8000
const DELETE_EVERY_MS = 17_000
const REGROUP_EVERY_MS = 7000

/**
 * Starts all of them. `mayDelete()`: the program whose folder is deleted has a shipper by now, which holds the files open. `stop()` leaves disks with room and folders alone; `close()` unmounts.
 */
export function startDisks(dir, mainFolder, mayDelete) {
  const folders = { full: join(dir, 'disk', 'neatlogs'), deleted: join(dir, 'deleted', 'neatlogs') }
  const counts = { 'full disk': 0, 'folder deleted': 0, 'given to a group (2770)': 0 }
  const isMounted = mount(join(dir, 'disk'))
  const junk = join(dir, 'disk', 'junk')
  const count = (name, work) => () => {
    if (work()) counts[name]++
  }
  const fillUp = count('full disk', () => isMounted && fill(junk))
  fillUp()
  let emptying = isMounted ? setTimeout(() => rmSync(junk, { force: true }), FULL_FOR_MS) : null
  const timers = [
    setInterval(() => {
      fillUp()
      emptying = setTimeout(() => rmSync(junk, { force: true }), FULL_FOR_MS)
    }, FULL_EVERY_MS),
    setInterval(
      count('folder deleted', () => mayDelete() && remove(folders.deleted)),
      DELETE_EVERY_MS,
    ),
    setInterval(
      count('given to a group (2770)', () => giveToGroup(mainFolder)),
      REGROUP_EVERY_MS,
    ),
  ]
  return {
    folders,
    counts,
    isMounted,
    stop: () => {
      for (const timer of timers) clearInterval(timer)
      clearTimeout(emptying)
      rmSync(junk, { force: true })
    },
    close: () => {
      if (isMounted) execFileSync('umount', ['--lazy', join(dir, 'disk')])
    },
  }
}

function mount(folder) {
  mkdirSync(folder, { recursive: true })
  try {
    const options = `size=${DISK_MB}m,mode=0700`
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], { stdio: 'ignore' })
    return true
  } catch {
    return false // no right to mount: a container without CAP_SYS_ADMIN
  }
}

/** Writes until nothing more goes in, not even a byte. */
function fill(path) {
  for (let bytes = 1024 * 1024; bytes >= 1; bytes = Math.floor(bytes / 4)) {
    try {
      for (;;) writeFileSync(path, Buffer.alloc(bytes), { flag: 'a' })
    } catch {
      // no room for so much: perhaps for less
    }
  }
  return true
}

/** While its program has calls in flight; a file that is made meanwhile makes another try. */
function remove(folder) {
  if (!existsSync(folder)) return false
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 5 })
  return true
}

function giveToGroup(folder) {
  const paths = ['', 'lanes', 'records'].map((name) => join(folder, name)).filter((path) => existsSync(path))
  for (const path of paths) chmodSync(path, 0o2770)
  return paths.length > 0
}
