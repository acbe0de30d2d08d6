// Deliver: the fields of a protobuf message, as far as answers of OTLP need them. Pure, worker thread. https://protobuf.dev/programming-guides/encoding/

const VARINT = 0
const FIXED64 = 1
const BYTES = 2
const FIXED32 = 5

/** A field as read: `value` is the number of a varint or the bytes of a nested one. */
export interface ProtoField {
  readonly field: number
  readonly value: bigint | Uint8Array
}

/** Reads the fields of a message; stops at the first that is cut or of a type we do not know. */
export function readFields(bytes: Uint8Array): ProtoField[] {
  const fields: ProtoField[] = []
  let at = 0
  const varint = (): bigint | null => {
    let value = 0n
    for (let shift = 0n; shift < 70n && at < bytes.length; shift += 7n) {
      const byte = bytes[at++] as number
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return BigInt.asUintN(64, value)
    }
    return null
  }
  while (at < bytes.length) {
    const head = varint()
    if (head === null) break
    const type = Number(head & 7n)
    const value = type === VARINT ? varint() : slice(type)
    if (value === null) break
    fields.push({ field: Number(head >> 3n), value })
  }
  return fields

  function slice(type: number): Uint8Array | null {
    const size = type === BYTES ? varint() : type === FIXED64 ? 8n : type === FIXED32 ? 4n : null
    if (size === null || BigInt(at) + size > BigInt(bytes.length)) return null
    at += Number(size)
    return bytes.subarray(at - Number(size), at)
  }
}
