// One chart over time, drawn by uPlot on a canvas. In: columns. Out: the chart, its legend following the pointer, and a
// sentence for those who do not see it. Colours come from the style sheet, so that it follows dark and light.
import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
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
}

const HEIGHT_PX = 168

export function Chart({ title, times, lines, format }: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | null>(null)
  const theme = useTheme()
  const shape = lines.map((line) => line.name).join()
  const data = dataOf(times, lines)
  useEffect(() => {
    const element = place.current
    if (!element) return
    plot.current = new uPlot(optionsOf(element, lines, format), data, element)
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

function dataOf(times: readonly number[], lines: readonly Line[]): uPlot.AlignedData {
  return [times.map((ms) => ms / 1000), ...lines.map((line) => [...line.values])] as uPlot.AlignedData
}

function sayInWords(lines: readonly Line[], format: (value: number) => string): string {
  const sentences = lines.map((line) => {
    const values = line.values.filter((value) => value !== null)
    if (values.length === 0) return `${line.name}: nothing.`
    return `${line.name}: from ${format(Math.min(...values))} to ${format(Math.max(...values))}.`
  })
  return sentences.join(' ')
}

function optionsOf(element: HTMLElement, lines: readonly Line[], format: (value: number) => string): uPlot.Options {
  const style = getComputedStyle(element)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  const axis = { stroke: colour('--muted'), font: `11px ${style.fontFamily}`, ticks: { show: false } }
  const grid = { stroke: colour('--line'), width: 1 }
  return {
    width: element.clientWidth,
    height: HEIGHT_PX,
    padding: [8, 8, 0, 0],
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    legend: { live: true },
    scales: { y: { range: (_plot, _low, high) => [0, high > 0 ? high * 1.12 : 1] } },
    axes: [
      { ...axis, grid: { show: false }, space: 64 },
      { ...axis, grid, size: 54, space: 32, values: (_plot, values) => values.map(format) },
    ],
    series: [{ value: '{DD} {MMM} {HH}:{mm}' }, ...lines.map((line) => seriesOf(line, colour(line.colour), format))],
  }
}

function seriesOf(line: Line, stroke: string, format: (value: number) => string): uPlot.Series {
  const isBars = line.shape === 'bars'
  const bars = uPlot.paths.bars?.({ size: [0.7, 14], radius: 0.15 })
  return {
    label: line.name,
    stroke,
    width: isBars ? 0 : 1.75,
    spanGaps: true,
    points: { show: false },
    value: (_plot, value) => (value === null || value === undefined ? '–' : format(value)),
    ...(isBars ? { fill: stroke } : {}),
    ...(isBars && bars ? { paths: bars } : {}),
  }
}
