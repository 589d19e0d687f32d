import { createConfig, lintFromString } from "@redocly/openapi-core";
import { createOpenApiDocument } from "../../packages/api/src/server.ts";

/**
 * Lints the description of the REST interface by the strictest public rules. The requirement writes its paths with a last
 * slash, so that one rule is off. One line per problem.
 */
export async function checkOpenApi() {
  const document = createOpenApiDocument({ serverUrl: "https://tidemark.example.org", version: "0.0.0" });
  const config = await createConfig({
    extends: ["recommended-strict"],
    rules: {
      "no-path-trailing-slash": "off",
      "operation-operationId-url-safe": "error",
      "no-unused-components": "error",
    },
  });
  return lint(JSON.stringify(document), config);
}

/** A description that is wrong on purpose must be caught: a linter that reads nothing would find nothing. */
export async function checkOpenApiLinter() {
  const config = await createConfig({ extends: ["recommended-strict"] });
  const problems = await lint('{"openapi":"3.1.1","info":{"title":"x"},"paths":{}}', config);
  return problems.length > 0 ? [] : ["The linter finds nothing wrong with a document that has no version."];
}

async function lint(source, config) {
  const found = await lintFromString({ source, absoluteRef: "/openapi.json", config });
  return found.map(({ ruleId, message, location }) => `${location?.[0]?.pointer ?? ""} ${ruleId}: ${message}`);
}
