// Reads the records of some rows: in the order of their files, and those next to each other at once. In: rows. Out: each one's bytes.
import { type Files, withFile } from './files.ts'
import { readRange } from './lines.ts'
import type { Table } from './table.ts'

/** Reads next to each other become one. */
const MAX_GAP_BYTES = 64 * 1024
const MAX_READ_BYTES = 4 * 1024 * 1024

interface Place {
  readonly row: number
  readonly file: number
  readonly begin: number
  readonly end: number
}

/** Calls `take` with the bytes of each row whose file is still there. The bytes are good until it returns. */
export async function readPlaces(
  table: Table,
  files: Files,
  rows: readonly number[],
  take: (row: number, bytes: Buffer) => void,
): Promise<void> {
  const { file, offset, bytes } = table.columns
  const places = rows.map((row) => {
    const begin = offset[row] as number
    return { row, file: file[row] as number, begin, end: begin + (bytes[row] as number) }
  })
  places.sort((a, b) => a.file - b.file || a.begin - b.begin)
  for (const run of runsOf(places)) {
    const [first] = run
    const path = files.paths[first?.file ?? -1]
    const begin = first?.begin ?? 0
    if (path !== undefined)
      await withFile(path, async (handle) => {
        const block = await readRange(handle, begin, run.at(-1)?.end ?? begin)
        for (const place of run) take(place.row, block.subarray(place.begin - begin, place.end - begin))
      })
  }
}

/** Groups places that are worth reading at once. */
function runsOf(places: readonly Place[]): Place[][] {
  const runs: Place[][] = []
  for (const place of places) {
    const run = runs.at(-1)
    const last = run?.at(-1)
    const first = run?.[0]
    const isNear = last && first && last.file === place.file && place.begin - last.end <= MAX_GAP_BYTES
    if (isNear && place.end - first.begin <= MAX_READ_BYTES) run.push(place)
    else runs.push([place])
  }
  return runs
}
