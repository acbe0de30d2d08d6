// The root folder of spool and records: where it is, that it is ours alone, and its subfolders. Main thread and worker.
import { chmodSync, existsSync, lstatSync, mkdirSync } from 'node:fs'
import { homedir, tmpdir, userInfo } from 'node:os'
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { NeatlogsError } from '../errors.ts'

export const LANES = 'lanes'
export const RECORDS = 'records'
const PRIVATE_DIR = 0o700

/** Finds the root: `NEATLOGS_DIR`, else the user's state folder, else a per-user folder in tmp. Creates nothing. */
export function rootFolder(dir: string | null, env: { readonly [name: string]: string | undefined }): string {
  if (dir !== null) return resolve(dir)
  const home = env.HOME ?? safeHome()
  if (process.platform === 'win32' && env.LOCALAPPDATA) return join(env.LOCALAPPDATA, 'neatlogs')
  if (env.XDG_STATE_HOME && isAbsolute(env.XDG_STATE_HOME)) return join(env.XDG_STATE_HOME, 'neatlogs')
  if (home && isAbsolute(home) && home !== '/') {
    return process.platform === 'darwin'
      ? join(home, 'Library', 'Application Support', 'neatlogs')
      : join(home, '.local', 'state', 'neatlogs')
  }
  return tmpFolder()
}

/** The per-user folder in tmp, taken when the home folder cannot be written. */
export function tmpFolder(): string {
  return join(tmpdir(), `neatlogs-${process.getuid?.() ?? userInfo().username}`)
}

function safeHome(): string {
  try {
    return homedir()
  } catch {
    return '' // no entry for this user (a container's random uid)
  }
}

/**
 * Makes a folder for us alone, with its parents; mends the mode of one that is ours (Kubernetes gives a volume with `fsGroup` to a group
 * at each start), and refuses one that is a link or that someone else owns.
 */
export function makePrivate(path: string): void {
  makeFolder(dirname(path))
  if (!tryMake(path)) mendPrivate(path)
}

/**
 * Makes a folder with its parents. Not by `mkdirSync(…, { recursive: true })`: below `/proc`, and wherever else a folder answers that it
 * does not exist while it does, that never comes back (nodejs/node#57640 and before).
 */
export function makeFolder(path: string): void {
  const missing: string[] = []
  for (let at = resolve(path); !existsSync(at) && dirname(at) !== at; at = dirname(at)) missing.push(at)
  for (const folder of missing.reverse()) tryMake(folder)
}

/** False when it is there already. */
function tryMake(path: string): boolean {
  try {
    mkdirSync(path, { mode: PRIVATE_DIR })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  }
}

/** Takes the rights of others away from a folder that is ours. Throws `ERR_NEATLOGS_SPOOL` for one that cannot be ours alone. */
export function mendPrivate(path: string): void {
  const { mode, uid } = lstatSync(path)
  const isOurs = process.getuid === undefined || uid === process.getuid()
  if (process.platform !== 'win32' && isOurs && (mode & 0o022) !== 0) {
    checkOwn(path)
    try {
      chmodSync(path, PRIVATE_DIR)
    } catch {
      // read-only, or a file system without modes: then it is as it was
    }
  }
  checkPrivate(path)
}

/** Throws `ERR_NEATLOGS_SPOOL` unless `path` is a real folder of this user that nobody else can write to. */
export function checkPrivate(path: string): void {
  checkOwn(path)
  const isOpen = process.platform !== 'win32' && (lstatSync(path).mode & 0o022) !== 0
  if (isOpen) refuse(path, 'can be written by other users')
}

function checkOwn(path: string): void {
  const stat = lstatSync(path)
  if (stat.isSymbolicLink()) refuse(path, 'is a symbolic link')
  if (!stat.isDirectory()) refuse(path, 'is not a folder')
  const uid = process.getuid?.()
  if (uid !== undefined && stat.uid !== uid) refuse(path, `belongs to user ${stat.uid}, not ${uid}`)
}

function refuse(path: string, why: string): never {
  throw new NeatlogsError(
    'ERR_NEATLOGS_SPOOL',
    `${path} ${why}: prompts are private, so it is not used; set NEATLOGS_DIR`,
  )
}
