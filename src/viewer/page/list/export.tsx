// What `neatlogs export` gives for this filter, as a download. In: the filter. Out: a file, and what was left out of it, and why.
import { useState } from 'preact/hooks'
import type { DownloadAnswer, TicketAnswer } from '../../api.ts'
import { ask } from '../shell/backend.ts'
import { Dialog } from '../shell/dialog.tsx'
import { formatCount } from '../shell/format.ts'

const FORMATS = [
  ['jsonl', 'The records, JSON Lines'],
  ['csv', 'A table, CSV'],
  ['fine-tuning', 'Fine-tuning examples of OpenAI'],
  ['batch', 'Requests for the Batch API'],
  ['evals', 'Items for Evals'],
] as const
const POLL_MS = 400

export function Export({ filter }: { filter: URLSearchParams }) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <button type="button" class="button" onClick={() => setOpen(true)}>
        Export…
      </button>
      <Dialog isOpen={isOpen} close={() => setOpen(false)} title="Export the calls of this filter">
        {isOpen && <ExportForm filter={filter} />}
      </Dialog>
    </>
  )
}

function ExportForm({ filter }: { filter: URLSearchParams }) {
  const [format, setFormat] = useState<string>('jsonl')
  const [isDeduped, setDeduped] = useState(false)
  const [isPartial, setPartial] = useState(false)
  const [said, say] = useState('')
  const start = () => {
    const params = new URLSearchParams(filter)
    params.set('as', format)
    if (isDeduped) params.set('dedupe', '1')
    if (isPartial) params.set('partial', '1')
    void download(params, say)
  }
  return (
    <div class="export-form">
      <label>
        Format{' '}
        <select class="choice" value={format} onChange={(event) => setFormat(event.currentTarget.value)}>
          {FORMATS.map(([name, words]) => (
            <option key={name} value={name}>
              {words}
            </option>
          ))}
        </select>
      </label>
      <label>
        <input type="checkbox" checked={isDeduped} onChange={(event) => setDeduped(event.currentTarget.checked)} /> Each
        one once
      </label>
      <label>
        <input type="checkbox" checked={isPartial} onChange={(event) => setPartial(event.currentTarget.checked)} /> Also
        what was redacted, cut or not finished
      </label>
      <button type="button" class="button" onClick={start}>
        Download
      </button>
      <p role="status" class="muted">
        {said}
      </p>
    </div>
  )
}

/** A link sends no header, so it carries a ticket; by its name the outcome is asked for. */
async function download(params: URLSearchParams, say: (words: string) => void): Promise<void> {
  say('Writing…')
  try {
    const ticket = (await ask<TicketAnswer>('/api/ticket'))?.ticket ?? ''
    params.set('token', ticket)
    const link = document.createElement('a')
    link.href = `/api/export?${params}`
    link.download = '' // the answer names the file
    link.click()
    say(wordsOf(await outcomeOf(ticket)))
  } catch {
    say('The viewer does not answer. Start it again with `neatlogs view`.')
  }
}

async function outcomeOf(ticket: string): Promise<DownloadAnswer> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
    const outcome = await ask<DownloadAnswer>(`/api/download?id=${ticket}`)
    if (outcome?.done) return outcome
  }
}

function wordsOf({ lines, left }: DownloadAnswer): string {
  const all = left.reduce((sum, { count }) => sum + count, 0)
  const reasons = left.map(({ reason, count }) => `${reason} (${formatCount(count)})`).join(', ')
  return `${formatCount(lines)} written.${all === 0 ? '' : ` ${formatCount(all)} left out: ${reasons}.`}`
}
