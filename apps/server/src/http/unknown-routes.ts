import { TidemarkError } from "@tidemark/api/errors";
import type { FastifyInstance, FastifyRequest } from "fastify";

interface KnownRoute {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

/** What to answer where no route takes a request. */
export interface UnknownRoute {
  readonly error: TidemarkError;
  /** The methods that its path takes, for an `allow` header; absent where there is no such path. */
  readonly allow: string | undefined;
}

/**
 * Remembers the path and the methods of every route that is mounted from now on, and tells of a request without one whether
 * it is the method or the path that is wrong. The site's catch-all counts as no route.
 */
export function watchRoutes(app: FastifyInstance): (request: FastifyRequest) => UnknownRoute {
  const routes = new Map<string, KnownRoute>();
  app.addHook("onRoute", ({ url, method }) => {
    if (url === "/*") return;
    const route = routes.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() };
    routes.set(url, route);
    for (const name of [method].flat()) route.methods.add(name);
  });
  return ({ url }) => {
    const path = url.split("?", 1)[0]?.replace(/(.)\/$/, "$1") ?? "/";
    const known = [...routes.values()].find(({ pattern }) => pattern.test(path));
    return known === undefined
      ? { error: nothingHere(), allow: undefined }
      : { error: otherMethod(), allow: [...known.methods].join(", ") };
  };
}

/** A route's URL, in which `:name` stands for one segment. */
function patternOf(url: string): RegExp {
  const escaped = url.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/:\w+/g, "[^/]+");
  return new RegExp(`^${escaped}$`);
}

const nothingHere = () => new TidemarkError("NOT_FOUND", { message: "There is nothing at this address." });
const otherMethod = () =>
  new TidemarkError("METHOD_NOT_ALLOWED", {
    message: "This address does not take that method; see the `allow` header for those that it takes.",
  });
