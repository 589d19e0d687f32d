import type { ContractRows, TidemarkContract } from "@tidemark/api/contracts";
import type { InspectedOperation, InspectedScope } from "@tidemark/sync-client/inspect";
import type { ReactNode } from "react";
import { PanelSection } from "./panel-section.tsx";
import { shortIds } from "./short-ids.ts";
import { useStatusView } from "./sync-tools.tsx";

/** The newest of a long queue are not listed; the copy has them all. */
const SHOWN = 50;

export function CursorTable({ scopes }: { readonly scopes: readonly InspectedScope[] }) {
  const { texts } = useStatusView();
  if (scopes.length === 0) return null;
  return (
    <PanelSection title={texts.cursorTitle} hint={texts.cursorHint}>
      <Table
        heads={[texts.scope, texts.version, texts.rows]}
        numbers={[texts.version, texts.rows]}
        label={texts.cursorTitle}
      >
        {scopes.map(({ scope, version, rows }) => (
          <tr key={scope} data-scope={scope} data-version={version}>
            <Cell isId>{scope}</Cell>
            <Cell isNumber>{version ?? "–"}</Cell>
            <Cell isNumber>{rows}</Cell>
          </tr>
        ))}
      </Table>
    </PanelSection>
  );
}

export function QueueTable({ operations }: { readonly operations: readonly InspectedOperation[] }) {
  const { texts } = useStatusView();
  if (operations.length === 0) return null;
  const rest = operations.length - SHOWN;
  return (
    <PanelSection title={texts.queueTitle} count={operations.length}>
      <Table heads={["seq", "op", "id", "base", "B"]} numbers={["seq", "base", "B"]} label={texts.queueTitle}>
        {operations.slice(0, SHOWN).map(({ id, seq, name, state, base, bytes, retired, group }) => (
          <tr key={id} data-seq={seq}>
            <Cell isNumber>{seq}</Cell>
            <Cell>
              {name}
              {state === "settled" ? " ✓" : ""}
              {retired === null ? "" : ` (${retired})`}
            </Cell>
            <Cell isId title={group === null ? id : `${id}, group ${group}`}>
              {id}
            </Cell>
            <Cell isNumber>{base ?? "–"}</Cell>
            <Cell isNumber>{bytes}</Cell>
          </tr>
        ))}
      </Table>
      {rest > 0 ? <p className="mt-2 text-xs text-muted">{texts.more(rest)}</p> : null}
    </PanelSection>
  );
}

type Verdict = ContractRows<TidemarkContract>["verdict"];

export function VerdictTable({ verdicts }: { readonly verdicts: readonly Verdict[] }) {
  const { texts } = useStatusView();
  return (
    <Table heads={["seq", "id", "verdict"]} numbers={["seq"]} label={texts.verdictsTitle}>
      {verdicts.map(({ id, seq, status, error }) => (
        <tr key={id}>
          <Cell isNumber>{seq}</Cell>
          <Cell isId>{id}</Cell>
          <Cell>{error === undefined ? status : `${status} ${error.code}`}</Cell>
        </tr>
      ))}
    </Table>
  );
}

interface TableProps {
  readonly label: string;
  readonly heads: readonly string[];
  /** Those of them whose cells are numbers. */
  readonly numbers: readonly string[];
  readonly children: ReactNode;
}

/** Figures in a narrow place: ids are shortened, their whole is in the tooltip and in the copy. */
export function Table({ label, heads, numbers, children }: TableProps) {
  return (
    <table className="w-full table-auto border-collapse font-mono text-xs" aria-label={label}>
      <thead>
        <tr className="text-left text-muted">
          {heads.map((head) => (
            <th
              key={head}
              scope="col"
              className={`pr-3 pb-1 font-normal last:pr-0 ${numbers.includes(head) ? "text-right" : ""}`}
            >
              {head}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="[&>tr]:border-t [&>tr]:border-line">{children}</tbody>
    </table>
  );
}

interface CellProps {
  readonly isId?: boolean;
  readonly isNumber?: boolean;
  readonly title?: string;
  readonly children: ReactNode;
}

export function Cell({ isId = false, isNumber = false, title, children }: CellProps) {
  const text = typeof children === "string" ? children : undefined;
  return (
    <td
      title={isId ? (title ?? text) : undefined}
      className={`py-1 pr-3 align-top last:pr-0 ${isId ? "w-full max-w-0 truncate" : "whitespace-nowrap"} ${isNumber ? "text-right tabular-nums" : ""}`}
    >
      {isId && text !== undefined ? shortIds(text) : children}
    </td>
  );
}
