// The wire's bytes as the program got them: `content-encoding` undone. In: bytes that may stop anywhere. Out: as many as can be had.
// Pure; worker, and the main thread for an error answer, which may echo the key.

interface Zlib {
  readonly constants: {
    readonly Z_SYNC_FLUSH: number
    readonly BROTLI_OPERATION_FLUSH: number
    readonly ZSTD_e_flush?: number
  }
  unzipSync(bytes: Uint8Array, options: object): Buffer
  inflateRawSync(bytes: Uint8Array, options: object): Buffer
  brotliDecompressSync(bytes: Uint8Array, options: object): Buffer
  /** Node >= 22.15. */
  zstdDecompressSync?(bytes: Uint8Array, options: object): Buffer
}

/** As much of an answer as is kept (openai/answer.ts): a small body may become a huge one. */
const MAX_BYTES = 64 * 1024 * 1024

export interface Plain {
  readonly bytes: Uint8Array
  /** What stays: an encoding that this Node does not know. */
  readonly encoding: string | null
}

/** Undoes what a `content-encoding` header names, the last one first; what would be longer than `maxBytes` stays as it is. */
export function undoEncoding(bytes: Uint8Array, header: string | undefined, maxBytes = MAX_BYTES): Plain {
  const names = (header ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
  const encodings = names.filter((name) => name !== '' && name !== 'identity')
  let plain = bytes
  for (let name = encodings.pop(); name !== undefined && plain.byteLength > 0; name = encodings.pop()) {
    const undone = undo(plain, name, maxBytes)
    if (undone === null) return { bytes: plain, encoding: [...encodings, name].join(', ') }
    plain = undone
  }
  return { bytes: plain, encoding: null }
}

function undo(bytes: Uint8Array, name: string, maxOutputLength: number): Uint8Array | null {
  const zlib = process.getBuiltinModule('node:zlib') as unknown as Zlib
  const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH, ZSTD_e_flush } = zlib.constants
  const bound = { maxOutputLength }
  try {
    if (name === 'gzip' || name === 'x-gzip') return zlib.unzipSync(bytes, { ...bound, finishFlush: Z_SYNC_FLUSH })
    if (name === 'deflate') return inflate(zlib, bytes, { ...bound, finishFlush: Z_SYNC_FLUSH })
    if (name === 'br') return zlib.brotliDecompressSync(bytes, { ...bound, finishFlush: BROTLI_OPERATION_FLUSH })
    if (name === 'zstd') return zlib.zstdDecompressSync?.(bytes, { ...bound, finishFlush: ZSTD_e_flush }) ?? null
  } catch {
    // broken, or too large: the bytes are described as they are
  }
  return null
}

/** Some servers send it without the header that it should have. */
function inflate(zlib: Zlib, bytes: Uint8Array, options: object): Uint8Array {
  const hasHeader = ((bytes[0] ?? 0) & 0x0f) === 0x08
  return hasHeader ? zlib.unzipSync(bytes, options) : zlib.inflateRawSync(bytes, options)
}
