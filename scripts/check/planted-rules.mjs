/** A specification in which one rule is written down twice. */
export const PLANTED_SPEC = {
  file: "planted/SPEC.md",
  rule: /^- \*\*(S\d+)\*\*/gm,
  text:
    Array.from({ length: 16 }, (_, index) => `- **S${index + 1}** A rule. See S99.\n`).join("") + "- **S1** Again.\n",
};

/** Every way in which a test quotes a rule (S1 to S8), and every way that only looks like one (S9 to S16). */
export const PLANTED_TESTS = [
  {
    file: "planted/quotes.test.ts",
    text: `
      it("S1: is quoted", () => {});
      test('S2 I2: with others (and a bracket)', async () => {});
      it.each<[string, unknown]>([["a", ")"], ["b", fn("(")]])(
        "S3: %s", () => {});
      describe("S4: by its group", () => { describe("in another", () => { it("works", () => {}); }); });
      test(\`S5: killed \${ROUNDS} times\`, () => {});
      describeOnEveryDatabase("S6", (context) => { it.concurrent("works", () => {}); });
      describe.each(["x"])("S7 on %s", () => { it("works", () => {}); });
      it("S8: may not be confused with S88", () => {});`,
  },
  {
    file: "planted/only-look-like-it.test.ts",
    text: `
      // it("S9: is in a comment", () => {});
      it.skip("S10: is skipped", () => {});
      it.todo("S11: is still to be written");
      describe("S12: has no test", () => {});
      describe.skip("S13", () => { it("S13: is in a group that is skipped", () => {}); });
      it("is quoted by its content only", () => { expect("S14").toBe(\`it("S14", () => {})\`); });
      audit("S15: is no test", () => {});
      it("XS16 and S16b are other words", () => {});`,
  },
];

export const PLANTED_PROBLEMS = [
  "planted/SPEC.md: S1 is written down twice",
  ...[9, 10, 11, 12, 13, 14, 15, 16].map((id) => `planted/SPEC.md: no test quotes S${id} in its title`),
  "planted/quotes.test.ts: quotes S88, which planted/SPEC.md does not have",
];
