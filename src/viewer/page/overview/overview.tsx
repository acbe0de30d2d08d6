// The overview: figures and charts over the filtered calls, and one row per model. In: the filter. Out: a page, live.
import type { OverviewAnswer, Series } from '../../api.ts'
import { FilterBar } from '../list/filter-bar.tsx'
import { formatCost, formatCount, formatMs, formatShare, formatShort } from '../shell/format.ts'
import { useKeys } from '../shell/keys.ts'
import { useLive } from '../shell/live.ts'
import { goTo } from '../shell/navigation.ts'
import { hrefOf } from '../shell/route.ts'
import { Tile, Tiles } from '../shell/tiles.tsx'
import { useAnswer } from '../shell/use-answer.ts'
import { useSlow } from '../shell/use-slow.ts'
import { Chart } from './chart.tsx'
import { ModelTable } from './model-table.tsx'

const REFRESH_MS = 1500

export function OverviewPage({ filter }: { filter: URLSearchParams }) {
  const version = useSlow(useLive().change?.version ?? 0, REFRESH_MS)
  const { value, error } = useAnswer<OverviewAnswer>(`/api/overview?${filter}`, version)
  useKeys({ Escape: () => goTo(hrefOf({ page: 'list' }, filter)) })
  return (
    <main class="page overview-page">
      <h1 class="hidden">Overview</h1>
      <FilterBar filter={filter} />
      {error && !value && <p class="muted">{error.message}</p>}
      {value && <Figures overview={value} />}
      {value && value.totals.calls > 0 && <Charts series={value.series} bucketMs={value.bucket_ms} />}
      {value && value.totals.calls > 0 && <ModelTable overview={value} filter={filter} />}
      {value?.totals.calls === 0 && <p class="empty-note">No call passes this filter.</p>}
    </main>
  )
}

function Figures({ overview: { totals } }: { overview: OverviewAnswer }) {
  const tokens = `${formatShort(totals.input_tokens)} in · ${formatShort(totals.output_tokens)} out`
  return (
    <Tiles label="Figures">
      <Tile name="Calls" value={formatCount(totals.calls)} />
      <Tile
        name="Errors"
        value={formatCount(totals.errors)}
        note={formatShare(totals.errors, totals.calls)}
        isBad={totals.errors > 0}
      />
      <Tile name="Latency p50" value={formatMs(totals.p50_ms)} />
      <Tile name="Latency p95" value={formatMs(totals.p95_ms)} />
      <Tile name="First token p50" value={formatMs(totals.first_token_p50_ms)} />
      <Tile name="Tokens" value={formatShort(totals.input_tokens + totals.output_tokens)} note={tokens} />
      <Tile name="Cost" value={formatCost(totals.cost_usd)} />
    </Tiles>
  )
}

function Charts({ series, bucketMs }: { series: Series; bucketMs: number }) {
  const per = `per ${formatBucket(bucketMs)}`
  return (
    <div class="charts">
      <Chart
        title={`Calls ${per}`}
        times={series.t}
        format={formatShort}
        lines={[
          { name: 'Calls', values: series.calls, colour: '--chart-calls', shape: 'bars' },
          { name: 'Errors', values: series.errors, colour: '--chart-errors', shape: 'bars' },
        ]}
      />
      <Chart
        title="Latency"
        times={series.t}
        format={formatMs}
        lines={[
          { name: 'p95', values: series.p95_ms, colour: '--chart-p95', shape: 'line' },
          { name: 'p50', values: series.p50_ms, colour: '--chart-p50', shape: 'line' },
        ]}
      />
      <Chart
        title={`Tokens ${per}`}
        isStacked
        times={series.t}
        format={formatShort}
        lines={[
          { name: 'Input', values: series.input_tokens, colour: '--chart-input', shape: 'bars' },
          { name: 'Output', values: series.output_tokens, colour: '--chart-output', shape: 'bars' },
        ]}
      />
      <Chart
        title={`Cost ${per}`}
        times={series.t}
        format={formatCost}
        lines={[{ name: 'US dollars', values: series.cost_usd, colour: '--chart-cost', shape: 'bars' }]}
      />
    </div>
  )
}

const BUCKET_UNITS = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1000, 'second'],
] as const

function formatBucket(bucketMs: number): string {
  for (const [ms, unit] of BUCKET_UNITS) if (bucketMs >= ms) return bucketMs === ms ? unit : `${bucketMs / ms} ${unit}s`
  return `${bucketMs} ms`
}
