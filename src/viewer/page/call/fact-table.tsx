// Names and values in a titled box. In: rows. Out: a description list; large values fold away.
import type { ComponentChildren } from 'preact'
import { bag, text } from '../../../narrow.ts'
import { JsonText } from '../shell/json-text.tsx'
import { visible } from '../shell/visible.ts'

const SHORT_CHARS = 80

export function Group({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="fact-group">
      <h2>{title}</h2>
      {children}
    </section>
  )
}

export type FactRow = readonly [name: string, value: ComponentChildren]

/** A table of names and values; rows whose value is null are left out. */
export function FactTable({ rows, isFigures = false }: { rows: readonly FactRow[]; isFigures?: boolean }) {
  return (
    <dl class={isFigures ? 'fact-table is-figures' : 'fact-table'}>
      {rows
        .filter(([, value]) => value !== null && value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{visible(name)}</dt>
            <dd>{typeof value === 'string' ? <bdi>{visible(value)}</bdi> : value}</dd>
          </div>
        ))}
    </dl>
  )
}

/** A JSON value in a line when it is short, else folded. */
export function Value({ value }: { value: unknown }) {
  const short = typeof value === 'string' ? value : JSON.stringify(value)
  if (typeof value !== 'object' || short.length <= SHORT_CHARS) return <bdi class="value">{visible(short)}</bdi>
  return (
    <details>
      <summary>{Array.isArray(value) ? `${value.length} items` : (text(bag(value).type) ?? 'object')}</summary>
      <JsonText value={value} />
    </details>
  )
}
