// The keyboard. In: key presses outside of fields. Out: the step bound to the key by the page that is shown.
import { useLayoutEffect, useRef } from 'preact/hooks'

/** Steps by key as `KeyboardEvent.key` names it. */
export type Keys = { readonly [key: string]: (event: KeyboardEvent) => void }

/** Binds keys while the component is shown. Fields keep their keys, but for Escape; so do the browser's own shortcuts. */
export function useKeys(keys: Keys): void {
  const latest = useRef(keys)
  latest.current = keys
  // Not after the paint: a key pressed as soon as the page is seen would be lost, and the next ones taken for shortcuts.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
      if (event.key !== 'Escape' && isField(event.target)) return
      if (document.querySelector('dialog[open]')) return
      latest.current[event.key]?.(event)
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
}

function isField(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, select, textarea, [contenteditable]') !== null
}
