import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import helmet, { type HelmetOptions } from "helmet";

export interface HeaderOptions {
  readonly table: "default" | "strict";
  readonly scriptSources: readonly string[] | undefined;
  readonly connectSources: readonly string[] | undefined;
  readonly reportUri: string;
  readonly hstsMaxAgeSeconds: number | undefined;
}

const REFERRER_POLICY = "strict-origin-when-cross-origin";

/**
 * What stands on every answer. None of it depends on the request, so it is made once: helmet would write the same policy
 * anew for each, a twentieth of what a small call costs.
 */
export function securityHeaders(options: HeaderOptions): Readonly<Record<string, string>> {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  helmet(helmetOptions(options))(request, response, (error) => {
    if (error !== undefined) throw new TypeError("The security headers cannot be made.", { cause: error });
  });
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.getHeaders())) headers[name] = String(value);
  return { ...headers, ...furtherHeaders };
}

/** The policy lets the built demo, its service worker, sockets and media run, and nothing else. */
function helmetOptions(options: HeaderOptions): HelmetOptions {
  const isStrict = options.table === "strict";
  return {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: [isStrict ? "'none'" : "'self'"],
        scriptSrc: [...(options.scriptSources ?? ["'self'"])],
        connectSrc: [...(options.connectSources ?? (isStrict ? ["'self'"] : ["'self'", "wss:", "ws:"]))],
        styleSrc: isStrict ? ["'self'"] : ["'self'", "'unsafe-inline'"],
        imgSrc: ["'self'", "data:", "blob:"],
        fontSrc: ["'self'", "data:"],
        mediaSrc: ["'self'", "blob:"],
        workerSrc: ["'self'", "blob:"],
        manifestSrc: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: [isStrict ? "'none'" : "'self'"],
        reportUri: [options.reportUri],
      },
    },
    referrerPolicy: { policy: REFERRER_POLICY },
    frameguard: { action: isStrict ? "deny" : "sameorigin" },
    // Set beside helmet's, which would switch the filter off.
    xssFilter: false,
    hsts:
      options.hstsMaxAgeSeconds === undefined
        ? false
        : { maxAge: options.hstsMaxAgeSeconds, includeSubDomains: true, preload: false },
    crossOriginEmbedderPolicy: false,
  };
}

/** The same for answers that are written to a bare socket: they are never a page, so their policy lets nothing run. */
export function bareHeaders({ table, hstsMaxAgeSeconds }: HeaderOptions): Readonly<Record<string, string>> {
  return {
    "content-security-policy": "default-src 'none';frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": REFERRER_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": table === "strict" ? "DENY" : "SAMEORIGIN",
    ...(hstsMaxAgeSeconds !== undefined && {
      "strict-transport-security": `max-age=${hstsMaxAgeSeconds}; includeSubDomains`,
    }),
    ...furtherHeaders,
  };
}

/** Headers of the requirement's table that helmet does not know. */
const furtherHeaders: Readonly<Record<string, string>> = {
  "x-xss-protection": "1; mode=block",
  "permissions-policy":
    "camera=(self), microphone=(self), display-capture=(self), fullscreen=(self), geolocation=(), payment=(), usb=(), browsing-topics=()",
};
