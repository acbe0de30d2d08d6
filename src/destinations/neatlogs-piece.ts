// Deliver: a call to NeatLogs that waits for its batch as bytes, outside of V8's heap. Pure, worker thread. In: a record. Out: its root, its span and its
// marker, written; of a call in a named context its span alone, as others may share its root. Old objects are what V8's full collections are made for.
import type { CallRecord } from '../record.ts'
import { areSameTexts } from '../same-texts.ts'
import { beginBytes } from './attribute-bytes.ts'
import type { Piece } from './destination.ts'
import { type KeptBytes, keepBytes } from './kept-bytes.ts'
import { writeAround } from './neatlogs-around.ts'
import { callOf, type NeatlogsCall } from './neatlogs-call.ts'
import { groupByPlace } from './neatlogs-group.ts'
import { addResource, groupSpans, type NeatlogsEncoding } from './neatlogs-spans.ts'
import { asList, type MakeAttributes, type Span, type TraceRequest, type WrittenSpan } from './otlp-model.ts'
import { writeAttributes, writeSpan } from './otlp-protobuf.ts'
import { ProtoWriter } from './protobuf.ts'
import { SCHEMA_URLS } from './semconv.ts'
import { groupByResource, type Maker } from './spans.ts'

export interface CallPiece extends Piece, WrittenSpan {
  readonly of: Maker
  /** Bytes of its root, which come first. */
  readonly rootLength: number
  /** What its root is made from, when that may be another's too. */
  readonly call: NeatlogsCall<WrittenSpan> | null
}

/** One for all: V8 keeps its machine code. */
const writer = new ProtoWriter()
/** A call of more is written where it stays. */
const LARGE_BYTES = 24 * 1024
/** Root, marker, and what of a span is no attribute, as a rule. */
const MOST_HEAD_BYTES = 4096
/** Field 15 of a root, its empty status, comes behind its attributes. */
const STATUS_BYTES = 2

/** Writes a call. */
export function pieceOf(record: CallRecord): CallPiece {
  const make = beginBytes()
  const call = callOf(record, make)
  const alone = record.name === null ? make : null
  const size = call.span.encoded?.length ?? 0
  const { written, rootLength } = size < LARGE_BYTES ? writeSmall(call, alone) : writeLarge(call, alone, size)
  const piece = { byteLength: written.end - written.begin, written, of: makerOf(record), rootLength }
  return { ...piece, call: record.name === null ? null : { ...call, span: { written } } }
}

type Written = Pick<CallPiece, 'written' | 'rootLength'>

function writeSmall(call: NeatlogsCall, alone: MakeAttributes | null): Written {
  writer.clear()
  const rootLength = writeCall(writer, call, alone)
  return { written: keep(writer), rootLength }
}

/** Where it stays at once: what is copied once more costs more than a writer of its own. */
function writeLarge(call: NeatlogsCall, alone: MakeAttributes | null, size: number): Written {
  const { shared, end } = keepBytes(size + MOST_HEAD_BYTES)
  const own = new ProtoWriter(shared.memory.subarray(0, end))
  const rootLength = writeCall(own, call, alone)
  const length = own.mark()
  return { written: length > end ? keep(own) : { shared, begin: end - length, end }, rootLength }
}

/** `alone`: makes what is around a call by itself. Returns how many bytes its root takes. */
function writeCall(to: ProtoWriter, call: NeatlogsCall, alone: MakeAttributes | null): number {
  if (alone !== null) return writeAround(to, call, alone)
  writeSpan(to, call.span)
  return 0
}

function keep(from: ProtoWriter): KeptBytes {
  const kept = keepBytes(from.mark())
  from.copyTo(kept.shared.memory, kept.begin)
  return kept
}

/** A program's calls have one maker: one object for all of them, as long as nothing of it changes. */
let lastMaker: Maker = { service: '', hostname: '', pid: 0, node: '', tags: [] }

function makerOf({ service, hostname, pid, node, tags }: Maker): Maker {
  const last = lastMaker
  const isSame = last.service === service && last.hostname === hostname && last.pid === pid && last.node === node
  if (!isSame || !areSameTexts(last.tags, tags)) lastMaker = { service, hostname, pid, node, tags }
  return lastMaker
}

/** The request that `encodeNeatlogs` makes of their records; but of a call that comes twice each has a root. */
export function encodePieces(
  pieces: readonly CallPiece[],
  encoding: NeatlogsEncoding,
): TraceRequest<Span | WrittenSpan> {
  const groups = groupByPlace(pieces.flatMap(({ call }) => call ?? [])).values()
  const spans: { readonly record: Maker; readonly spans: readonly (Span | WrittenSpan)[] }[] = []
  let group = groups.next().value
  for (const piece of pieces) {
    const droppedCount = spans.length === 0 ? encoding.droppedCount : 0
    if (piece.call === null) {
      spans.push({ record: piece.of, spans: [droppedCount > 0 ? withDropped(piece, droppedCount) : piece] })
    } else if (group?.records[0] === piece.call) {
      spans.push({ record: piece.of, spans: groupSpans(group, droppedCount, encoding.make ?? asList) })
      group = groups.next().value
    }
  }
  return { resourceSpans: groupByResource(spans, encoding.resource, SCHEMA_URLS.latest, addResource) }
}

/** A root that is written already tells of losses: one attribute more, behind the others. */
function withDropped({ written, rootLength }: CallPiece, droppedCount: number): WrittenSpan {
  const { memory } = written.shared
  const rootEnd = written.begin + rootLength
  let body = written.begin + 1
  while ((memory[body] as number) > 127) body++
  body++
  writer.clear()
  writer.copy(memory, rootEnd, written.end)
  const end = writer.mark()
  writer.copy(memory, rootEnd - STATUS_BYTES, rootEnd)
  writeAttributes(writer, 9, [{ key: 'neatlogs.dropped', value: { intValue: String(droppedCount) } }])
  writer.copy(memory, body, rootEnd - STATUS_BYTES)
  writer.close(2, end)
  return { written: keep(writer) }
}
