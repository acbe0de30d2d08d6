// A text of any length: cut until asked for, control characters visible, code blocks set apart. Never interpreted as HTML.
import { useState } from 'preact/hooks'
import { formatCount } from './format.ts'
import { piecesOf } from './prose.ts'
import { visible } from './visible.ts'

const SHOWN_CHARS = 6000

export function LongText({ text, isCode = false }: { text: string; isCode?: boolean }) {
  const [isWhole, setWhole] = useState(false)
  const isCut = !isWhole && text.length > SHOWN_CHARS
  const shown = visible(isCut ? text.slice(0, SHOWN_CHARS) : text)
  return (
    <div class="long-text">
      {isCode ? <pre class="code">{shown}</pre> : <Prose text={shown} />}
      {isCut && (
        <button type="button" class="button" onClick={() => setWhole(true)}>
          Show all {formatCount(text.length)} characters
        </button>
      )}
    </div>
  )
}

/** Text as it is, but for ``` blocks, which keep their spaces in a fixed-width font. */
function Prose({ text }: { text: string }) {
  return (
    <>
      {piecesOf(text).map((piece, index) =>
        piece.isCode ? (
          <pre key={index} class="code">
            {piece.text}
          </pre>
        ) : (
          <div key={index} class="prose" dir="auto">
            {piece.text}
          </div>
        ),
      )}
    </>
  )
}
