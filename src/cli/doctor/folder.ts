// Doctor, folder: whether spool and record files can be written, by whom they can be read, and on what they lie. Out: findings.
// Leaves nothing behind: a folder made here, perhaps by root, would lock the program's own user out.
import { existsSync, rmdirSync, statfsSync, statSync, unlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { NeatlogsError } from '../../errors.ts'
import { writeNew } from '../../private-file.ts'
import { checkPrivate, makePrivate } from '../../spool/root.ts'
import { type Finding, say } from './finding.ts'
import { sizeText } from './size.ts'

const LOW_BYTES = 256 * 1024 * 1024
const PROBE_BYTES = 4096
/** Magic numbers of statfs(2). */
const NETWORK: { readonly [magic: number]: string } = {
  26985: 'NFS',
  4283649346: 'CIFS',
  4266872130: 'SMB2',
  20859: 'SMB',
  12805120: 'Ceph',
  1397113167: 'AFS',
  198183888: 'Lustre',
  1196445255: 'GPFS',
  16914839: '9P',
}
const TMPFS = 16914836

/** `needsDisk`: a destination writes files itself, so that a disk that refuses loses records. */
export function checkFolder(root: string, needsDisk: boolean): Finding[] {
  const made = firstMissing(root)
  try {
    makePrivate(root)
    writeProbe(root)
    return describe(root)
  } catch (error) {
    if (error instanceof NeatlogsError) return [say('FOLDER_REFUSED', { reason: error.message })]
    const reason = String((error as Error).message)
    return [say(needsDisk ? 'FOLDER_UNWRITABLE' : 'FOLDER_MEMORY_ONLY', { path: root, reason })]
  } finally {
    if (made !== null) removeEmpty(root, made)
  }
}

function describe(root: string): Finding[] {
  checkPrivate(root)
  const { type, bavail, bsize } = statfsSync(root)
  const freeBytes = bavail * bsize
  const free = sizeText(freeBytes)
  const findings = [say('FOLDER_OK', { path: root, free })]
  const { mode } = statSync(root)
  if (process.platform !== 'win32' && (mode & 0o055) !== 0) {
    findings.push(say('FOLDER_READABLE', { path: root, mode: (mode & 0o777).toString(8).padStart(4, '0') }))
  }
  if (freeBytes < LOW_BYTES) findings.push(say('FOLDER_FULL', { path: root, free }))
  const network = NETWORK[type >>> 0]
  if (network !== undefined) findings.push(say('FOLDER_NETWORK', { path: root, type: network }))
  if (type >>> 0 === TMPFS) findings.push(say('FOLDER_VOLATILE', { path: root, type: 'tmpfs' }))
  return findings
}

function writeProbe(root: string): void {
  const file = join(root, `.doctor-${process.pid}`)
  try {
    writeNew(file, Buffer.alloc(PROBE_BYTES))
    // Lanes and records are folders.
    makePrivate(`${file}.d`)
  } finally {
    for (const remove of [() => unlinkSync(file), () => rmdirSync(`${file}.d`)]) {
      try {
        remove()
      } catch {
        // it was not made
      }
    }
  }
}

/** The topmost folder of a path that does not exist yet, or null. */
function firstMissing(path: string): string | null {
  if (existsSync(path)) return null
  let missing = path
  while (dirname(missing) !== missing && !existsSync(dirname(missing))) missing = dirname(missing)
  return missing
}

function removeEmpty(from: string, to: string): void {
  try {
    for (let path = from; ; path = dirname(path)) {
      rmdirSync(path)
      if (path === to) return
    }
  } catch {
    // not made, or a program has begun to record meanwhile
  }
}
