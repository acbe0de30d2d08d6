// Deliver: opens a destination by its name; loads only the code that it needs. Worker thread.
import type { Environment, Options } from '../options/options.ts'
import type { Destination, DestinationName } from './destination.ts'

/**
 * Opens a destination; loads only the code that it needs. `options.dir` must be the resolved root for `file`. Throws
 * `ERR_NEATLOGS_OPTION` when it is null there; every other fault of the configuration is a warning and a `pause`.
 */
export async function openDestination(name: DestinationName, options: Options, env: Environment): Promise<Destination> {
  if (name === 'file') return (await import('./file.ts')).openFile(options)
  if (name === 'stdout') return (await import('./stdout.ts')).openStdout()
  if (name === 'otlp') return (await import('./otlp.ts')).openOtlp(options, env)
  if (options.protocol === 'trace') return (await import('./neatlogs-trace.ts')).openNeatlogsTrace(options, env)
  if (options.protocol === 'v1') return (await import('./neatlogs-v1.ts')).openNeatlogsV1(options, env)
  return (await import('./neatlogs.ts')).openNeatlogs(options, env)
}
