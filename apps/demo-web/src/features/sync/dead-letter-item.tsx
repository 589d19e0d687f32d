import type { DeadLetter } from "@tidemark/sync-client";
import { useDeadLetters } from "@tidemark/sync-client/react";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { useFocusOnMount } from "../../ui/focus-on-mount.ts";
import { formatAge } from "../../ui/time.ts";
import { describeOperation, withText } from "./describe-operation.ts";
import { describeWriteError } from "./write-errors.ts";

interface DeadLetterItemProps {
  readonly letter: DeadLetter;
  /** What fell with it: sent again, or given up, together. */
  readonly fallen: readonly DeadLetter[];
  readonly now: number;
}

export function DeadLetterItem({ letter, fallen, now }: DeadLetterItemProps) {
  const { retry, edit, discard } = useDeadLetters();
  const [correction, setCorrection] = useState<string>();
  const focus = useFocusOnMount();
  const [problem, setProblem] = useState<string>();
  const { title, text } = describeOperation(letter);

  async function decide(decision: Promise<void>) {
    try {
      await decision;
    } catch (error) {
      setProblem(describeWriteError(error));
    }
  }

  return (
    <li className="rounded-md border border-line p-3">
      <p className="flex justify-between gap-3 text-xs text-muted">
        <span>{title}</span>
        <span className="shrink-0">{formatAge(letter.at, now)}</span>
      </p>
      {text === undefined ? null : (
        <p className="line-clamp-4 text-sm [overflow-wrap:anywhere] whitespace-pre-wrap">{text}</p>
      )}
      <p className="mt-1 text-sm text-danger">{letter.error.message}</p>
      <FallenLetters letters={fallen} />
      {problem === undefined ? null : (
        <p role="alert" className="mt-1 text-sm text-danger">
          {problem}
        </p>
      )}
      {correction === undefined ? (
        <div className="mt-2 flex flex-wrap gap-1">
          <Button size="small" onClick={() => void decide(retry(letter.id))}>
            Retry
          </Button>
          {text === undefined ? null : (
            <Button size="small" onClick={() => setCorrection(text)}>
              Edit
            </Button>
          )}
          <Button size="small" look="danger" onClick={() => void decide(discard(letter.id))}>
            Discard
          </Button>
        </div>
      ) : (
        <div className="mt-2">
          <textarea
            aria-label="Corrected text"
            ref={focus}
            rows={3}
            value={correction}
            onChange={(event) => setCorrection(event.target.value)}
            className="block w-full rounded-md border border-line-strong bg-surface px-3 py-2 text-sm focus-visible:outline-offset-0"
          />
          <div className="mt-2 flex gap-1">
            <Button
              size="small"
              look="primary"
              disabled={correction.trim() === ""}
              onClick={() => void decide(edit(letter.id, withText(letter.args, correction.trim())))}
            >
              Send again
            </Button>
            <Button size="small" onClick={() => setCorrection(undefined)}>
              Cancel
            </Button>
          </div>
        </div>
      )}
    </li>
  );
}

function FallenLetters({ letters }: { readonly letters: readonly DeadLetter[] }) {
  if (letters.length === 0) return null;
  return (
    <div className="mt-2 border-l-2 border-line pl-3 text-sm">
      <p className="text-xs text-muted">
        {letters.length === 1 ? "This change goes with it:" : `These ${letters.length} changes go with it:`}
      </p>
      <ul>
        {letters.map((letter) => {
          const { title, text } = describeOperation(letter);
          return (
            <li key={letter.id} className="line-clamp-2 [overflow-wrap:anywhere]">
              {text === undefined ? title : `${title}: ${text}`}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
