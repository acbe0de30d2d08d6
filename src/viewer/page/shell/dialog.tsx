// A dialog: the browser's own, which keeps the focus inside and closes on Escape. In: open or not, its content.
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'

export interface DialogProps {
  readonly isOpen: boolean
  readonly close: () => void
  readonly title: string
  readonly children: ComponentChildren
}

export function Dialog({ isOpen, close, title, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    if (isOpen) dialog.current?.showModal()
    else dialog.current?.close()
  }, [isOpen])
  return (
    <dialog ref={dialog} class="help" onClose={close} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
      <button type="button" class="button" onClick={close}>
        Close
      </button>
    </dialog>
  )
}
