// Leaf: UTF-8 of long texts. What Node's `write` and `byteLength` take for a text that V8 keeps as UTF-16 (one letter beyond Latin-1, such as a curly
// quote, makes all of it one): 150 µs for 50 KB on Node 22 and 24, where copying its units and converting them takes 15. Any thread.

/** A shorter text is written as quickly either way. */
const LONG_CHARS = 2048
/** Beyond it the memory for the copy is not worth keeping. */
const MOST_CHARS = 512 * 1024

type Transcode = (source: Uint8Array, from: 'ucs2', to: 'utf8') => Buffer
interface Tools {
  isOneByte(text: string): boolean
  readonly transcode: Transcode
  readonly units: Buffer
}

let tools: Tools | null | undefined
/** Loading `node:v8` takes 4 ms, once: a program that makes a call or two does not pay them. */
const FEW_TEXTS = 32
let seenCount = 0

/** Node 22.15 to 24 tell how V8 keeps a text, and have a converter that is quicker than their `write`; Node 26 writes as quickly itself. */
function findTools(): Tools | null {
  const major = Number.parseInt(process.versions.node, 10)
  if (major < 22 || major > 24) return null
  const { isStringOneByteRepresentation: isOneByte } = process.getBuiltinModule('node:v8') as unknown as {
    isStringOneByteRepresentation?: Tools['isOneByte']
  }
  const { transcode } = process.getBuiltinModule('node:buffer') as unknown as { transcode?: Transcode }
  if (isOneByte === undefined || transcode === undefined) return null
  return { isOneByte, transcode, units: Buffer.allocUnsafeSlow(MOST_CHARS * 2) }
}

/**
 * The UTF-8 of a long text; null when Node's own way is as good, or the text has a lone surrogate, for which UTF-8 has no form.
 */
export function wideUtf8(text: string): Buffer | null {
  if (text.length < LONG_CHARS || text.length > MOST_CHARS) return null
  if (tools === undefined) {
    if (++seenCount < FEW_TEXTS) return null
    tools = findTools()
  }
  if (tools === null || tools.isOneByte(text)) return null
  try {
    const { units } = tools
    return tools.transcode(units.subarray(0, units.write(text, 0, 'utf16le')), 'ucs2', 'utf8')
  } catch {
    return null // a lone surrogate
  }
}

/** Writes a text as UTF-8; a lone surrogate becomes U+FFFD. Returns the number of bytes. */
export function writeUtf8(to: Buffer, text: string, at: number): number {
  const bytes = wideUtf8(text)
  if (bytes === null) return to.write(text, at, 'utf8')
  to.set(bytes, at)
  return bytes.byteLength
}
