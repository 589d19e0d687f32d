import { createHash } from "node:crypto";
import type { Plugin } from "vite";

/** Writes into the built page the digest of each script and style that it loads: what was changed on the way does not run. */
export function subresourceIntegrity(): Plugin {
  return {
    name: "subresource-integrity",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      const page = bundle["index.html"];
      if (page?.type !== "asset") return;
      page.source = page.source
        .toString()
        .replace(
          /<(script|link)\b[^>]*?\b(?:src|href)="\/([^"]+)"[^>]*>/g,
          (tag: string, kind: string, name: string) => {
            const file = bundle[name];
            const isChecked = kind === "script" || /rel="(?:stylesheet|modulepreload)"/.test(tag);
            if (!isChecked || file === undefined) return tag;
            const content = file.type === "chunk" ? file.code : file.source;
            return tag.replace(`<${kind}`, `<${kind} integrity="sha384-${digest(content)}"`);
          },
        );
    },
  };
}

const digest = (content: string | Uint8Array) => createHash("sha384").update(content).digest("base64");
