import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "../observability/logger.ts";
import type { Metrics } from "../observability/metrics.ts";
import type { Clock } from "../platform/clock/clock.ts";
import type { SchemaRegistry } from "./schema-registry.ts";

/** Browsers send one or two kilobytes. */
const BODY_LIMIT_BYTES = 16_384;
const MAX_FIELD_LENGTH = 300;
/** A page that breaks the policy does so for every visitor: more lines would say nothing new. */
const MAX_LINES_PER_MINUTE = 30;
/** Directives that policies have; all else counts as `other`, since whoever reports chooses the text. */
const DIRECTIVES = new Set([
  "base-uri",
  "connect-src",
  "default-src",
  "font-src",
  "form-action",
  "frame-ancestors",
  "frame-src",
  "img-src",
  "manifest-src",
  "media-src",
  "object-src",
  "script-src",
  "script-src-attr",
  "script-src-elem",
  "style-src",
  "style-src-attr",
  "style-src-elem",
  "worker-src",
]);

export interface CspReportDeps {
  /** As in `CSP_REPORT_URI`; another host's reports are none of ours. */
  readonly reportUri: string;
  readonly schemas: SchemaRegistry;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly clock: Clock;
}

const SCHEMAS = ["csp.report", "csp.reports"];

interface Violation {
  readonly directive: string;
  readonly blocked: string;
  readonly document: string;
  readonly source: string;
}

/** Takes what browsers report of pages that broke the policy: counts it, and logs a bounded share. */
export function mountCspReports(app: FastifyInstance, deps: CspReportDeps): void {
  if (!deps.reportUri.startsWith("/")) return;
  const mayLog = createMinuteBudget(deps.clock, MAX_LINES_PER_MINUTE);
  // Not before the server listens: a start should wait for nothing that it can do without.
  app.addHook("onListen", async () => {
    for (const name of SCHEMAS) deps.schemas.prepare(name);
  });
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    const types = ["application/csp-report", "application/reports+json", "application/json"];
    scope.addContentTypeParser(types, { parseAs: "string" }, scope.getDefaultJsonParser("error", "error"));
    const path = deps.reportUri.replace(/(.)\/$/, "$1");
    // All that lies below `/api` has its place below `/api/v1` too.
    for (const url of new Set([path, path.replace(/^\/api\/(?!v1\/)/, "/api/v1/")]))
      scope.post(url, { bodyLimit: BODY_LIMIT_BYTES }, takeReport);
    function takeReport(request: FastifyRequest, reply: FastifyReply): FastifyReply {
      const isList = Array.isArray(request.body);
      deps.schemas.check(isList ? "csp.reports" : "csp.report", request.body);
      for (const violation of isList ? readList(request.body) : [readOne(request.body)]) {
        const directive = DIRECTIVES.has(violation.directive) ? violation.directive : "other";
        deps.metrics.cspReports.inc({ directive });
        if (mayLog()) deps.logger.warn({ violation: { ...violation, directive } }, "a page broke the content policy");
      }
      return reply.code(204).send();
    }
  });
}

/** `report-uri`: one report a request. */
function readOne(body: unknown): Violation {
  const report = fieldOf(body, "csp-report");
  return {
    directive: textOf(report, "effective-directive") || (textOf(report, "violated-directive").split(" ", 1)[0] ?? ""),
    blocked: textOf(report, "blocked-uri"),
    document: textOf(report, "document-uri"),
    source: textOf(report, "source-file"),
  };
}

/** The Reporting API: a list of reports of all kinds. */
function readList(reports: unknown): readonly Violation[] {
  if (!Array.isArray(reports)) return [];
  return reports
    .filter((report) => textOf(report, "type") === "csp-violation")
    .map((report) => {
      const body = fieldOf(report, "body");
      return {
        directive: textOf(body, "effectiveDirective"),
        blocked: textOf(body, "blockedURL"),
        document: textOf(body, "documentURL"),
        source: textOf(body, "sourceFile"),
      };
    });
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;

/** Cut short, on one line, and without the query, where tokens and people's words travel. */
function textOf(value: unknown, name: string): string {
  const text = fieldOf(value, name);
  if (typeof text !== "string") return "";
  const [address = ""] = text.split(/[?#]/, 1);
  return address.replace(/[^\x20-\x7e]/g, "").slice(0, MAX_FIELD_LENGTH);
}

function createMinuteBudget(clock: Clock, perMinute: number): () => boolean {
  let minute = -1;
  let used = 0;
  return () => {
    const current = Math.floor(clock.monotonic() / 60_000);
    if (current !== minute) {
      minute = current;
      used = 0;
    }
    used += 1;
    return used <= perMinute;
  };
}
