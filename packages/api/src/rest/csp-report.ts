import * as z from "zod";

const MAX_TEXT_LENGTH = 4_000;
const text = z.string().max(MAX_TEXT_LENGTH);

/** What `report-uri` sends: one violation. Browsers add fields of their own, which nobody reads. */
export const cspReport = z.object({
  "csp-report": z.looseObject({
    "document-uri": text.optional(),
    "blocked-uri": text.optional(),
    "violated-directive": text.optional(),
    "effective-directive": text.optional(),
    "source-file": text.optional(),
    "line-number": z.int().nonnegative().optional(),
  }),
});

/** What the Reporting API (`report-to`) sends instead: a list of reports of any kind. */
export const cspReports = z
  .array(
    z.looseObject({
      type: z.string().max(100),
      body: z
        .looseObject({
          documentURL: text.optional(),
          blockedURL: text.optional(),
          effectiveDirective: text.optional(),
          sourceFile: text.nullish(),
          lineNumber: z.int().nonnegative().nullish(),
        })
        .optional(),
    }),
  )
  .max(100);
