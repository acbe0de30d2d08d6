// Figures in a row, each with its name. In: names and formatted values. Out: a description list.
import type { ComponentChildren } from 'preact'

export function Tiles({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <section aria-label={label}>
      <dl class="tiles">{children}</dl>
    </section>
  )
}

export interface TileProps {
  readonly name: string
  readonly value: string
  readonly note?: string
  readonly isBad?: boolean
}

export function Tile({ name, value, note, isBad = false }: TileProps) {
  return (
    <div class={isBad ? 'tile is-bad' : 'tile'}>
      <dt>{name}</dt>
      <dd>
        {value}
        {note && <span class="under">{note}</span>}
      </dd>
    </div>
  )
}
