import { bugsOfYears } from "./bugs-of-years.ts";
import { bugsOfAccess } from "./bugs-of-access.ts";
import { bugsOfHandlers } from "./bugs-of-handlers.ts";
import { bugsOfPulls } from "./bugs-of-pulls.ts";
import { bugsOfWrites } from "./bugs-of-writes.ts";
import type { PlantedBug } from "./planted-bug.ts";

/** Every way of being wrong that the oracle is proved to notice (I11). */
export const plantedBugs: readonly PlantedBug[] = [
  ...bugsOfWrites,
  ...bugsOfHandlers,
  ...bugsOfPulls,
  ...bugsOfAccess,
  ...bugsOfYears,
];
