/** After a form was sent with errors: the first box that is wrong takes the focus, and its error is read out. */
export function focusFirstInvalid(form: Element): void {
  // In the next frame they are drawn.
  requestAnimationFrame(() => form.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
}
