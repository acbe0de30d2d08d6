// Calls in flight, as rows of the table. In: frames of a segment. Out: a row per open frame, closed by its close frame,
// replaced in place by its record, gone when its segment is gone without one.
import type { CloseHead, OpenHead } from '../frame.ts'
import { entryOf } from './entry.ts'
import { withFile } from './files.ts'
import type { ReadFrame } from './frames.ts'
import { readRange } from './lines.ts'
import type { Lanes, LiveCall, Segment } from './live.ts'
import { type PendingCall, pendingEntry, pendingRecord } from './pending.ts'
import { findRow, NO_FILE, putEntry, removeRow, type Table } from './table.ts'

/** A larger request is not parsed for the list; its call shows without model and first words until its record comes. */
const MAX_PARSED_BYTES = 4 * 1024 * 1024
const NO_PLACE = { file: NO_FILE, offset: 0, bytes: 0 }

/** Takes one frame of a segment into the table. */
export function takeFrame(lanes: Lanes, segment: Segment, { head, start }: ReadFrame, body: Buffer): void {
  const bodyAt = segment.end + start
  const bodyBytes = body.length
  // Of an endpoint that nobody has told us of the record says whether it is shown at all.
  if (head.t === 'open' && head.unsure !== true && hasNoRecord(lanes.table, head.id)) {
    const call = { segment, bodyAt, bodyBytes, open: head, close: null, wasAlive: segment.lane.isAlive }
    lanes.calls.set(head.id, call)
    putEntry(lanes.table, pendingEntry(pendingOf(call, parseBody(body))), NO_PLACE)
  } else if (head.t === 'record' && hasNoRecord(lanes.table, head.id)) {
    const entry = entryOf(parseBody(body))
    if (entry === null) return
    lanes.calls.set(head.id, { segment, bodyAt, bodyBytes, open: null, close: null, wasAlive: segment.lane.isAlive })
    putEntry(lanes.table, entry, NO_PLACE)
  } else if (head.t === 'close') closeLive(lanes, head)
}

function closeLive(lanes: Lanes, head: CloseHead): void {
  const call = lanes.calls.get(head.id)
  const row = findRow(lanes.table, head.id)
  if (!call?.open || row === undefined) return
  call.close = head
  putPending(lanes, call, row)
}

/** Writes the row again without reading the request again: model and first words stay as they are. */
function putPending(lanes: Lanes, call: LiveCall, row: number): void {
  const { models, previews, columns } = lanes.table
  const model = models.text(columns.model[row] ?? 0)
  const entry = pendingEntry(pendingOf(call, null))
  const isStream = columns.stream[row] === 1
  putEntry(lanes.table, { ...entry, model, stream: isStream, prompt: previews.get(row)?.prompt ?? '' }, NO_PLACE)
}

/** Writes a call's row again after its process has ended. */
export function showAgain(lanes: Lanes, id: string, call: LiveCall): void {
  call.wasAlive = call.segment.lane.isAlive
  const row = findRow(lanes.table, id)
  if (call.open && row !== undefined) putPending(lanes, call, row)
}

function hasNoRecord(table: Table, id: string): boolean {
  const row = findRow(table, id)
  return row === undefined || table.columns.file[row] === NO_FILE
}

function parseBody(bytes: Buffer): unknown {
  if (bytes.length > MAX_PARSED_BYTES) return null
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return null // a form or binary body without description
  }
}

function pendingOf(call: LiveCall, body: unknown): PendingCall {
  const { open, close, segment } = call
  return { open: open as OpenHead, lane: segment.lane.info ?? {}, close, isAlive: segment.lane.isAlive, body }
}

/** Forgets calls whose segment went away; call it after the record files were read, so that a record is seen first. */
export function dropGone(lanes: Lanes, gone: readonly string[]): void {
  for (const id of gone) {
    const row = findRow(lanes.table, id)
    if (row !== undefined && lanes.table.columns.file[row] === NO_FILE) removeRow(lanes.table, row)
    lanes.calls.delete(id)
  }
  for (const id of lanes.calls.keys()) if (!hasNoRecord(lanes.table, id)) lanes.calls.delete(id)
}

/** What is known of a call without record, in the shape of a record; null when it is not there (any more). */
export async function readPending(lanes: Lanes, id: string): Promise<unknown> {
  const call = lanes.calls.get(id)
  if (!call) return null
  let body: unknown = null
  await withFile(call.segment.path, async (file) => {
    const bytes = await readRange(file, call.bodyAt, call.bodyAt + call.bodyBytes)
    body = JSON.parse(bytes.toString())
  }).catch(() => false) // recycled or not JSON: the page shows the rest
  return call.open ? pendingRecord(pendingOf(call, body)) : body
}
