import * as z from "zod";

// Imported before any schema is made. Zod would compile its checks by `new Function`, which the server's content security
// policy refuses and reports.
z.config({ jitless: true });
