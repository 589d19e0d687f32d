import type { Cleanup } from "./cleanup.ts";
import type { TaskRequest } from "./task-arguments.ts";
import type { TaskName, TaskOutcome, Tasks } from "./tasks.ts";

/** A line after so many. */
const PROGRESS_STEP = 100;

export interface RunTasksDeps {
  readonly tasks: Tasks;
  readonly cleanup: Cleanup;
  /** Takes one line for a person, without its end. */
  readonly write: (line: string) => void;
}

/** Runs what was asked for, once and now, one after the other: a line before and after each, and a summary at the end. */
export async function runTasks({ tasks, cleanup, write }: RunTasksDeps, request: TaskRequest): Promise<void> {
  const total = { found: 0, applied: 0, rejected: 0, stillParked: 0 };
  for (const name of request.tasks) {
    const { found, outcome } = await runTask(name);
    total.found += found;
    total.applied += outcome.applied;
    total.rejected += outcome.rejected;
    total.stillParked += outcome.stillParked;
  }
  if (request.cleanup) {
    write("cleanup: forgetting old deletions, ended sessions, expired invitations and tickets");
    const { deletions, sessions, invitations, tickets } = await cleanup.run();
    const forgotten = `${deletions} deletions, ${sessions} sessions, ${invitations} invitations and ${tickets} tickets`;
    write(`cleanup: ${forgotten} forgotten`);
  }
  if (request.tasks.length > 0) write(`Done: ${total.found} found, ${describe(total)}.`);
  else write("Done.");

  async function runTask(name: TaskName): Promise<{ readonly found: number; readonly outcome: TaskOutcome }> {
    const task = tasks[name];
    if (task === undefined) {
      write(`${name}: 0 found; nothing of this kind exists yet`);
      return { found: 0, outcome: nothing };
    }
    const found = await task.find();
    if (found === 0) {
      write(`${name}: 0 found`);
      return { found, outcome: nothing };
    }
    write(`${name}: ${found} found, running them again, oldest first`);
    let nextLineAt = PROGRESS_STEP;
    const outcome = await task.run((progress) => {
      const done = progress.applied + progress.rejected + progress.stillParked;
      if (done < nextLineAt) return;
      nextLineAt = done + PROGRESS_STEP;
      write(`${name}: ${done} of ${found}, ${describe(progress)}`);
    });
    write(`${name}: ${describe(outcome)}`);
    return { found, outcome };
  }
}

const nothing: TaskOutcome = { applied: 0, rejected: 0, stillParked: 0 };

const describe = ({ applied, rejected, stillParked }: TaskOutcome) =>
  `${applied} applied, ${rejected} refused, ${stillParked} still failing`;
