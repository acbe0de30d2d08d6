// Leaf: every file of ours that is opened to be written, or read from where others may have planted something. No link is followed, a pipe hangs
// nobody, a file of someone else takes nothing of ours. Its folder is checked by spool/root.ts. Main thread and worker.
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  ftruncateSync,
  openSync,
  promises,
  readFileSync,
  readSync,
  renameSync,
  type Stats,
  writeSync,
} from 'node:fs'
import { NeatlogsError } from './errors.ts'

const PRIVATE_FILE = 0o600
const WRITABLE_BY_OTHERS = 0o022
/** Not there; a link (`EMLINK` on BSD); no file. */
const GONE: readonly unknown[] = ['ENOENT', 'ENOTDIR', 'ELOOP', 'EMLINK', 'ERR_NEATLOGS_SPOOL']
/** Windows has neither. */
const {
  O_NOFOLLOW = 0,
  O_NONBLOCK = 0,
  O_DIRECTORY = 0,
  O_APPEND,
  O_CREAT,
  O_EXCL,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
} = constants
const READ = O_RDONLY | O_NOFOLLOW | O_NONBLOCK
const WRITE = O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK

/** Makes a file that is not there yet and opens it. Throws what the disk throws, `EEXIST` for a link too. */
export function createFile(path: string, flags = 0): number {
  return openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | flags, PRIVATE_FILE)
}

/** The same for a file that is only appended to. */
export function createLog(path: string): number {
  return createFile(path, O_APPEND)
}

/** The same as `createFile`, without blocking. */
export function openNew(path: string): Promise<promises.FileHandle> {
  return promises.open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, PRIVATE_FILE)
}

/** Makes a file that is not there yet, with this content. */
export function writeNew(path: string, content: string | Uint8Array): void {
  writeAll(createFile(path), content)
}

/** Appends to a file of ours, which is made if need be. Throws what the disk throws, and `ERR_NEATLOGS_SPOOL` for one that is not ours. */
export function appendTo(path: string, content: string | Uint8Array): void {
  writeAll(openOurs(path, WRITE | O_APPEND), content)
}

/** Replaces what a file of ours holds; the same otherwise. */
export function writeOver(path: string, text: string): void {
  const fd = openOurs(path, WRITE)
  try {
    ftruncateSync(fd)
  } catch (error) {
    closeSync(fd)
    throw error
  }
  writeAll(fd, text)
}

/** Gives a file or a folder another name. What a link points to is out of its reach: the link itself is renamed or replaced. */
export function moveTo(path: string, to: string): void {
  renameSync(path, to)
}

/** Opens a file for reading. Throws for a link, a folder, a pipe. */
export function openToRead(path: string): number {
  return checked(path, openSync(path, READ), checkFile)
}

/** Opens for reading what a thread of this process has open, by its number: it may have no name any more. Throws where there is no `/dev/fd`. */
export function openHeld(fd: number): number {
  const path = `/dev/fd/${fd}`
  return checked(path, openSync(path, O_RDONLY | O_NONBLOCK), checkFile)
}

/** Opens a folder: as long as it is open, no other has its inode number. Throws on Windows. */
export function openFolder(path: string): number {
  return openSync(path, READ | O_DIRECTORY)
}

/**
 * True for an error that says that there is no such file or folder, or none of ours. Any other (no descriptor left, no permission for a while,
 * a network file system that does not answer) says nothing of what lies there, and it must not be taken for gone.
 */
export function isGone(error: unknown): boolean {
  return GONE.includes((error as NodeJS.ErrnoException).code)
}

/** The text of a file. Throws as `openToRead`. */
export function readText(path: string): string {
  return readBytes(path).toString()
}

/** The bytes of a file. Throws as `openToRead`. */
export function readBytes(path: string): Buffer {
  const fd = openToRead(path)
  try {
    return readFileSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** The first bytes of a file. Throws as `openToRead`. */
export function readBegin(path: string, maxBytes: number): Buffer {
  const fd = openToRead(path)
  try {
    const bytes = Buffer.allocUnsafe(Math.min(maxBytes, fstatSync(fd).size))
    return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, 0))
  } finally {
    closeSync(fd)
  }
}

/** The same as `openToRead`, without blocking. */
export async function openReading(path: string): Promise<promises.FileHandle> {
  const file = await promises.open(path, READ)
  try {
    checkFile(path, await file.stat())
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}

function openOurs(path: string, flags: number): number {
  return checked(path, openSync(path, flags, PRIVATE_FILE), (_, stat, fd) => {
    checkFile(path, stat)
    const uid = process.getuid?.()
    if (uid !== undefined && stat.uid !== uid) refuse(path, `belongs to user ${stat.uid}, not ${uid}`)
    // A second name may lie where others read it.
    if (stat.nlink > 1) refuse(path, 'has a second name')
    // Kubernetes gives the files of a volume to a group at each start (`fsGroup`).
    if (process.platform !== 'win32' && (stat.mode & WRITABLE_BY_OTHERS) !== 0) mend(fd)
  })
}

function checked(path: string, fd: number, check: (path: string, stat: Stats, fd: number) => void): number {
  try {
    check(path, fstatSync(fd), fd)
    return fd
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

function checkFile(path: string, stat: Stats): void {
  if (!stat.isFile()) refuse(path, 'is not a file')
}

function mend(fd: number): void {
  try {
    fchmodSync(fd, PRIVATE_FILE)
  } catch {
    // a file system without modes: its folder is ours alone
  }
}

function refuse(path: string, why: string): never {
  throw new NeatlogsError('ERR_NEATLOGS_SPOOL', `${path} ${why}: it is not used`)
}

function writeAll(fd: number, content: string | Uint8Array): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written)
  } finally {
    closeSync(fd)
  }
}
