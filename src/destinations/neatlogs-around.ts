// Deliver: the root and the marker around a call that stands by itself, as bytes. Those of one program's calls differ in ids and times alone, which
// stand in the same places: the bytes of the ones before are used again, with these written over. Pure, worker thread. In: a call. Out: three spans.
import type { NeatlogsCall } from './neatlogs-call.ts'
import { siblingId } from './neatlogs-group.ts'
import { groupSpans, LAST_DIGIT } from './neatlogs-spans.ts'
import type { MakeAttributes, Span } from './otlp-model.ts'
import { writeSpan } from './otlp-protobuf.ts'
import { ProtoWriter, sizeOfVarint, writeDigits } from './protobuf.ts'

const TRACE_BYTES = 16
const SPAN_BYTES = 8
/** Tag and length of an id. */
const HEAD_BYTES = 2
/** Kind, and the tag of the begin. */
const KIND_BYTES = 3
const TIME_BYTES = 8
const LAST_OF_VARINT = 127

/** What two calls have in common whose roots and markers differ in ids and times alone. */
interface Common {
  readonly name: string
  readonly session: string
  readonly user: string | null
}

/** A span that is written, and where in it stand its trace (then its own id, then its parent's) and its begin (then its end). */
interface Written {
  readonly bytes: Buffer
  readonly traceAt: number
  readonly beginAt: number
}

interface Around {
  readonly root: Written
  readonly marker: Written
}

/** Of the last call. They are written when a second one has the same: a program whose every call has a user of its own does without. */
let last: Common | null = null
let around: Around | null = null

/** Writes root, call and marker. Returns the length of the root, which is their first. */
export function writeAround(to: ProtoWriter, call: NeatlogsCall, make: MakeAttributes): number {
  const known = aroundOf(call, make)
  if (known === null) return writeSpans(to, groupSpans({ ...call.place, records: [call] }, 0, make))
  const { place, start, end } = call
  const { root, marker } = known
  write(marker, place.traceId, siblingId(place.rootId, LAST_DIGIT), end, end)
  marker.bytes.write(place.rootId, marker.traceAt + TRACE_BYTES + HEAD_BYTES + SPAN_BYTES + HEAD_BYTES, 'hex')
  to.raw(marker.bytes)
  writeSpan(to, call.span)
  write(root, place.traceId, place.rootId, start, end)
  to.raw(root.bytes)
  return root.bytes.length
}

/** The same of spans. */
function writeSpans(to: ProtoWriter, spans: readonly Span[]): number {
  let before = 0
  for (let index = spans.length - 1; index >= 0; index--) {
    before = to.mark()
    writeSpan(to, spans[index] as Span)
  }
  return to.mark() - before
}

/** Null while nothing is known that this call's may be made from. */
function aroundOf(call: NeatlogsCall, make: MakeAttributes): Around | null {
  const { name } = call.place
  const { trace_id: session, user_id: user, metadata } = call.of
  // The metadata of a call are in its root when there is a user.
  if (user !== null && Object.keys(metadata).length > 0) return null
  if (last === null || last.name !== name || last.session !== session || last.user !== user) {
    last = { name, session, user }
    around = null
    return null
  }
  around ??= makeAround(call, make)
  return around
}

function makeAround(call: NeatlogsCall, make: MakeAttributes): Around {
  const [root, , marker] = groupSpans({ ...call.place, records: [call] }, 0, make)
  return { root: written(root as Span), marker: written(marker as Span) }
}

function written(span: Span): Written {
  const writer = new ProtoWriter()
  writeSpan(writer, span)
  const bytes = Buffer.from(writer.finish())
  let at = 1
  while ((bytes[at] as number) > LAST_OF_VARINT) at++
  const traceAt = at + 1 + HEAD_BYTES
  const parentBytes = span.parentSpanId === undefined ? 0 : HEAD_BYTES + SPAN_BYTES
  const nameAt = traceAt + TRACE_BYTES + HEAD_BYTES + SPAN_BYTES + parentBytes
  const nameBytes = Buffer.byteLength(span.name)
  return { bytes, traceAt, beginAt: nameAt + 1 + sizeOfVarint(nameBytes) + nameBytes + KIND_BYTES }
}

function write(
  { bytes, traceAt, beginAt }: Written,
  traceId: string,
  spanId: string,
  begin: string,
  end: string,
): void {
  bytes.write(traceId, traceAt, 'hex')
  bytes.write(spanId, traceAt + TRACE_BYTES + HEAD_BYTES, 'hex')
  writeDigits(bytes, beginAt, begin)
  writeDigits(bytes, beginAt + TIME_BYTES + 1, end)
}
