// The folder of a lane, as it was first seen: whether it is still there. Deleted, moved, or made again under its name by another thread. Worker.
import { closeSync, fstatSync, statSync } from 'node:fs'
import { isGone, openFolder } from '../private-file.ts'
import { isMade } from '../spool/lane.ts'

export interface FolderWatch {
  /** False before it was made: the first frame is on its way, or all frames come by message. */
  isLost(): boolean
  close(): void
}

export function watchFolder(path: string): FolderWatch {
  let wasMade = false
  /** Open, so that its inode number is no other's. -1: a system that opens no folders, or no descriptor left. */
  let fd = -1
  const isAnother = (): boolean => {
    if (fd < 0) return !isMade(path)
    const [now, before] = [statSync(path), fstatSync(fd)]
    return now.ino !== before.ino || now.dev !== before.dev
  }
  return {
    isLost() {
      try {
        if (wasMade) return isAnother()
        wasMade = isMade(path)
        if (wasMade) fd = openFolder(path)
        return false
      } catch (error) {
        return wasMade && fd >= 0 && isGone(error)
      }
    },
    close() {
      if (fd >= 0) closeSync(fd)
      fd = -1
    },
  }
}
