// Compares, call by call, what the model server served, what the programs knew, and what has arrived. Texts are kept as hashes of their
// JSON with sorted keys. A call is known by its `user`, which each request carries.
import { createHash } from 'node:crypto'
import { requestOf, responseOf } from '../../../fixtures/servers/neatlogs/content.mjs'

/** Collects the three sides. */
export function newLedgers() {
  return { served: new Map(), arrived: new Map(), said: new Map() }
}

const hashOf = (value) =>
  createHash('sha1')
    .update(JSON.stringify(sorted(value)))
    .digest('base64')

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  )
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return text // half an answer is a text
  }
}

/** Notes an attempt that the model server has answered; the last attempt of a call is its answer. Calls of `bare` are nobody's. */
export function noteServed({ served }, entry, bare) {
  const request = parsed(entry.requestBody)
  if (typeof request?.user !== 'string' || request.user.startsWith(bare)) return
  const answer = entry.equivalent ?? parsed(entry.responseBody)
  served.set(request.user, {
    request: hashOf(request),
    answer: hashOf(answer),
    attempts: (served.get(request.user)?.attempts ?? 0) + 1,
  })
}

/** Notes a span that the endpoint has accepted. */
export function noteArrived({ arrived }, { attributes }) {
  const request = requestOf(attributes)
  const user = request?.user ?? '(none)'
  const answer = responseOf(attributes)
  const record = {
    id: attributes['neatlogs.record.id'],
    status: attributes['neatlogs.record.status'],
    request: hashOf(request),
    answer: answer === null ? null : hashOf(answer),
  }
  if (!arrived.has(user)) arrived.set(user, [])
  arrived.get(user).push(record)
}

/** Notes what a program's ledger file says. */
export function noteSaid({ said }, text, bare) {
  for (const line of text.split('\n')) {
    const [user, outcome, kind] = line.split(' ')
    if (kind !== undefined && !user.startsWith(bare)) said.set(user, { outcome, kind })
  }
}

const ALLOWED = { whole: ['ok'], error: ['error'], left: ['aborted', 'ok'] }

/** Counts what is lost, twice, incomplete or wrong; `examples` names the first of each fault. */
export function compare({ served, arrived, said }) {
  const counts = { served: served.size, answered: said.size, arrived: 0, sentAgain: 0, incomplete: 0 }
  const faults = { lost: 0, double: 0, wrong: 0, incompleteThoughAnswered: 0 }
  const faultsOf = {} // by program: a whole one says something else than a call here and there
  const examples = []
  const fault = (name, user, more) => {
    faults[name]++
    const [program] = user.split('-')
    faultsOf[program] = (faultsOf[program] ?? 0) + 1
    if (examples.length < 20) examples.push({ fault: name, user, ...said.get(user), ...more })
  }
  for (const [user, call] of served) {
    const records = arrived.get(user) ?? []
    const byId = new Map(records.map((record) => [record.id, record]))
    counts.arrived += byId.size
    counts.sentAgain += records.length - byId.size
    if (byId.size === 0) fault('lost', user)
    if (byId.size > 1) fault('double', user, { ids: [...byId.keys()] })
    for (const record of byId.values()) compareOne(user, call, record, said.get(user)?.outcome, { counts, fault })
  }
  for (const user of said.keys())
    if (!served.has(user) && !arrived.has(user)) fault('lost', user, { note: 'never served' })
  return { counts, faults, faultsOf, examples }
}

function compareOne(user, call, record, outcome, { counts, fault }) {
  const { status } = record
  if (record.request !== call.request) fault('wrong', user, { status, what: 'request' })
  else if (status === 'ok' && record.answer !== call.answer) fault('wrong', user, { status, what: 'answer' })
  if (status === 'incomplete') counts.incomplete++
  if (outcome === undefined) return // the program ended before it knew
  if (status === 'incomplete') fault('incompleteThoughAnswered', user, { status })
  else if (!ALLOWED[outcome].includes(status)) fault('wrong', user, { status, what: 'status' })
}

/** True when nothing was lost, wrong, or left, and each call was measured. */
export function isClean({ faults, odd, lanesLeft, rejected, poison, measured }) {
  const isWhole = Object.values(faults).every((count) => count === 0) && odd.length === 0
  // What was counted and not acknowledged is counted again.
  const isMeasured = measured === undefined || measured.counted >= measured.calls
  return isWhole && lanesLeft === 0 && !rejected && isMeasured && poison?.arrived !== 0
}
