// The soak's part of docs/benchmarks.md. In: results/soak.json. Out: text.
import { isClean } from './compare.mjs'

const list = (counts) =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ')

/** Gives the section. */
export function soakSection(soak, circumstances) {
  const { counts, faults, minutes, seed } = soak
  const lines = [
    ['calls served by the model server', counts.served.toLocaleString('en-US')],
    ['programs started and ended', `${soak.programs} (${list(soak.endedBy)})`],
    ['states of the endpoints', list(soak.phases)],
    ['states of the disks', list(soak.disks ?? {})],
    ['**lost**', faults.lost],
    ['**two records of one call** (different ids)', faults.double],
    ['**wrong content or status**', faults.wrong],
    ['**incomplete although the program had its answer**', faults.incompleteThoughAnswered],
    ['incomplete: under way when the program was killed', counts.incomplete],
    ['sent again with the same id', counts.sentAgain],
    ...ofNewSoaks(soak),
    ['programs that ended otherwise than without the hook', soak.odd.length],
    ['left on disk after `neatlogs ship`', `${soak.lanesLeft} lanes${soak.rejected ? ', and rejected records' : ''}`],
    ['memory of the program that lived to the end, by quarters', `${soak.memoryMb.map(Math.round).join(', ')} MB`],
    ['the same program without the hook', `${soak.bareMemoryMb.map(Math.round).join(', ')} MB`],
    ['spool at its largest', `${Math.round(soak.spoolPeakMb)} MB`],
  ]
  return `## Soak

${circumstances}
Programs call the fixture model server (plain, tools, streams, long and left streams, retries, errors, cut bodies, 1 MiB answers) for ${minutes} minutes: four
to a NeatLogs endpoint and two over gRPC to a collector that takes metrics too are killed or end at random; one is on a disk that is full at its start, and
again and again, one has its folder deleted with calls in flight, one may write no file beyond 4 MB. Endpoints fail at random, and one call is answered 500 as long as
programs run. Then \`neatlogs ship\` runs, and each call that was served is compared with what arrived, request and answer, text by text. Seed ${seed}.

| | |
| --- | --- |
${lines.map(([what, value]) => `| ${what} | ${value} |`).join('\n')}

Budget: nothing lost, nothing wrong: ${isClean(soak) ? 'met' : '**not met**'}.
`
}

function ofNewSoaks({ poison, measured }) {
  if (poison === undefined) return []
  const { tries, arrived } = poison
  const end = arrived === null ? 'not made' : arrived > 0 ? 'kept, and arrived once it was taken' : '**lost**'
  return [
    ['the call that is answered 500', `tried ${tries} times; ${end}`],
    ['calls over gRPC that have an end, and calls that metrics count', `${measured.calls}, ${measured.counted}`],
  ]
}
