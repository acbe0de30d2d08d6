// Step 1, load: listens to import-in-the-middle, for classes that reach the program through another tool's loader. Main thread.
// Loaded with the first target file. A listener only: no wrapper module is made for us, so no other tool can lose one to us.
import { fileURLToPath } from 'node:url'
import { addHook } from 'import-in-the-middle'
import type { Report } from './install.ts'
import { identify, type WantedFiles } from './load.ts'

/** Hears every module that a loader sharing our copy of import-in-the-middle wraps, also those it has wrapped before. */
export function listen(wanted: WantedFiles, report: Report): void {
  addHook((url, namespace) => {
    try {
      const match = url.startsWith('file:') ? identify(wanted, fileURLToPath(url)) : null
      if (match !== null) report(namespace[match.name], match.place, 'iitm')
    } catch {
      // an export still uninitialised in an import cycle: the appended statement reports it later
    }
  })
}
