import * as z from "zod";
import { publicUser, session } from "../auth/auth-contract.ts";
import { chatMessage } from "../chat/chat-contract.ts";
import { errorCatalogue, errorCodes, type ErrorCode } from "../errors.ts";
import { lesson, lessonDetails, lessonSummary, participant } from "../lessons/lessons-contract.ts";
import { operationResult, operationVerdict, syncChange } from "../sync/sync-protocol.ts";
import { describeSchema } from "./rest-arguments.ts";
import { listRestRoutes, takesBody, type RestRoute } from "./rest-routes.ts";
import type { RestMethod } from "./rest-meta.ts";

const REST_PREFIX = "/api";

type JsonObject = Readonly<Record<string, unknown>>;

/** An OpenAPI 3.1 document; its schemas are JSON Schema 2020-12. */
export interface OpenApiDocument extends JsonObject {
  readonly openapi: "3.1.1";
  readonly paths: Readonly<Record<string, JsonObject>>;
}

/** Schemas that several answers share, by the name that generated clients give them. */
const sharedSchemas: Readonly<Record<string, z.ZodType>> = {
  ChatMessage: chatMessage,
  Lesson: lesson,
  LessonDetails: lessonDetails,
  LessonSummary: lessonSummary,
  OperationResult: operationResult,
  OperationVerdict: operationVerdict,
  Participant: participant,
  PublicUser: publicUser,
  Session: session,
  SyncChange: syncChange,
};

const tags: Readonly<Record<string, string>> = {
  auth: "Accounts and sessions",
  users: "People, as far as one shares a lesson with them",
  lessons: "Lessons, who is in them, and invitations",
  chat: "Messages of a lesson",
  sync: "What devices push and pull; see the protocol before calling it by hand",
};

/** What any call may be refused with; the code says which of them it was. */
const refusals: readonly ErrorCode[] = [
  "BAD_REQUEST",
  "UNAUTHORIZED",
  "FORBIDDEN",
  "NOT_FOUND",
  "CONFLICT",
  "TOO_MANY_REQUESTS",
  "INTERNAL",
  "UNAVAILABLE",
];
const refusalsOfBodies: readonly ErrorCode[] = ["REQUEST_TIMEOUT", "PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"];
/** Devices say which contract they speak. */
const refusalsOfDevices: readonly ErrorCode[] = ["CONTRACT_TOO_OLD"];
const allRefusals = [...refusals, ...refusalsOfBodies, ...refusalsOfDevices];

/** What answers say of the limits that their calls were counted by. */
const limitHeaders: Readonly<Record<string, string>> = {
  ratelimit: "What is left of the tightest limit: `r` calls, for `t` seconds.",
  "ratelimit-policy": "That limit: `q` calls in `w` seconds.",
};

/** Describes every procedure as REST finds it, out of the same schemas that check its calls. */
export function createOpenApiDocument({
  serverUrl,
  version,
}: {
  /** Where the server is reached, such as `https://tidemark.example.org`. */
  readonly serverUrl: string;
  readonly version: string;
}): OpenApiDocument {
  const routes = listRestRoutes();
  const names = nameAnswers(routes);
  const paths: Record<string, JsonObject> = {};
  for (const route of routes) {
    // As the requirement writes its paths; `/api/v1`, and a path without the last slash, are the same.
    const path = `${REST_PREFIX}${route.path}/`;
    for (const [index, method] of route.methods.entries()) {
      const operation = describeOperation({ route, method, isAlias: index > 0, answer: names.get(route.output) ?? "" });
      paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
    }
  }
  return {
    openapi: "3.1.1",
    info: {
      title: "Tidemark",
      version,
      description:
        "Lessons that survive bad Wi-Fi. The same procedures as over tRPC: one handler each, whichever way it is called.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: serverUrl, description: "This server" }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    security: [{ accessToken: [] }],
    paths,
    components: {
      schemas: { ...describeAnswers(names), Error: errorSchema },
      headers: Object.fromEntries(
        Object.entries(limitHeaders).map(([name, description]) => [name, { description, schema: { type: "string" } }]),
      ),
      responses: Object.fromEntries(allRefusals.map((code) => [code, describeRefusal(code)])),
      securitySchemes: {
        accessToken: {
          type: "http",
          scheme: "bearer",
          bearerFormat: "JWT",
          description: "From `POST /api/auth/login/`.",
        },
      },
    },
  };
}

function describeOperation({
  route,
  method,
  isAlias,
  answer,
}: {
  readonly route: RestRoute;
  readonly method: RestMethod;
  readonly isAlias: boolean;
  readonly answer: string;
}): JsonObject {
  const input = route.input === undefined ? undefined : describeSchema(route.input);
  const inBody = takesBody(method);
  return {
    operationId: isAlias ? `${route.operationId}By${method[0]}${method.slice(1).toLowerCase()}` : route.operationId,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description !== undefined && { description: route.description }),
    ...(route.isPublic === true && { security: [] }),
    ...describeInput(input ?? {}, { pathNames: route.pathNames, inBody }),
    responses: {
      "200": {
        description: "Done",
        headers: limits,
        content: { "application/json": { schema: { $ref: `#/components/schemas/${answer}` } } },
      },
      ...Object.fromEntries(
        [...refusals, ...(inBody ? refusalsOfBodies : []), ...(route.tag === "sync" ? refusalsOfDevices : [])].map(
          (code) => [String(errorCatalogue[code].http), { $ref: `#/components/responses/${code}` }],
        ),
      ),
    },
  };
}

const limits: JsonObject = Object.fromEntries(
  Object.keys(limitHeaders).map((name) => [name, { $ref: `#/components/headers/${name}` }]),
);

interface InputSchema {
  readonly properties?: Readonly<Record<string, JsonObject>>;
  readonly required?: readonly string[];
}

function describeInput(
  schema: object & InputSchema,
  { pathNames, inBody }: { readonly pathNames: readonly string[]; readonly inBody: boolean },
): JsonObject {
  const { properties = {}, required = [] } = schema;
  const pathParameters = pathNames.map((name) => ({
    name,
    in: "path",
    required: true,
    schema: properties[name] ?? {},
  }));
  const rest = Object.entries(properties).filter(([name]) => !pathNames.includes(name));
  if (inBody) {
    const needed = required.filter((name) => !pathNames.includes(name) && !isNullable(properties[name]));
    const bodySchema = {
      type: "object",
      properties: Object.fromEntries(rest),
      ...(needed.length > 0 && { required: needed }),
      additionalProperties: false,
    };
    return {
      ...(pathParameters.length > 0 && { parameters: pathParameters }),
      ...(rest.length > 0 && {
        requestBody: { required: needed.length > 0, content: { "application/json": { schema: bodySchema } } },
      }),
    };
  }
  const queryParameters = rest.map(([name, property]) => ({
    name,
    in: "query",
    ...(required.includes(name) && !isNullable(property) && { required: true }),
    ...(property["type"] === "object"
      ? { content: { "application/json": { schema: property } } }
      : { ...(property["type"] === "array" && { style: "form", explode: false }), schema: property }),
  }));
  const parameters = [...pathParameters, ...queryParameters];
  return parameters.length === 0 ? {} : { parameters };
}

/** What may be null may be left out. */
function isNullable(property: JsonObject | undefined): boolean {
  const options: unknown = property?.["anyOf"];
  return Array.isArray(options) && options.some((option: JsonObject) => option["type"] === "null");
}

/** Each answer's schema under one name, shared ones under theirs. */
function nameAnswers(routes: readonly RestRoute[]): ReadonlyMap<z.ZodType, string> {
  const names = new Map(Object.entries(sharedSchemas).map(([name, schema]) => [schema, name]));
  for (const { output, operationId } of routes) {
    if (!names.has(output)) names.set(output, `${operationId[0]?.toUpperCase()}${operationId.slice(1)}Answer`);
  }
  return names;
}

/** Schemas that contain each other refer by name. */
function describeAnswers(names: ReadonlyMap<z.ZodType, string>): JsonObject {
  const registry = z.registry<{ readonly id: string }>();
  for (const [schema, id] of names) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => `#/components/schemas/${id}`, io: "output" });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $schema: _draft, $id: _uri, ...schema }]) => [id, schema]),
  );
}

const errorSchema: JsonObject = {
  type: "object",
  description: "Further fields depend on the code, such as `expectedSeq` or `retryAfterSeconds`.",
  properties: {
    code: { type: "string", enum: errorCodes },
    message: { type: "string", description: "What happened and what to do about it, for a person." },
    requestId: { type: "string", description: "Finds the call in the server's log." },
  },
  required: ["code", "message", "requestId"],
};

const describeRefusal = (code: ErrorCode): JsonObject => ({
  description: refusalTexts[code] ?? code,
  ...((code === "UNAVAILABLE" || code === "TOO_MANY_REQUESTS") && {
    headers: {
      "retry-after": { description: "Seconds to wait.", schema: { type: "integer" } },
      ...(code === "TOO_MANY_REQUESTS" && limits),
    },
  }),
  content: { "application/json": { schema: { $ref: "#/components/schemas/Error" } } },
});

const refusalTexts: Partial<Record<ErrorCode, string>> = {
  BAD_REQUEST: "The input does not have the shape that is described",
  UNAUTHORIZED: "No valid access token, or a wrong password",
  FORBIDDEN: "Known, but not allowed to this person",
  NOT_FOUND: "Does not exist, or not for this person",
  REQUEST_TIMEOUT: "The body did not arrive in time; send it again",
  CONTRACT_TOO_OLD: "The server does not take this version of the contract any more; update the app, its queue is kept",
  PAYLOAD_TOO_LARGE: "The body is larger than the call takes",
  UNSUPPORTED_MEDIA_TYPE: "The body is not `application/json`",
  INTERNAL: "A fault of the server; tell whoever runs it the request id",
  CONFLICT: "Something else is there already, or the device has to start anew",
  TOO_MANY_REQUESTS: "Too many calls; wait",
  UNAVAILABLE: "The server cannot answer now; try again",
};
