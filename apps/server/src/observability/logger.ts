import { destination as openDestination, pino, type DestinationStream, type Logger } from "pino";

export type { Logger } from "pino";

/** Lines are gathered: a system call for each would cost more than making the line. */
const FLUSH_AT_BYTES = 4096;
/** How late a line may be. An exit writes what is left, also one after a failure that nobody foresaw. */
const FLUSH_EVERY_MS = 100;
/** When nobody reads the log any more, lines are lost and memory is not. */
const MOST_WAITING_BYTES = 16 * 1024 * 1024;

/** JSON lines. What people wrote, tokens and passwords never reach a log: failures are described, not dumped. */
export function createLogger(options: { readonly level: string; readonly destination?: DestinationStream }): Logger {
  const settings = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeFailure },
  };
  return pino(settings, options.destination ?? openStandardOutput());
}

function openStandardOutput(): DestinationStream {
  return openDestination({
    dest: 1,
    sync: false,
    minLength: FLUSH_AT_BYTES,
    periodicFlush: FLUSH_EVERY_MS,
    maxLength: MOST_WAITING_BYTES,
  });
}

export interface FailureDescription {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: FailureDescription;
}

/** An error without the data it carries: database errors bring statements' parameters, which are people's texts. */
export function describeFailure(error: unknown, depth = 0): FailureDescription {
  if (!(error instanceof Error)) return { type: typeof error, message: "A value that is no error was thrown." };
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  const frames = error.stack?.split("\n").filter((line) => line.startsWith("    at "));
  return {
    type: error.name,
    message: withoutParameters(error.message),
    ...(code !== undefined && { code }),
    ...(frames !== undefined && { stack: frames.slice(0, 20).join("\n") }),
    ...(error.cause !== undefined && depth < 4 && { cause: describeFailure(error.cause, depth + 1) }),
  };
}

const withoutParameters = (message: string) => message.replace(/\n?params:[\s\S]*$/, "").slice(0, 2000);
