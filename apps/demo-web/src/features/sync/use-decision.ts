import { useState } from "react";
import { useTexts } from "../../i18n/use-texts.tsx";
import { describeWriteError } from "./write-errors.ts";

/** A person's decision on its way into the storage, and why it could not be stored. */
export function useDecision() {
  const texts = useTexts("sync");
  const [problem, setProblem] = useState<string>();
  async function decide(decision: Promise<unknown>): Promise<void> {
    try {
      await decision;
      setProblem(undefined);
    } catch (error) {
      setProblem(describeWriteError(error, texts));
    }
  }
  return { problem, decide };
}
