// The program's wall clock is set back by an hour a second after its start, as ntpdate may do.
const { now } = Date
setTimeout(() => {
  Date.now = () => now() - 3600_000
}, 1000).unref()
