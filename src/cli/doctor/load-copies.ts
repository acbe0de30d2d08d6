// Doctor's child: loads copies of openai as a program would, under the real preload. In: places as JSON in the first argument.
// Out: one line on stdout, the reasons of those that could not be loaded. A process of its own.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { CopyPlace } from '../../hook/target.ts'

const require = createRequire(import.meta.url)
const failures: { file: string; reason: string }[] = []
for (const { file, folder, format } of JSON.parse(process.argv[2] ?? '[]') as CopyPlace[]) {
  try {
    if (format === 'esm') await import(pathToFileURL(file).href)
    // By the package's entry: the defining file alone is not what programs require.
    else require(folder)
  } catch (error) {
    failures.push({ file, reason: String((error as Error)?.message ?? error).split('\n')[0] ?? '' })
  }
}
process.stdout.write(`\nneatlogs-doctor ${JSON.stringify(failures)}\n`)
