// `neatlogs view`: the local page. In: port and folder. Out: its address on stdout; runs until it is interrupted.

import type { Command } from 'commander'
import { printable } from '../secrets/printable.ts'
import { configure, DIR_FLAG, DIR_TEXT } from './folder.ts'
import { parseHosts, parsePort } from './values.ts'

interface ViewFlags {
  readonly port: number
  readonly dir?: string
  readonly host?: readonly string[]
  readonly open?: boolean
}

export function addView(program: Command): void {
  program
    .command('view')
    .description('Open a local page that shows the recorded calls, live.')
    .option('-p, --port <port>', 'port on 127.0.0.1; 0 takes a free one', parsePort, 4949)
    .option(DIR_FLAG, DIR_TEXT)
    .option(
      '--host <names>',
      'listen on every interface, for containers; answer for these host names only (comma list)',
      parseHosts,
    )
    .option('-o, --open', 'open it in the browser')
    .action(view)
}

async function view({ port, dir, host = [], open = false }: ViewFlags): Promise<void> {
  const { startViewer } = await import('../viewer/server.ts')
  const { adoptRecords } = await import('./adopt-records.ts')
  const { root, options } = configure(dir, process.env)
  const viewer = await startViewer({ dir: root, port, hosts: host, open })
  const adopting = adoptRecords(root, options)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      adopting.stop()
      void viewer.close()
    })
  }
  process.stdout.write(`${viewer.url}\n`)
  if (host.length > 0)
    process.stderr.write(
      `neatlogs: listening on every interface, for ${host.join(', ')}; without TLS, whoever reads the network reads the page\n`,
    )
  process.stderr.write(`neatlogs: showing ${printable(root)}, Ctrl+C ends it\n`)
}
