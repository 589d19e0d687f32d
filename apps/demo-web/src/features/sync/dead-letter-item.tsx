import type { ContractRows, TidemarkContract } from "@tidemark/api/contracts";
import type { DeadLetter } from "@tidemark/sync-client";
import { useDeadLetters } from "@tidemark/sync-client/react";
import { useState } from "react";
import { useFormats, useTexts } from "../../i18n/use-texts.tsx";
import { Button } from "../../ui/button.tsx";
import { useFocusOnMount } from "../../ui/focus-on-mount.ts";
import { CorrectionForm } from "./correction-form.tsx";
import { describeOperation, withText } from "./describe-operation.ts";
import { fieldName, valueText } from "./describe-conflict.ts";
import { toNextDecision } from "./next-decision.ts";
import { useDecision } from "./use-decision.ts";

interface DeadLetterItemProps {
  readonly letter: DeadLetter;
  /** What fell with it: sent again, or given up, together. */
  readonly fallen: readonly DeadLetter[];
  /** What the server said of a parked one since. */
  readonly verdict: ContractRows<TidemarkContract>["verdict"] | undefined;
  readonly now: number;
}

export function DeadLetterItem({ letter, fallen, verdict, now }: DeadLetterItemProps) {
  const { retry, edit, discard } = useDeadLetters();
  const [step, setStep] = useState<"asking" | "correcting" | "asking-again">("asking");
  const focusBack = useFocusOnMount(step === "asking-again");
  const { problem, decide } = useDecision();
  const texts = useTexts("sync");
  const formats = useFormats();
  const { title, text } = describeOperation(letter, texts);
  const isDone = hasTakenEffect({ letter, verdict });
  const colours = isDone ? "border-success/30 bg-success-soft/40" : "border-danger/30 bg-danger-soft/40";

  return (
    <li ref={toNextDecision} data-decision="" className={`rounded-lg border p-3 ${colours}`}>
      <p className="flex justify-between gap-3 text-xs text-muted">
        <span>{title}</span>
        <time dateTime={letter.at} title={formats.exactTime(letter.at)} className="shrink-0">
          {formats.age(letter.at, now)}
        </time>
      </p>
      {text === undefined ? null : (
        <p className="mt-0.5 line-clamp-4 text-sm font-medium [overflow-wrap:anywhere] whitespace-pre-wrap">{text}</p>
      )}
      <Reason letter={letter} verdict={verdict} />
      <ServerValues letter={letter} />
      <FallenLetters letters={fallen} />
      {problem === undefined ? null : (
        <p role="alert" className="mt-1 text-sm text-danger">
          {problem}
        </p>
      )}
      {step === "correcting" && text !== undefined ? (
        <CorrectionForm
          text={text}
          onSend={(correction) => void decide(edit(letter.id, withText(letter.args, correction)))}
          onCancel={() => setStep("asking-again")}
        />
      ) : (
        <div className="mt-2.5 flex flex-wrap gap-1.5">
          {/* Sent once more, it would be refused: it is there. What fell with it is not. */}
          {isDone && fallen.length === 0 ? null : (
            <>
              <Button size="small" onClick={() => void decide(retry(letter.id))}>
                {texts.retry}
              </Button>
              {text === undefined ? null : (
                <Button ref={focusBack} size="small" onClick={() => setStep("correcting")}>
                  {texts.edit}
                </Button>
              )}
            </>
          )}
          <Button size="small" look={isDone ? "secondary" : "quiet"} onClick={() => void decide(discard(letter.id))}>
            {isDone ? texts.dismiss : texts.discard}
          </Button>
        </div>
      )}
    </li>
  );
}

type Fate = Pick<DeadLetterItemProps, "letter" | "verdict">;

/** Parked, and run again since without a refusal. */
const hasTakenEffect = ({ letter, verdict }: Fate): boolean =>
  letter.status === "parked" && verdict !== undefined && verdict.error === undefined;

/** Why it was not accepted; of a parked one, which is the server's fault, what became of it there since. */
function Reason({ letter, verdict }: Fate) {
  const texts = useTexts("sync");
  if (hasTakenEffect({ letter, verdict })) {
    return <p className="mt-1 text-sm text-pretty text-success">{texts.parkedDone}</p>;
  }
  const { code, message } = verdict?.error ?? letter.error;
  const reason = texts.reason(code, message);
  const text =
    letter.status !== "parked" ? reason : verdict === undefined ? texts.parkedHint : texts.parkedRefused(reason);
  return <p className="mt-1 text-sm text-pretty text-danger">{text}</p>;
}

/** Where two people changed the same field and the contract leaves it to them: what stands on the server. */
function ServerValues({ letter: { conflict } }: Pick<DeadLetterItemProps, "letter">) {
  const texts = useTexts("sync");
  const formats = useFormats();
  if (conflict === undefined) return null;
  const entries = Object.entries(conflict.server as Readonly<Record<string, unknown>>);
  return (
    <div className="mt-2 border-l-2 border-line-strong/40 pl-3 text-sm">
      {entries.map(([field, value]) => (
        <p key={field} className="line-clamp-4 [overflow-wrap:anywhere]">
          <span className="text-muted">
            {texts.theirs}, {fieldName(field, texts)}:
          </span>{" "}
          {valueText({ field, value }, formats)}
        </p>
      ))}
      <p className="mt-1 text-muted">{texts.manualHint}</p>
    </div>
  );
}

function FallenLetters({ letters }: { readonly letters: readonly DeadLetter[] }) {
  const texts = useTexts("sync");
  if (letters.length === 0) return null;
  return (
    <div className="mt-2 border-l-2 border-danger/30 pl-3 text-sm">
      <p className="text-xs text-muted">{texts.fallen(letters.length)}</p>
      <ul>
        {letters.map((letter) => {
          const { title, text } = describeOperation(letter, texts);
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
