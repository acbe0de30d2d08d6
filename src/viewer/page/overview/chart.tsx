// One chart over time, drawn by uPlot on a canvas. In: columns. Out: the chart, its legend following the pointer, and a
// sentence for those who do not see it. Colours come from the style sheet, so that it follows dark and light.
import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { formatClock } from '../shell/format.ts'
import { useTheme } from '../shell/theme.ts'

export interface Line {
  readonly name: string
  readonly values: readonly (number | null)[]
  /** A custom property of the style sheet, e.g. `--chart-1`. */
  readonly colour: string
  readonly shape: 'bars' | 'line'
}

export interface ChartProps {
  readonly title: string
  /** Begin of each bucket, epoch milliseconds. */
  readonly times: readonly number[]
  readonly lines: readonly Line[]
  readonly format: (value: number) => string
  /** Puts the bars on top of each other; the legend still tells each one's own value. */
  readonly isStacked?: boolean
}

const HEIGHT_PX = 156
const DAY_S = 86_400

export function Chart({ title, times, lines, format, isStacked = false }: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const theme = useTheme()
  const shape = lines.map((line) => line.name).join()
  const data = dataOf(times, lines, isStacked)
  const latest = useRef(lines)
  latest.current = lines
  useEffect(() => {
    const element = place.current
    if (!element) return
    plot.current = new uPlot(optionsOf(element, latest, format), data, element)
    const observer = new ResizeObserver(() => plot.current?.setSize({ width: element.clientWidth, height: HEIGHT_PX }))
    observer.observe(element)
    return () => {
      observer.disconnect()
      plot.current?.destroy()
      plot.current = null
    }
  }, [theme, shape])
  useEffect(() => plot.current?.setData(data), [times, lines])
  return (
    <figure class="chart">
      <figcaption>{title}</figcaption>
      <p class="hidden">{sayInWords(lines, format)}</p>
      <div ref={place} aria-hidden="true" />
    </figure>
  )
}

/** Stacked, a line's points are the sum of its own values and those of the lines after it, which are drawn over it. */
function dataOf(times: readonly number[], lines: readonly Line[], isStacked: boolean): uPlot.AlignedData {
  const columns = lines.map((line, at) =>
    isStacked
      ? line.values.map((_, i) => lines.slice(at).reduce((sum, { values }) => sum + (values[i] ?? 0), 0))
      : [...line.values],
  )
  return [times.map((ms) => ms / 1000), ...columns] as uPlot.AlignedData
}

function sayInWords(lines: readonly Line[], format: (value: number) => string): string {
  const sentences = lines.map((line) => {
    const values = line.values.filter((value) => value !== null)
    if (values.length === 0) return `${line.name}: nothing.`
    return `${line.name}: from ${format(Math.min(...values))} to ${format(Math.max(...values))}.`
  })
  return sentences.join(' ')
}

interface Look {
  readonly latest: { readonly current: readonly Line[] }
  readonly format: (value: number) => string
  readonly colour: (name: string) => string
}

function optionsOf(element: HTMLElement, latest: Look['latest'], format: Look['format']): uPlot.Options {
  const style = getComputedStyle(element)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  const look = { latest, format, colour }
  const lines = latest.current
  return {
    width: element.clientWidth,
    height: HEIGHT_PX,
    padding: [8, 4, 0, 0],
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    legend: { markers: { width: 0, fill: (_plot, at) => colour(lines[at - 1]?.colour ?? '--muted') } },
    scales: {
      x: { range: (plot, low, high) => widen(plot, low, high) },
      y: { range: (_plot, _low, high) => [0, high > 0 ? high * 1.12 : 1] },
    },
    axes: axesOf(look, `11px ${style.fontFamily}`),
    series: [
      { value: (_plot, value) => (value === null ? '' : moment(value)) },
      ...lines.map((line, at) => seriesOf(line, at, look)),
    ],
  }
}

function axesOf({ colour, format }: Look, font: string): uPlot.Axis[] {
  const axis = { stroke: colour('--muted'), font, ticks: { show: false } }
  const grid = { stroke: colour('--line'), width: 1 }
  const times: uPlot.Axis = {
    ...axis,
    grid: { show: false },
    space: 64,
    size: 28,
    values: (_plot, values, _at, _space, step) => clock(values, step),
  }
  return [
    times,
    { ...axis, grid, size: 54, space: 32, values: (_plot, values) => values.map((value) => shortened(format(value))) },
  ]
}

function seriesOf(line: Line, at: number, { latest, format, colour }: Look): uPlot.Series {
  const isBars = line.shape === 'bars'
  const bars = uPlot.paths.bars?.({ size: [0.7, 14], radius: 0.15 })
  return {
    label: line.name,
    stroke: colour(line.colour),
    width: isBars ? 0 : 1.75,
    spanGaps: true,
    points: { show: false },
    value: (_plot, _value, _series, index) => legendValue(latest.current[at]?.values[index ?? -1], format),
    ...(isBars ? { fill: colour(line.colour) } : {}),
    ...(isBars && bars ? { paths: bars } : {}),
  }
}

function legendValue(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined ? '–' : format(value)
}

/** Half a bucket more on both sides, so that the first and the last bar are whole. */
function widen(plot: uPlot, low: number, high: number): [number, number] {
  const [times] = plot.data
  const half = ((times[1] ?? low + 60) - (times[0] ?? low)) / 2
  return [low - half, high + half]
}

/** `14:00`, and the day at midnight or when the ticks are days apart. */
function clock(seconds: readonly number[], step: number): string[] {
  return seconds.map((second) => {
    const time = formatClock(second * 1000)
    if (step >= DAY_S || time === '00:00:00') return new Date(second * 1000).toLocaleDateString('en-GB', DAY)
    return step < 60 ? time : time.slice(0, 5)
  })
}

const DAY = { day: 'numeric', month: 'short' } as const

function moment(second: number): string {
  return `${new Date(second * 1000).toLocaleDateString('en-GB', DAY)} ${formatClock(second * 1000)}`
}

/** Axis labels are round: `10.0 s` is `10 s`, `$0.1000` is `$0.1`. */
function shortened(label: string): string {
  const round = label.replace(/(\.\d*?)0+(?=\D|$)/, '$1').replace(/\.(?=\D|$)/, '')
  return /^\$?0( ms)?$/.test(round) ? '0' : round
}
