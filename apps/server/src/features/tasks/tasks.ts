/** Work that waits on the server until somebody or something runs it. */
export const taskNames = ["board_operation", "chat_message", "notification", "sync_push"] as const;
export type TaskName = (typeof taskNames)[number];

export interface TaskOutcome {
  readonly applied: number;
  readonly rejected: number;
  /** Failed again, and wait for the next run. */
  readonly stillParked: number;
}

export interface Task {
  /** How many wait. */
  find(): Promise<number>;
  /** `onProgress` hears how far it came after each. */
  run(onProgress: (outcome: TaskOutcome) => void): Promise<TaskOutcome>;
}

/** The tasks that have something to run; of the other names nothing can wait yet. */
export type Tasks = Partial<Readonly<Record<TaskName, Task>>>;
