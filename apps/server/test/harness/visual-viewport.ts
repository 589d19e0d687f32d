/** Runs before the app: a phone's visual viewport. Under its keyboard the page keeps its height, and less of it is visible. */
export const VISUAL_VIEWPORT = `{
  let keyboard = 0;
  const viewport = Object.defineProperties(new EventTarget(), {
    width: { get: () => innerWidth },
    height: { get: () => innerHeight - keyboard },
    offsetLeft: { value: 0 },
    offsetTop: { value: 0 },
    scale: { value: 1 },
  });
  Object.defineProperty(window, "visualViewport", { value: viewport });
  window.showKeyboard = (height) => {
    keyboard = height;
    viewport.dispatchEvent(new Event("resize"));
  };
}`;
