import type { FastifyHelmetOptions } from "@fastify/helmet";

export interface HeaderOptions {
  readonly table: "default" | "strict";
  readonly scriptSources: readonly string[] | undefined;
  readonly connectSources: readonly string[] | undefined;
  readonly reportUri: string;
  readonly hstsMaxAgeSeconds: number | undefined;
}

/** What helmet sets. The policy lets the built demo, its service worker, sockets and media run, and nothing else. */
export function helmetOptions(options: HeaderOptions): FastifyHelmetOptions {
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
    referrerPolicy: { policy: "strict-origin-when-cross-origin" },
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

/** Headers of the requirement's table that helmet does not know. */
export const furtherHeaders: Readonly<Record<string, string>> = {
  "x-xss-protection": "1; mode=block",
  "permissions-policy":
    "camera=(self), microphone=(self), display-capture=(self), fullscreen=(self), geolocation=(), payment=(), usb=(), browsing-topics=()",
};
