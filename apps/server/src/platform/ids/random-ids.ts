import { randomUUID } from "node:crypto";
import type { Ids } from "./ids.ts";

export function createRandomIds(): Ids {
  return { uuid: () => randomUUID() };
}
