import { createIds } from "@tidemark/api/contracts";
import { systemClock } from "./clock.ts";

/** A new id for an entity or an operation: a UUIDv7 that grows from call to call. */
export const newId: () => string = createIds(systemClock);
