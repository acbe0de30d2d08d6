// Deliver: records into files that a person and `neatlogs view` read: <dir>/records/<day>-<host>-<pid>-<random>.ndjson. Worker thread.
import { randomBytes } from 'node:crypto'
import { closeSync, fstatSync, ftruncateSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { NeatlogsError } from '../errors.ts'
import type { Options } from '../options/options.ts'
import { createLog } from '../private-file.ts'
import type { CallRecord } from '../record.ts'
import { makePrivate } from '../spool/root.ts'
import { wideUtf8, writeUtf8 } from '../utf8.ts'
import { isWire } from '../wire-text.ts'
import type { Destination, Outcome } from './destination.ts'
import { limitFiles } from './file-cap.ts'
import { encodeLine, encodeWireLine } from './line.ts'

/** Size at which a file is left and a new one begun, in bytes. */
const ROTATE_BYTES = 64 * 1024 * 1024
/** A write costs little: small batches, whose records are gone before the garbage collector has to move them. */
const MAX_BATCH_BYTES = 64 * 1024
const MAX_BATCH_COUNT = 256
/** Most batches are encoded in here: a buffer for each would wait for the garbage collector outside of its sight. */
const SCRATCH_BYTES = 256 * 1024

export interface FileSettings {
  readonly rotateBytes?: number
  /** Epoch milliseconds, for the day in the name. */
  readonly now?: () => number
}

interface OpenFile {
  readonly fd: number
  readonly day: string
  size: number
}

/** Opens the record files under `options.dir`; the file itself is made with the first record. Throws without a folder. */
export function openFile(
  options: Options,
  { rotateBytes = ROTATE_BYTES, now = Date.now }: FileSettings = {},
): Destination {
  if (options.dir === null) throw new NeatlogsError('ERR_NEATLOGS_OPTION', 'The file destination needs the folder: dir')
  const folder = join(options.dir, 'records')
  const scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES)
  let file: OpenFile | null = null
  const close = (): void => {
    if (file !== null) closeSync(file.fd)
    file = null
  }
  let removedCount = 0
  const write = (bytes: Uint8Array): void => {
    const day = new Date(now()).toISOString().slice(0, 10)
    if (file !== null && (file.day !== day || file.size >= rotateBytes || isDeleted(file.fd))) close()
    if (file === null) {
      file = { fd: createFile(folder, day), day, size: 0 }
      removedCount += tryLimit(folder, options.fileMaxBytes, now())
    }
    try {
      appendWhole(file.fd, bytes)
    } catch (error) {
      // `ulimit -f`: this file may not grow, another may be begun.
      if ((error as NodeJS.ErrnoException).code !== 'EFBIG' || file.size === 0) throw error
      close()
      write(bytes)
      return
    }
    file.size += bytes.length
  }
  const takeNotice = (): { readonly message?: string } => {
    if (removedCount === 0) return {}
    const message = `the oldest record files were removed (${removedCount}): NEATLOGS_FILE_MAX_BYTES=${options.fileMaxBytes}`
    removedCount = 0
    return { message }
  }
  return {
    name: 'file',
    takesWire: true,
    fingerprint: 'file',
    maxBatchBytes: MAX_BATCH_BYTES,
    maxBatchCount: MAX_BATCH_COUNT,
    warnings: [],
    send: async (records) => {
      const outcome = appendRecords(records, scratch, write)
      return outcome.kind === 'delivered' ? { ...outcome, ...takeNotice() } : outcome
    },
    close,
  }
}

/** The lines; or why one of the records cannot be written, which is nothing that another try would mend. */
function encodeLines(records: readonly CallRecord[], scratch: Buffer): Uint8Array | Outcome {
  try {
    const lines = records.map((record) => ({ isLatin1: isWire(record), record }))
    const texts = lines.map(({ isLatin1, record }) => (isLatin1 ? encodeWireLine(record) : encodeLine(record)))
    const most = texts.reduce((sum, text, at) => sum + text.length * (lines[at]?.isLatin1 ? 1 : 3), 0)
    if (most > scratch.length) {
      return Buffer.concat(texts.map((text, at) => bytesOf(text, lines[at]?.isLatin1 === true)))
    }
    let end = 0
    for (const [at, text] of texts.entries()) {
      end += lines[at]?.isLatin1 ? scratch.write(text, end, 'latin1') : writeUtf8(scratch, text, end)
    }
    return scratch.subarray(0, end)
  } catch (error) {
    return { kind: 'rejected', status: null, answer: `cannot be encoded: ${String(error)}`, mayPassSplit: true }
  }
}

function bytesOf(text: string, isLatin1: boolean): Uint8Array {
  return isLatin1 ? Buffer.from(text, 'latin1') : (wideUtf8(text) ?? Buffer.from(text))
}

function appendRecords(records: readonly CallRecord[], scratch: Buffer, write: (bytes: Uint8Array) => void): Outcome {
  try {
    const lines = encodeLines(records, scratch)
    if (!(lines instanceof Uint8Array)) return lines
    write(lines)
    return { kind: 'delivered' }
  } catch (error) {
    // Disk full, folder gone or made unwritable: the spool keeps the records until it is right again.
    return { kind: 'retry', afterMs: null, reason: String(error) }
  }
}

/** A folder that cannot be listed, a file that another process has just removed: looked at again an hour later. */
function tryLimit(folder: string, maxBytes: number, nowMs: number): number {
  try {
    return limitFiles(folder, maxBytes, nowMs)
  } catch {
    return 0
  }
}

/** True when somebody removed the file: what is written to it would be gone with the descriptor. */
function isDeleted(fd: number): boolean {
  return fstatSync(fd).nlink === 0
}

function createFile(folder: string, day: string): number {
  // The one check for every folder that is written to: ours alone, and no link.
  for (const path of [dirname(folder), folder]) makePrivate(path)
  const host = hostname().replace(/[^\w.-]/g, '_')
  const name = `${day}-${host}-${process.pid}-${randomBytes(4).toString('hex')}.ndjson`
  return createLog(join(folder, name))
}

/** Appends all or nothing: what a full disk let through of the last write is taken back. */
function appendWhole(fd: number, bytes: Uint8Array): void {
  const before = fstatSync(fd).size
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(fd, bytes, written)
  } catch (error) {
    ftruncateSync(fd, before)
    throw error
  }
}
