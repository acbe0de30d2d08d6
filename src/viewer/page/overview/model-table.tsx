// Figures by model, most called first. In: the overview. Out: a table whose model names filter the list.
import type { OverviewAnswer } from '../../api.ts'
import { formatCost, formatCount, formatMs, formatShare, formatShort } from '../shell/format.ts'
import { hrefOf, withFilter } from '../shell/route.ts'
import { visible } from '../shell/visible.ts'

export function ModelTable({ overview, filter }: { overview: OverviewAnswer; filter: URLSearchParams }) {
  const most = Math.max(...overview.models.map((model) => model.calls))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways on narrow screens, by keyboard too
    <section class="table-scroll" tabIndex={0} aria-label="By model">
      <table class="model-table">
        <thead>
          <tr>
            <th scope="col">Model</th>
            <th scope="col">Calls</th>
            <th scope="col">Errors</th>
            <th scope="col">p50</th>
            <th scope="col">p95</th>
            <th scope="col">First token</th>
            <th scope="col">Input</th>
            <th scope="col">Output</th>
            <th scope="col">Cost</th>
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
