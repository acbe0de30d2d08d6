// Which segment files of a lane one destination reads. In: the lane's folder. Out: their names, in reading order. Worker.
import { listSegmentFiles, type SegmentFile } from './segment-files.ts'

/**
 * Lists a lane. What was carried over or spilled is waiting in the memory of the one who wrote it, unless that was a shipper of this lane that died;
 * another destination has its own. Null when it cannot be listed now (no descriptor left).
 */
export function openListing(lane: string, destination: string, isDead: boolean): () => readonly SegmentFile[] | null {
  const own = `c${destination}`
  /** Carried-over and spilled segments of a shipper before this one. Null until they could be listed. */
  let inherited: ReadonlySet<string> | null = null
  return () => {
    try {
      const found = listSegmentFiles(lane)
      inherited ??= new Set(found.flatMap(({ name, writer }) => (writer === own || writer.startsWith('m') ? name : [])))
      const known = inherited
      return found.filter(({ name, writer }) => {
        const isHeld = writer.startsWith('c') || (writer.startsWith('m') && !isDead)
        return !isHeld || known.has(name)
      })
    } catch {
      return null
    }
  }
}
