// The keys, in a dialog. In: open or not. Out: a list; the browser's own dialog keeps the focus inside and closes on Escape.
import { useEffect, useRef } from 'preact/hooks'

const KEYS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['j', 'k'], 'Next and previous call'],
  [['Enter'], 'Open the call'],
  [['Esc'], 'Back to the calls; leave the search field'],
  [['/'], 'Search'],
  [['t'], 'Trace of the open call'],
  [['o', 'l'], 'Overview, list of calls'],
  [['d'], 'Dark or light'],
  [['?'], 'This list'],
]

export function Help({ isOpen, close }: { isOpen: boolean; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (isOpen) dialog.current?.showModal()
    else dialog.current?.close()
  }, [isOpen])
  return (
    <dialog ref={dialog} class="help" onClose={close} aria-labelledby="help-title">
      <h2 id="help-title">Keys</h2>
      <dl>
        {KEYS.map(([keys, what]) => (
          <div key={what}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <button type="button" class="button" onClick={close}>
        Close
      </button>
    </dialog>
  )
}
