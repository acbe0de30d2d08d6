// What the part frames of a call say of its answer and its end. Pure.
import type { CloseHead, FrameHead } from '../frame.ts'

/**
 * Which `part` frames are the answer: those of the last attempt. openai 7 sends a request again when the body of its answer is late;
 * what the earlier attempt had brought is on disk by then. A call that died is answered by the newest attempt that brought anything.
 */
export function answerParts<Part>(
  parts: readonly Part[],
  attemptOf: (part: Part) => number | undefined,
  close: CloseHead | null,
): readonly Part[] {
  const newest = parts.reduce((last, part) => Math.max(last, attemptOf(part) ?? 0), 0)
  const wanted = close === null ? newest : close.attempts.length - 1
  return parts.filter((part) => (attemptOf(part) ?? wanted) === wanted)
}

/** The end of a call whose answer nobody has read: what its head told lies in a part frame. */
export function withKnown<Close extends CloseHead | null>(
  close: Close,
  parts: readonly { readonly head: FrameHead }[],
): Close {
  if (close === null || parts.length === 0 || close.attempts?.length !== 0) return close
  const part = parts.find(({ head }) => head.t === 'part' && head.known !== undefined)
  return part?.head.t === 'part' ? { ...close, ...part.head.known } : close
}
