// Asks the viewer's server. In: a path of the API. Out: the parsed answer, null when there is no such thing.
import { keyHeaders } from './key.ts'

/** Says that the server refused or is not there. `status` is null when it did not answer. */
export class BackendError extends Error {
  readonly status: number | null
  constructor(status: number | null, message: string) {
    super(message)
    this.status = status
  }
}

/** Gets JSON. Throws `BackendError`, or the abort's error. */
export async function ask<T>(path: string, signal?: AbortSignal): Promise<T | null> {
  const response = await fetch(path, { headers: keyHeaders(), ...(signal ? { signal } : {}) }).catch(
    (error: unknown) => {
      if (signal?.aborted) throw error
      throw new BackendError(null, 'The viewer does not answer. Start it again with `neatlogs view`.')
    },
  )
  if (response.status === 404) return null
  if (!response.ok) throw new BackendError(response.status, (await response.text()).trim())
  return (await response.json()) as T
}
