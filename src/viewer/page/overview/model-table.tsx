// Figures by model, most called first. In: the overview. Out: a table whose model names filter the list.
import type { OverviewAnswer } from '../../api.ts'
import { formatCost, formatCount, formatMs, formatShare, formatShort } from '../shell/format.ts'
import { hrefOf, withFilter } from '../shell/route.ts'
import { visible } from '../shell/visible.ts'

const COLUMNS = ['Model', 'Calls', 'Errors', 'p50', 'p95', 'First token', 'Input', 'Output', 'Cost'] as const

export function ModelTable({ overview, filter }: { overview: OverviewAnswer; filter: URLSearchParams }) {
  const most = Math.max(...overview.models.map((model) => model.calls))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways on narrow screens, by keyboard too
    <section class="table-scroll" tabIndex={0} aria-label="By model">
      <table class="model-table">
        <thead>
          <tr>
            {COLUMNS.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {overview.models.map((model) => (
            <tr key={model.model}>
              <th scope="row">
                <a href={hrefOf({ page: 'list' }, withFilter(filter, 'model', [model.model]))}>
                  {visible(model.model) || 'unknown'}
                </a>
                <span class="share" aria-hidden="true">
                  <span style={{ width: `${(model.calls / most) * 100}%` }} />
                </span>
              </th>
              <td>{formatCount(model.calls)}</td>
              <td class={model.errors > 0 ? 'is-bad' : ''}>
                {formatCount(model.errors)} <span class="under">{formatShare(model.errors, model.calls)}</span>
              </td>
              <td>{formatMs(model.p50_ms)}</td>
              <td>{formatMs(model.p95_ms)}</td>
              <td>{formatMs(model.first_token_p50_ms)}</td>
              <td>{formatShort(model.input_tokens)}</td>
              <td>{formatShort(model.output_tokens)}</td>
              <td>{formatCost(model.cost_usd)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
