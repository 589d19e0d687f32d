/**
 * The public scoring rules of Mozilla's HTTP Observatory (httpobs/docs/scoring.md of mozilla/http-observatory, and of
 * mdn/mdn-http-observatory after it), as far as one page and its cookies decide them. Not earned by any header is being on
 * the browsers' preload list (+5), and what a redirect from http does is the proxy's.
 */
export interface ScannedSite {
  readonly headers: Headers;
  readonly html: string;
  /** `Set-Cookie` lines that the site sends; a scan of the page alone sees none. */
  readonly cookies: readonly string[];
}

export interface Score {
  readonly score: number;
  readonly grade: string;
  /** Every rule that took or gave points, by its public name. */
  readonly modifiers: Readonly<Record<string, number>>;
}

type Finding = readonly [rule: string, modifier: number];

/** Bonuses count only where the score without them is an A. */
const BONUS_FROM = 90;

export function scoreSite(site: ScannedSite): Score {
  const policy = parsePolicy(site.headers.get("content-security-policy"));
  const findings = [
    contentPolicy(policy),
    cookies(site.cookies),
    crossOriginSharing(site.headers),
    referrerPolicy(site.headers),
    strictTransport(site.headers),
    subresourceIntegrity(site.html),
    contentTypeOptions(site.headers),
    frameOptions(site.headers, policy),
    resourcePolicy(site.headers),
  ];
  const penalties = findings.reduce((sum, [, modifier]) => sum + Math.min(modifier, 0), 100);
  const bonuses = findings.reduce((sum, [, modifier]) => sum + Math.max(modifier, 0), 0);
  const score = Math.max(0, penalties >= BONUS_FROM ? penalties + bonuses : penalties);
  return { score, grade: gradeOf(score), modifiers: Object.fromEntries(findings) };
}

type Policy = ReadonlyMap<string, readonly string[]>;

function parsePolicy(header: string | null): Policy | undefined {
  if (header === null) return undefined;
  const directives = header.split(";").map((part) => part.trim().split(/\s+/));
  return new Map(directives.map(([name = "", ...sources]) => [name.toLowerCase(), sources]));
}

function contentPolicy(policy: Policy | undefined): Finding {
  if (policy === undefined) return ["csp-not-implemented", -25];
  const fallback = policy.get("default-src") ?? ["*"];
  const scripts = policy.get("script-src") ?? fallback;
  const objects = policy.get("object-src") ?? fallback;
  const styles = policy.get("style-src") ?? fallback;
  const isLoose = (source: string) => ["'unsafe-inline'", "*", "data:", "http:", "https:"].includes(source);
  if ([...scripts, ...objects].some(isLoose)) return ["csp-implemented-with-unsafe-inline", -20];
  if ([...policy.values()].flat().some((source) => source.startsWith("http:"))) {
    return ["csp-implemented-with-insecure-scheme", -20];
  }
  if (scripts.includes("'unsafe-eval'")) return ["csp-implemented-with-unsafe-eval", -10];
  if (styles.some(isLoose)) return ["csp-implemented-with-unsafe-inline-in-style-src-only", 0];
  return fallback.join() === "'none'"
    ? ["csp-implemented-with-no-unsafe-default-src-none", 10]
    : ["csp-implemented-with-no-unsafe", 5];
}

function cookies(lines: readonly string[]): Finding {
  if (lines.length === 0) return ["cookies-not-found", 0];
  if (!lines.every((line) => /;\s*secure/i.test(line))) return ["cookies-session-without-secure-flag", -40];
  if (!lines.every((line) => /;\s*httponly/i.test(line))) return ["cookies-session-without-httponly-flag", -30];
  return lines.every((line) => /;\s*samesite=(strict|lax)/i.test(line))
    ? ["cookies-secure-with-httponly-sessions-and-samesite", 5]
    : ["cookies-secure-with-httponly-sessions", 0];
}

function crossOriginSharing(headers: Headers): Finding {
  return headers.get("access-control-allow-origin") === "*"
    ? ["cross-origin-resource-sharing-implemented-with-universal-access", -50]
    : ["cross-origin-resource-sharing-not-implemented", 0];
}

function referrerPolicy(headers: Headers): Finding {
  const isPrivate = ["no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"].includes(
    headers.get("referrer-policy") ?? "",
  );
  return isPrivate ? ["referrer-policy-private", 5] : ["referrer-policy-not-implemented", 0];
}

function strictTransport(headers: Headers): Finding {
  const seconds = /max-age=(\d+)/.exec(headers.get("strict-transport-security") ?? "")?.[1];
  if (seconds === undefined) return ["hsts-not-implemented", -20];
  return Number(seconds) < 15_768_000
    ? ["hsts-implemented-max-age-less-than-six-months", -10]
    : ["hsts-implemented-max-age-at-least-six-months", 0];
}

function subresourceIntegrity(html: string): Finding {
  const scripts = [...html.matchAll(/<script\b[^>]*\bsrc="([^"]+)"[^>]*>/g)];
  if (scripts.length === 0) return ["sri-not-implemented-but-no-scripts-loaded", 0];
  if (scripts.some(([, address = ""]) => /^(https?:)?\/\//.test(address))) {
    return ["sri-not-implemented-but-external-scripts-loaded-securely", -5];
  }
  return scripts.every(([tag]) => tag.includes("integrity="))
    ? ["sri-implemented-and-all-scripts-loaded-securely", 5]
    : ["sri-not-implemented-but-all-scripts-loaded-from-secure-origin", 0];
}

function contentTypeOptions(headers: Headers): Finding {
  return headers.get("x-content-type-options") === "nosniff"
    ? ["x-content-type-options-nosniff", 0]
    : ["x-content-type-options-not-implemented", -5];
}

function frameOptions(headers: Headers, policy: Policy | undefined): Finding {
  if (policy?.has("frame-ancestors") === true) return ["x-frame-options-implemented-via-csp", 5];
  return /^(sameorigin|deny)$/i.test(headers.get("x-frame-options") ?? "")
    ? ["x-frame-options-sameorigin-or-deny", 0]
    : ["x-frame-options-not-implemented", -20];
}

function resourcePolicy(headers: Headers): Finding {
  switch (headers.get("cross-origin-resource-policy")) {
    case "same-origin":
      return ["cross-origin-resource-policy-implemented-with-same-origin", 10];
    case "same-site":
      return ["cross-origin-resource-policy-implemented-with-same-site", 10];
    case "cross-origin":
      return ["cross-origin-resource-policy-implemented-with-cross-origin", -5];
    default:
      return ["cross-origin-resource-policy-not-implemented", 0];
  }
}

const GRADES = [
  [100, "A+"],
  [90, "A"],
  [85, "A-"],
  [80, "B+"],
  [70, "B"],
  [65, "B-"],
  [60, "C+"],
  [50, "C"],
] as const;

const gradeOf = (score: number): string => GRADES.find(([from]) => score >= from)?.[1] ?? "D or F";
