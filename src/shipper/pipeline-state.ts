// What others see of a running pipeline: how far it is. Worker.

export interface PipelineState {
  /** Number of the newest drain that this pipeline has served or given up. */
  drainServed: number
  pendingCount: number
  isIdle: boolean
  /** All that its lane holds now has been read. */
  isRead: boolean
}

export function newPipelineState(): PipelineState {
  return { drainServed: 0, pendingCount: 0, isIdle: false, isRead: false }
}
