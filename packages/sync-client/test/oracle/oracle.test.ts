import { describe } from "vitest";
import { keepsItsPromises } from "./oracle-suite.ts";

describe("a simulated world of model clients, bad lines, killed servers and restored backups", () => {
  keepsItsPromises("model", "I1 to I9");
});
