import { Component, type ReactNode } from "react";
import { CrashPage } from "./crash-page.tsx";

interface CrashBoundaryState {
  /** Whatever was thrown, in a box: `undefined` can be thrown, too. */
  readonly thrown: { readonly error: unknown } | undefined;
}

/** Catches what breaks outside of a page; pages have the router's own boundary. */
export class CrashBoundary extends Component<{ readonly children: ReactNode }, CrashBoundaryState> {
  override state: CrashBoundaryState = { thrown: undefined };

  static getDerivedStateFromError(error: unknown): CrashBoundaryState {
    return { thrown: { error } };
  }

  override render(): ReactNode {
    return this.state.thrown === undefined ? this.props.children : <CrashPage error={this.state.thrown.error} />;
  }
}
