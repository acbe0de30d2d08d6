// The keys, in a dialog. In: open or not. Out: a list.
import { Dialog } from './dialog.tsx'

const KEYS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [['j', 'k'], 'Next and previous call'],
  [['Enter'], 'Open the call'],
  [['Esc'], 'Back to the calls; leave the search field'],
  [['/'], 'Search'],
  [['t'], 'Trace of the open call'],
  [['c'], 'Compare the open call with another one'],
  [['o', 'l'], 'Overview, list of calls'],
  [['d'], 'Dark or light'],
  [['?'], 'This list'],
]

export function Help({ isOpen, close }: { isOpen: boolean; close: () => void }) {
  return (
    <Dialog isOpen={isOpen} close={close} title="Keys">
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
    </Dialog>
  )
}
