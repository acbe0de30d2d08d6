// A call's status as a word with a colour; the colour is never alone. In: the status. Out: a mark.
import type { ViewStatus } from '../../api.ts'

export const STATUS_WORDS: { readonly [S in ViewStatus]: string } = {
  ok: 'ok',
  error: 'error',
  aborted: 'aborted',
  incomplete: 'incomplete',
  in_flight: 'in flight',
}

export function StatusMark({ status, httpStatus }: { status: ViewStatus; httpStatus?: number | null }) {
  const code = status === 'error' && httpStatus ? ` ${httpStatus}` : ''
  return (
    <span class={`status status-${status}`}>
      <span class="dot" aria-hidden="true" />
      {STATUS_WORDS[status]}
      {code}
    </span>
  )
}
