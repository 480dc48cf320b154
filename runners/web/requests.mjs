// Reads a request of the runners' protocol (docs/protocols.md): all problems of one at once.

const optimisations = ["none", "basic", "extended", "all"];
const dataTypes = ["float32", "float16", "bfloat16", "int8"];

const quoted = (value) => (value === undefined ? "nothing" : JSON.stringify(value));
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

class Reader {
  constructor(request) {
    this.request = request;
    this.problems = [];
  }

  problem(where, expected, found, advice = "") {
    this.problems.push(`${where}: expected ${expected}, found ${quoted(found)}${advice && `; ${advice}`}`);
  }

  integer(key, otherwise, least) {
    const value = this.request[key] ?? otherwise;
    if (!Number.isSafeInteger(value) || value < least) this.problem(key, `an integer from ${least} up`, value);
    return value;
  }

  number(key, otherwise, least) {
    const value = this.request[key] ?? otherwise;
    if (!Number.isFinite(value) || value < least) this.problem(key, `a number from ${least} up`, value);
    return value;
  }

  oneOf(where, value, choices, advice) {
    if (!choices.includes(value)) this.problem(where, choices.map(quoted).join(", "), value, advice);
    return value;
  }
}

/** The engine's keys; `host` is the one that the runner was started with. */
function readEngine(reader, host) {
  const engine = reader.request.engine ?? {};
  if (!isObject(engine)) {
    reader.problem("engine", "an object", engine);
    return {};
  }
  const known = ["host", "chromium", "library", "optimisation"];
  for (const key of Object.keys(engine))
    if (!known.includes(key)) reader.problem(`engine.${key}`, `one of the keys ${known.join(", ")}`, key, "remove it");
  for (const key of ["chromium", "library"])
    if (engine[key] !== undefined && typeof engine[key] !== "string") reader.problem(`engine.${key}`, "text", engine[key]);
  reader.oneOf("engine.host", engine.host ?? host, [host], `the runner was started with --host ${host}`);
  return { optimisation: reader.oneOf("engine.optimisation", engine.optimisation ?? "all", optimisations) };
}

function readMeasure(reader, host) {
  const { request } = reader;
  const { model, input } = request;
  if (typeof model !== "string" || model === "") reader.problem("model", "the path of an ONNX file", model);
  if (!Array.isArray(input) || input.length === 0 || !input.every((extent) => Number.isSafeInteger(extent) && extent > 0))
    reader.problem("input", "an array of integers from 1 up, such as [3, 224, 224]", input);
  if ((request.streams ?? 1) !== 1)
    reader.problem("streams", "1", request.streams, "a page runs one network at a time");
  return {
    task: "measure",
    model,
    input,
    batch: reader.integer("batch", 1, 1),
    threads: reader.integer("threads", 1, 1),
    data_type: reader.oneOf("data_type", request.data_type ?? "float32", dataTypes),
    warmup_runs: reader.integer("warmup_runs", 3, 0),
    least_runs: reader.integer("least_runs", 10, 1),
    least_milliseconds: reader.number("least_milliseconds", 3, 0),
    ...readEngine(reader, host),
  };
}

/** What a request asks for, with every default in place. Throws an Error that tells its problems. */
export function readRequest(request, host) {
  if (!isObject(request)) throw new Error(`request: expected an object {"id", "task", ...}, found ${quoted(request)}`);
  const reader = new Reader(request);
  const task = reader.oneOf("task", request.task, ["describe", "measure"]);
  const read = task === "measure" ? readMeasure(reader, host) : { task };
  if (reader.problems.length > 0) throw new Error(reader.problems.join("\n"));
  return read;
}
