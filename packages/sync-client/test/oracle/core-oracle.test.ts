import { describe } from "vitest";
import { keepsItsPromises } from "./oracle-suite.ts";

describe("a simulated world of the SDK's core in tabs that are killed and frozen, over slow disks and bad lines", () => {
  keepsItsPromises("core", "I1 to I10, C5 and C7");
});
