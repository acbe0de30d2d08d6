// The key to what is recorded. In: the token of the address that was opened. Out: the key, kept by this browser for this origin
// alone: unlike a cookie, it is sent to no other port of the machine.

const NAME = 'neatlogs-key'
let key: string | null = null

/** Exchanges the token in the address for the key, or takes the one that is kept. Without either the server refuses. */
export async function startKey(): Promise<void> {
  key = kept()
  const token = new URLSearchParams(location.search).get('token')
  if (token === null) return
  const response = await fetch(`/api/key?token=${encodeURIComponent(token)}`).catch(() => null)
  if (!response?.ok) return // a one-time token that was used before (a page that was loaded again): the kept key counts
  key = ((await response.json()) as { readonly key: string }).key
  keep(key)
}

/** What every question to the server carries. */
export function keyHeaders(): Record<string, string> {
  return key === null ? {} : { authorization: `Bearer ${key}` }
}

function kept(): string | null {
  try {
    return localStorage.getItem(NAME)
  } catch {
    return null // storage is switched off: the key lasts as long as the page
  }
}

function keep(value: string): void {
  try {
    localStorage.setItem(NAME, value)
  } catch {
    // storage is switched off: a new tab needs the printed address
  }
}
