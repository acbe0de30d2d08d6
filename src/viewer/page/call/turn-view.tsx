// The conversation: who said what, tool calls beside their results. In: turns. Out: text, pictures and JSON; no HTML of a model.

import type { Part, ToolCall, Turn } from '../../../conversation/turns.ts'
import { JsonOrText, JsonText } from '../shell/json-text.tsx'
import { LongText } from '../shell/long-text.tsx'
import { visible } from '../shell/visible.ts'

export function Conversation({ turns }: { turns: readonly Turn[] }) {
  return (
    <section class="conversation" aria-label="Conversation">
      {turns.map((turn, index) => (
        <TurnView key={index} turn={turn} />
      ))}
    </section>
  )
}

function TurnView({ turn }: { turn: Turn }) {
  const role = turn.role.replace(/[^\w-]/g, '')
  return (
    <article class={`turn role-${role} ${turn.isAnswer ? 'is-answer' : ''}`}>
      <header class="turn-head">
        <span class="role">{visible(turn.role)}</span>
        {turn.isAnswer && turn.role !== 'output' && <span class="under">answer</span>}
        {turn.note && <span class="under">{visible(turn.note)}</span>}
      </header>
      <div class="turn-body">
        {turn.parts.length === 0 && <p class="muted">No content.</p>}
        {turn.parts.map((part, index) => (
          <PartView key={index} part={part} />
        ))}
      </div>
    </article>
  )
}

function PartView({ part }: { part: Part }) {
  switch (part.kind) {
    case 'text':
      return <JsonOrText text={part.text} fallback="prose" />
    case 'reasoning':
      return <Reasoning text={part.text} />
    case 'refusal':
      return (
        <div class="note note-refusal">
          <strong>Refusal</strong>
          <LongText text={part.text} />
        </div>
      )
    case 'image':
      return <Picture source={part.source} />
    case 'sound':
      return <Sound source={part.source} details={part.details} />
    case 'attachment':
      return (
        <p class="attachment">
          <span class="pill">{part.what}</span> <bdi>{visible(part.details)}</bdi>
        </p>
      )
    case 'call':
      return <ToolCallView call={part} />
    case 'json':
      return (
        <div class="part-json">
          <span class="pill">{visible(part.label)}</span>
          <JsonText value={part.value} />
        </div>
      )
  }
}

function Reasoning({ text }: { text: string }) {
  if (text === '') return <p class="muted">The model reasoned; the text was not returned.</p>
  return (
    <details class="note note-reasoning" open={text.length < 1500}>
      <summary>Reasoning</summary>
      <LongText text={text} />
    </details>
  )
}

function Picture({ source }: { source: string }) {
  return (
    <details class="picture">
      <summary title="Show larger">
        <img src={source} alt="Sent or made in this call" loading="lazy" decoding="async" />
      </summary>
      <img src={source} alt="The same, larger" loading="lazy" decoding="async" />
    </details>
  )
}

function Sound({ source, details }: { source: string; details: string }) {
  return (
    <div class="sound">
      {/* biome-ignore lint/a11y/useMediaCaption: what was said stands beside it when the record has it */}
      <audio controls preload="metadata" src={source} />
      <span class="under">{visible(details)}</span>
    </div>
  )
}

function ToolCallView({ call }: { call: ToolCall }) {
  return (
    <div class="tool-call">
      <div class="tool-side">
        <p class="tool-head">
          <span class="under">calls</span> <code>{visible(call.name)}</code>
        </p>
        {call.args === '' || call.args === '{}' ? <p class="muted">No arguments.</p> : <JsonOrText text={call.args} />}
      </div>
      <div class="tool-side">
        <p class="tool-head">
          <span class="under">result</span>
        </p>
        {call.result === null ? (
          <p class="muted">Not in this call.</p>
        ) : (
          call.result.map((part, index) =>
            part.kind === 'text' ? <JsonOrText key={index} text={part.text} /> : <PartView key={index} part={part} />,
          )
        )}
      </div>
    </div>
  )
}
