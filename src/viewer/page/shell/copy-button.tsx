// A button that puts a text on the clipboard and says so. The text is made when it is asked for.
import { useState } from 'preact/hooks'

const SAID_MS = 1600

export interface CopyProps {
  readonly label: string
  readonly text: () => string
  readonly title?: string
}

export function CopyButton({ label, text, title }: CopyProps) {
  const [said, say] = useState('')
  const copy = async () => {
    say(
      await write(text()).then(
        () => 'Copied',
        () => 'Not allowed', // the browser refused, e.g. without focus
      ),
    )
    setTimeout(() => say(''), SAID_MS)
  }
  return (
    <button type="button" class="button" onClick={() => void copy()} {...(title ? { title } : {})}>
      <span aria-live="polite">{said || label}</span>
    </button>
  )
}

/** Under another name than localhost and without TLS (`--host`), browsers have no clipboard for a page. */
async function write(text: string): Promise<void> {
  await navigator.clipboard.writeText(text)
}
