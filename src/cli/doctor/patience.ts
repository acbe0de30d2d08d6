// Doctor: how long a person waits. In: work that asks a server. Out: its answer, or what stands for none.

/** A server that is slower than this is as good as none. */
const TIMEOUT_MS = 10_000

/** Waits for the answer; `late` makes one of the reason. */
export async function inTime<Answer>(work: Promise<Answer>, late: (reason: string) => Answer): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const tooLate = new Promise<Answer>((resolve) => {
    timer = setTimeout(() => resolve(late(`no answer within ${TIMEOUT_MS} ms`)), TIMEOUT_MS)
  })
  try {
    return await Promise.race([work, tooLate])
  } finally {
    clearTimeout(timer)
  }
}
