/** What stands around every page. */
export const uiTexts = {
  allLessons: "All lessons",
  home: "Tidemark, all lessons",
  skipToContent: "Skip to the content",
  settings: "Settings",
  signOut: "Sign out",
  close: "Close",
  cancel: "Cancel",
  save: "Save",
  tryAgain: "Try again",
  optional: "optional",
  showPassword: "Show password",
  hidePassword: "Hide password",
  loadingPage: "Loading the page",

  notFoundTitle: "There is no page here",
  notFoundText: "The address may have a typing error, or what it named is gone.",
  notFound: "Not found",

  crashTitle: "This page has stopped working",
  crashText: "What you wrote is safe on this device: drafts and unsent messages are still there.",
  crashAction: "Reload the page",
  crashDetails: "What happened",

  partNotLoaded:
    "This part is not on this device yet. Reload the page once there is a connection; what you wrote is safe.",
  pageNotLoaded: "This page is not on this device yet",
  pageNotLoadedText: "Reload it once there is a connection; what you wrote is safe.",

  cannotStoreTitle: "This browser cannot keep your lessons",
  opening: "Opening your lessons",

  updateReady: "A newer version of Tidemark is ready. Drafts and unsent messages stay.",
  updateNow: "Update",
  updateLater: "Later",
};
