import { existsSync, readFileSync } from "node:fs";

/** One package's counts from vitest's JSON report. A file that does not even load counts as one failure. */
export function readReport(name, path) {
  if (!existsSync(path)) {
    return {
      passed: 0,
      failed: 1,
      skipped: 0,
      problems: [`${name} left no report: its suite did not run to the end.`],
    };
  }
  const report = JSON.parse(readFileSync(path, "utf8"));
  const broken = report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some(({ status }) => status === "failed"),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    skipped: report.numPendingTests + report.numTodoTests,
    problems: broken.map((file) => `${name}: ${file.name} failed outside its tests: ${firstLine(file.message)}`),
  };
}

/** The whole run. A run that failed without a failed test, or that tested nothing, has one failure more. */
export function addUp(reports, { exitCode }) {
  const sum = (key) => reports.reduce((total, report) => total + report[key], 0);
  const total = { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
  const problems = reports.flatMap((report) => report.problems);
  const fail = (problem) => {
    total.failed += 1;
    problems.push(problem);
  };
  if (total.failed === 0 && exitCode !== 0) fail(`no test failed, yet the run ended with code ${exitCode}; see above.`);
  if (total.passed + total.failed === 0) fail("no test ran.");
  return { ...total, problems };
}

function firstLine(text) {
  return (text ?? "").split("\n")[0];
}
