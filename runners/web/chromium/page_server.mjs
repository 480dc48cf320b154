// The small server that a page is served by, and that hands it tasks.

import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { createServer } from "node:http";

const types = { html: "text/html; charset=utf-8", mjs: "text/javascript", wasm: "application/wasm" };

/** A page that waits for a task is told to ask again before anything on the way gives it up. */
const longestWait = 20_000;

// Both make the page cross-origin isolated: threads, and a clock of 0.005 ms.
const headers = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "no-store",
};

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString());
}

export class PageServer {
  /** `files`: which file is served under which name. `onGone(reason)` is called when the page is gone. */
  constructor(files, onGone) {
    this.files = files;
    this.onGone = onGone;
    // Other users of the machine can reach the port, but do not know this.
    this.secret = randomBytes(16).toString("hex");
    this.server = createServer((request, response) => this.serve(request, response));
    this.server.requestTimeout = 0;
    this.server.keepAliveTimeout = 0;
    this.tasks = [];
  }

  /** Starts to listen; returns the page's address. */
  async start() {
    await new Promise((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(0, "127.0.0.1", resolve);
    });
    return `http://127.0.0.1:${this.server.address().port}/${this.secret}/page.html`;
  }

  /** The page's answer to a task; `model` is the file that it names, if it names one. */
  ask(task, model) {
    this.model = model;
    return new Promise((resolve) => {
      this.tasks.push({ task, resolve });
      this.handOut();
    });
  }

  close() {
    this.onGone = () => {};
    this.server.close();
    this.server.closeAllConnections();
  }

  serve(request, response) {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const [, secret, ...rest] = request.url.split("/");
    const name = rest.join("/");
    if (secret !== this.secret) return this.refuse(response);
    if (name === "next" && request.method === "POST") return void this.next(request, response);
    if (name === "failed" && request.method === "POST") return void this.failed(request, response);
    if (request.method !== "GET") return this.refuse(response);
    if (name === "alive") return this.keepOpen(response);
    if (name === "model" && this.model !== undefined) return response.end(this.model);
    if (!this.files.has(name)) return this.refuse(response);
    response.setHeader("Content-Type", types[name.split(".").pop()]);
    createReadStream(this.files.get(name)).on("error", () => response.destroy()).pipe(response);
  }

  refuse(response) {
    response.writeHead(404).end();
  }

  keepOpen(response) {
    response.flushHeaders();
    response.on("close", () => this.onGone("the page crashed or was closed"));
  }

  async failed(request, response) {
    const reason = await bodyOf(request).catch(() => "no reason");
    response.end();
    this.onGone(`the page failed: ${reason}`);
  }

  async next(request, response) {
    let answer;
    try {
      answer = await bodyOf(request);
    } catch {
      return this.refuse(response);
    }
    if (answer !== null) {
      this.model = undefined;
      this.asked?.resolve(answer);
      this.asked = undefined;
    }
    const tooLong = setTimeout(() => this.reply(null), longestWait);
    this.waiting = { response, tooLong };
    this.handOut();
  }

  handOut() {
    if (this.waiting === undefined || this.tasks.length === 0) return;
    this.asked = this.tasks.shift();
    this.reply(this.asked.task);
  }

  reply(task) {
    clearTimeout(this.waiting.tooLong);
    this.waiting.response.end(JSON.stringify(task));
    this.waiting = undefined;
  }
}
