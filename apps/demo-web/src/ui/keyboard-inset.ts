/** What is visible of the page, as `window.visualViewport` says it. */
export type VisibleArea = Pick<VisualViewport, "height" | "offsetTop" | "scale">;

/** Less than any keyboard: bars of the browser that come and go. */
const SMALLEST_PX = 60;

/** Pixels at the end of a page of that height that are not visible; none where the person has zoomed in. */
export function keyboardInset({ height, offsetTop, scale }: VisibleArea, pageHeight: number): number {
  if (scale > 1.01) return 0;
  const covered = Math.round(pageHeight - height - offsetTop);
  return covered < SMALLEST_PX ? 0 : covered;
}
