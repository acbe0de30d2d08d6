// The root folder of spool and records: where it is, that it is ours alone, and its subfolders. Main thread and worker.
import { lstatSync, mkdirSync } from 'node:fs'
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

/** Makes a folder for us alone, with its parents, and refuses one that is a link or that someone else owns. */
export function makePrivate(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: PRIVATE_DIR })
  try {
    mkdirSync(path, { mode: PRIVATE_DIR })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  checkPrivate(path)
}

/** Throws `ERR_NEATLOGS_SPOOL` unless `path` is a real folder of this user that nobody else can enter. */
export function checkPrivate(path: string): void {
  const stat = lstatSync(path)
  const refuse = (why: string): never => {
    throw new NeatlogsError(
      'ERR_NEATLOGS_SPOOL',
      `${path} ${why}: prompts are private, so it is not used; set NEATLOGS_DIR`,
    )
  }
  if (stat.isSymbolicLink()) refuse('is a symbolic link')
  if (!stat.isDirectory()) refuse('is not a folder')
  const uid = process.getuid?.()
  if (uid !== undefined && stat.uid !== uid) refuse(`belongs to user ${stat.uid}, not ${uid}`)
  if (process.platform !== 'win32' && (stat.mode & 0o022) !== 0) refuse('can be written by other users')
}
