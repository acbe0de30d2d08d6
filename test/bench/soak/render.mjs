// The soak's part of docs/benchmarks.md. In: results/soak.json. Out: text.
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
    ['states of the endpoint', list(soak.phases)],
    ['**lost**', faults.lost],
    ['**two records of one call** (different ids)', faults.double],
    ['**wrong content or status**', faults.wrong],
    ['**incomplete although the program had its answer**', faults.incompleteThoughAnswered],
    ['incomplete: under way when the program was killed', counts.incomplete],
    ['sent again with the same id', counts.sentAgain],
    ['programs that ended otherwise than without the hook', soak.odd.length],
    ['left on disk after `neatlogs ship`', `${soak.lanesLeft} lanes${soak.rejected ? ', and rejected records' : ''}`],
    ['memory of the program that lived to the end, by quarters', `${soak.memoryMb.map(Math.round).join(', ')} MB`],
    ['the same program without the hook', `${soak.bareMemoryMb.map(Math.round).join(', ')} MB`],
    ['spool at its largest', `${Math.round(soak.spoolPeakMb)} MB`],
  ]
  return `## Soak

${circumstances}
Four programs at a time call the fixture model server (plain, tools, streams, long and left streams, retries, errors, cut bodies, 1 MiB answers) for ${minutes}
minutes and are killed or end at random, while the endpoint fails at random; then \`neatlogs ship\` runs, and each call that was served is compared
with what arrived, request and answer, text by text. Seed ${seed}.

| | |
| --- | --- |
${lines.map(([what, value]) => `| ${what} | ${value} |`).join('\n')}

Budget: nothing lost, nothing wrong: ${isClean(soak) ? 'met' : '**not met**'}.
`
}

function isClean({ faults, odd, lanesLeft, rejected }) {
  return Object.values(faults).every((count) => count === 0) && odd.length === 0 && lanesLeft === 0 && !rejected
}
