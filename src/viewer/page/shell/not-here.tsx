// What an address shows whose call or trace does not exist (any more).
import { hrefOf } from './route.ts'

export function NotHere({
  what,
  filter,
}: {
  what: 'call' | 'trace' | 'session' | 'conversation'
  filter: URLSearchParams
}) {
  return (
    <main class="page">
      <section class="empty">
        <h1>This {what} is not here</h1>
        <p>Its record may have been removed, or the address belongs to another folder.</p>
        <a class="button" href={hrefOf({ page: 'list' }, filter)}>
          Back to the calls
        </a>
      </section>
    </main>
  )
}
