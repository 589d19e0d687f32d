import { InfoIcon } from "../../ui/icons.tsx";

/** In place of the message box, for people who only read. */
export function ReadOnlyNote() {
  return (
    <div className="border-t border-line py-3">
      <div className="mx-auto max-w-3xl px-4">
        <p className="flex items-center gap-2 rounded-md bg-sunken px-4 py-3 text-sm text-muted">
          <InfoIcon className="shrink-0" />
          You are a viewer in this lesson: you can read along. Ask the host if you would like to write.
        </p>
      </div>{" "}
    </div>
  );
}
