import { expect, it } from "vitest";
import { createLogger } from "./logger.ts";

it("describes a failure and its causes without the data they carry", () => {
  const lines: string[] = [];
  const logger = createLogger({ level: "info", destination: { write: (line) => void lines.push(line) } });
  const cause = Object.assign(new Error("duplicate key"), { code: "23505", detail: "Key (email)=(me@example.org)" });
  const failure = new Error("Failed query: insert into chat_messages\nparams: between you and me", { cause });
  logger.error({ err: failure }, "request failed");
  expect(JSON.parse(lines.join(""))).toMatchObject({
    level: "error",
    msg: "request failed",
    err: { message: "Failed query: insert into chat_messages", cause: { message: "duplicate key", code: "23505" } },
  });
  expect(lines.join("")).not.toMatch(/between you and me|me@example\.org/);
});
