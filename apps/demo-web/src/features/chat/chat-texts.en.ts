/** The conversation of a lesson. Names that checks look for (`Chat`, `Message`, `Edit` …) stay as they are. */
export const chatTexts = {
  log: "Chat",
  message: "Message",
  send: "Send",
  edit: "Edit",
  delete: "Delete",
  editMessage: "Edit message",
};
