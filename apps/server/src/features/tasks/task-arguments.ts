import { parseArgs } from "node:util";
import { taskNames, type TaskName } from "./tasks.ts";

export interface TaskRequest {
  readonly tasks: readonly TaskName[];
  readonly cleanup: boolean;
}

/** What the command line asks for, or one line that says what is wrong with it. */
export function parseTaskArguments(args: readonly string[]): TaskRequest | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        all: { type: "boolean", default: false },
        task: { type: "string", multiple: true, default: [] },
        cleanup: { type: "boolean", default: false },
      },
    });
    const unknown = values.task.find((name) => !isTaskName(name));
    if (unknown !== undefined) return `There is no task ${JSON.stringify(unknown)}: take ${taskNames.join(", ")}.`;
    if (!values.all && !values.cleanup && values.task.length === 0) return USAGE;
    const named = taskNames.filter((name) => values.all || values.task.includes(name));
    return { tasks: named, cleanup: values.cleanup };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return `${error.message.split(/\.\s/, 1)[0]}. ${USAGE}`;
  }
}

const USAGE = "Say what to run: --all, --task NAME (again for several) or --cleanup.";

const isTaskName = (name: string): name is TaskName => taskNames.some((known) => known === name);
