// Figures and names of a call as rows of text. In: a record of any shape. Out: rows that say something. Pure.
import { type Bag, bag, finite, list, text } from '../../../narrow.ts'
import { formatCost, formatCount } from '../shell/format.ts'

export type TextRow = readonly [name: string, value: string]

const USAGE_ROWS: readonly TextRow[] = [
  ['Input tokens', 'input_tokens'],
  ['· from cache', 'cache_read_input_tokens'],
  ['· into cache', 'cache_write_input_tokens'],
  ['· text', 'text_input_tokens'],
  ['· images', 'image_input_tokens'],
  ['· audio', 'audio_input_tokens'],
  ['Output tokens', 'output_tokens'],
  ['· reasoning', 'reasoning_output_tokens'],
  ['· text out', 'text_output_tokens'],
  ['· images out', 'image_output_tokens'],
  ['· audio out', 'audio_output_tokens'],
  ['Total tokens', 'total_tokens'],
]
const COST_SOURCES: ReadonlyMap<string, string> = new Map(
  Object.entries({ server: ' · by the server', list: ' · by the price list' }),
)

/** Tokens as the server counted them, and the cost with who says so. */
export function usageRows(record: Bag): TextRow[] {
  const usage = bag(record.usage)
  const cost = finite(record.cost_usd)
  const source = COST_SOURCES.get(text(record.cost_source) ?? '') ?? ''
  const counts = USAGE_ROWS.map(([name, key]): [string, string | null] => {
    const count = finite(usage[key])
    return [name, count === null ? null : formatCount(count)]
  })
  return known([...counts, ['Cost', cost === null ? null : `${formatCost(cost)}${source}`]])
}

/** Who answered, with what, and where the call was made. */
export function placeRows(record: Bag): TextRow[] {
  const response = bag(record.response)
  const sdk = bag(record.sdk)
  const host = [text(record.server_address), finite(record.server_port)].filter((part) => part !== null && part !== 443)
  const events = finite(record.chunk_count)
  const helper = text(record.helper)
  return known([
    ['Endpoint', host.length === 0 ? null : `${host.join(':')}${text(record.url_path) ?? ''}`],
    ['Provider', text(record.provider)],
    ['Model served', text(response.model)],
    ['Response', text(response.id)],
    ['Finish', list(response.finish_reasons).join(', ')],
    ['Events', events === null ? null : formatCount(events)],
    ['SDK', [text(sdk.name), text(sdk.version)].filter(Boolean).join(' ') + (helper === null ? '' : ` · ${helper}`)],
    [
      'Process',
      [text(record.hostname), finite(record.pid) === null ? null : `pid ${record.pid}`].filter(Boolean).join(' · '),
    ],
    ['Node', text(record.node)],
  ])
}

function known(rows: readonly (readonly [string, string | null])[]): TextRow[] {
  return rows.filter((row): row is TextRow => row[1] !== null && row[1] !== '')
}
