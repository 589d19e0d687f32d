import { pino, type DestinationStream, type Logger } from "pino";

export type { Logger } from "pino";

/** JSON lines. What people wrote, tokens and passwords never reach a log: failures are described, not dumped. */
export function createLogger(options: { readonly level: string; readonly destination?: DestinationStream }): Logger {
  const settings = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeFailure },
  };
  return options.destination === undefined ? pino(settings) : pino(settings, options.destination);
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
