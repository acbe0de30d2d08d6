// Whole lines out of a part of a file, in blocks, forwards or backwards. In: an open file and positions.
// Out: lines with their offsets, and where to go on. A line longer than the block makes the block grow.
import type { FileHandle } from 'node:fs/promises'

const NEWLINE = 10

/** One line without its newline; `bytes` is a view into the block and lives as long as it. */
export interface Line {
  readonly offset: number
  readonly bytes: Buffer
}

/** Lines of one block. `next`: begin of what is left when reading backwards, its end reached when reading forwards. */
export interface Block {
  readonly lines: readonly Line[]
  readonly next: number
}

/** Reads the last lines before `end`, which is 0 or just after a newline. `next` is 0 when the file's begin was reached. */
export async function readBackward(file: FileHandle, end: number, blockBytes: number): Promise<Block> {
  for (let size = blockBytes; ; size *= 2) {
    const begin = Math.max(0, end - size)
    const bytes = await readRange(file, begin, end)
    const skip = begin === 0 ? 0 : bytes.indexOf(NEWLINE) + 1
    const isPartOfOneLine = begin > 0 && (skip === 0 || skip === bytes.length)
    if (!isPartOfOneLine) return { lines: splitLines(bytes.subarray(skip), begin + skip), next: begin + skip }
  }
}

/** Reads whole lines from `start`; a last line without newline is still being written and is left for the next time. */
export async function readForward(file: FileHandle, start: number, size: number, blockBytes: number): Promise<Block> {
  for (let length = blockBytes; ; length *= 2) {
    const bytes = await readRange(file, start, Math.min(size, start + length))
    const whole = bytes.lastIndexOf(NEWLINE) + 1
    if (whole > 0) return { lines: splitLines(bytes.subarray(0, whole), start), next: start + whole }
    if (start + length >= size) return { lines: [], next: start }
  }
}

/** Position just after the last newline before `size`; 0 when there is none. */
export async function endOfLines(file: FileHandle, size: number, blockBytes: number): Promise<number> {
  for (let end = size; end > 0; ) {
    const begin = Math.max(0, end - blockBytes)
    const at = (await readRange(file, begin, end)).lastIndexOf(NEWLINE)
    if (at >= 0) return begin + at + 1
    end = begin
  }
  return 0
}

/** Reads exactly the range, or less when the file is shorter. */
export async function readRange(file: FileHandle, begin: number, end: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(Math.max(0, end - begin))
  let filled = 0
  while (filled < bytes.length) {
    const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, begin + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return bytes.subarray(0, filled)
}

function splitLines(bytes: Buffer, base: number): Line[] {
  const lines: Line[] = []
  for (let begin = 0; begin < bytes.length; ) {
    const at = bytes.indexOf(NEWLINE, begin)
    const end = at < 0 ? bytes.length : at
    if (end > begin) lines.push({ offset: base + begin, bytes: bytes.subarray(begin, end) })
    begin = end + 1
  }
  return lines
}

/** What a line says; null for one that a full disk or a power cut has cut, or whose file was replaced since it was indexed. */
export function parseLine(line: Buffer | string): unknown {
  try {
    return JSON.parse(line.toString())
  } catch {
    return null
  }
}
