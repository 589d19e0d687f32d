export { SyncClientError, type SyncClientErrorCode } from "../errors.ts";
export type { SyncTrpcClient } from "../connection/transport.ts";
export type { Observable } from "../sync.ts";
export type { ExchangeFault, ExchangeLog, SyncExchange, TracedOperation } from "./exchange-log.ts";
export {
  inspectSync,
  type InspectedDeadLetter,
  type InspectedDevice,
  type InspectedOperation,
  type InspectedScope,
  type InspectOptions,
  type SyncInspection,
} from "./inspect-sync.ts";
export { traceSync, type SyncTrace, type TraceOptions } from "./trace-sync.ts";
