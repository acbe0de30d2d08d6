// One-time tokens: for the launcher of a browser, which must not be told the key, and for downloads, which cannot send a header.
// In: nothing. Out: random texts that are worth something once, and not for long.
import { randomBytes } from 'node:crypto'

/** A browser that starts for the first time takes its time. */
const LIFE_MS = 120_000
const MAX_OPEN = 100

export interface Tickets {
  /** What a ticket is for, and when it ends. */
  readonly open: Map<string, { readonly use: TicketUse; readonly endsMs: number }>
}

export type TicketUse = 'key' | 'download'

export function makeTickets(): Tickets {
  return { open: new Map() }
}

/** 192 random bits as text, for keys and tickets. */
export function randomText(): string {
  return randomBytes(24).toString('base64url')
}

/** Gives a new ticket; the oldest goes when there are too many. */
export function issueTicket({ open }: Tickets, use: TicketUse, nowMs = Date.now()): string {
  const ticket = randomText()
  open.set(ticket, { use, endsMs: nowMs + LIFE_MS })
  for (const oldest of open.keys()) if (open.size > MAX_OPEN) open.delete(oldest)
  return ticket
}

/** Says whether this ticket is worth that, and takes it. */
export function takeTicket({ open }: Tickets, ticket: string | null, use: TicketUse, nowMs = Date.now()): boolean {
  const found = ticket === null ? undefined : open.get(ticket)
  if (ticket === null || found?.use !== use) return false
  open.delete(ticket)
  return nowMs < found.endsMs
}
