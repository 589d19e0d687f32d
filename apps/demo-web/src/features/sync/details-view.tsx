import type { SyncInspection } from "@tidemark/sync-client/inspect";
import { useLive } from "@tidemark/sync-client/react";
import { systemClock } from "../../clock.ts";
import { Button } from "../../ui/button.tsx";
import { CopyIcon } from "../../ui/icons.tsx";
import { Notice } from "../../ui/notice.tsx";
import { useToasts } from "../../ui/toast.tsx";
import { CursorTable, QueueTable, VerdictTable } from "./details-tables.tsx";
import { ExchangeTable } from "./exchange-table.tsx";
import { PanelSection } from "./panel-section.tsx";
import { useExchanges, useInspection, useStatusView } from "./sync-tools.tsx";

/** The same as the overview, exactly: for whoever builds on the engine, or helps somebody by mail. */
export function DetailsView() {
  const found = useInspection();
  const { texts } = useStatusView();
  if (found === undefined) return <div className="h-96 border-t border-line" />;
  if (found instanceof Error) {
    return (
      <div className="border-t border-line p-4">
        <Notice tone="danger">{texts.notInspected(found.message)}</Notice>
      </div>
    );
  }
  return (
    <>
      <div className="border-t border-line px-4 py-4">
        <Facts inspection={found} />
        <CopyJson inspection={found} />
      </div>
      <CursorTable scopes={found.scopes} />
      <QueueTable operations={found.operations} />
      <ExchangeTable />
      <Verdicts />
    </>
  );
}

function Facts({ inspection: { device, contract, database } }: { readonly inspection: SyncInspection }) {
  const { texts, formats, status } = useStatusView();
  const figures = [
    [texts.factVerdicts, device?.verdictSeq ?? 0],
    [texts.factPulled, device?.pulledSeq ?? 0],
    [texts.factConfirmed, device?.confirmedSeq ?? 0],
  ] as const;
  const facts: readonly (readonly [name: string, value: string])[] = [
    [texts.factDevice, device?.deviceId ?? texts.none],
    [texts.factEpoch, device?.epoch ?? texts.none],
    [texts.factContract, `${contract.name} v${contract.version}`],
    [texts.factTab, status.isLeader ? texts.leads : texts.follows],
    ...(device === null || device.replaces.length === 0
      ? []
      : [[texts.factFormer, device.replaces.join(", ")] as const]),
    [texts.factDatabase, database],
    [texts.factBytes, status.storage === null ? texts.none : `${formats.number(status.storage.usedBytes)} B`],
  ];
  return (
    <>
      <p className="mb-1.5 text-xs text-muted">{texts.factSeq}</p>
      <dl className="grid grid-cols-3 gap-2">
        {figures.map(([name, value]) => (
          <div key={name} className="flex flex-col-reverse justify-end rounded-lg bg-sunken px-3 py-2">
            <dt className="text-xs text-muted">{name}</dt>
            <dd className="text-lg font-semibold tabular-nums">{formats.number(value)}</dd>
          </div>
        ))}
      </dl>
      <dl className="mt-3 space-y-1.5 text-xs">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt className="text-muted">{name}</dt>
            <dd className="font-mono break-all select-all">{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

function CopyJson({ inspection }: { readonly inspection: SyncInspection }) {
  const { texts, status } = useStatusView();
  const exchanges = useExchanges();
  const { show } = useToasts();
  async function copy() {
    const report = { at: new Date(systemClock.now()).toISOString(), status, ...inspection, exchanges };
    try {
      await navigator.clipboard.writeText(JSON.stringify(report, null, 2));
      show({ text: texts.copied, tone: "success" });
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      show({ text: texts.notCopied });
    }
  }
  return (
    <Button size="small" className="mt-3" icon={<CopyIcon />} onClick={() => void copy()}>
      {texts.copyJson}
    </Button>
  );
}

function Verdicts() {
  const { texts } = useStatusView();
  const verdicts = useLive("verdict", {});
  if (verdicts.length === 0) return null;
  return (
    <PanelSection title={texts.verdictsTitle} count={verdicts.length} hint={texts.verdictsHint}>
      <VerdictTable verdicts={verdicts} />
    </PanelSection>
  );
}
