// Headless Chromium as a child process.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { engineFlags } from "../engine_flags.mjs";

const linesKept = 20;
const patience = 5_000;

function flags(folder, address) {
  const all = [
    "--headless=new",
    `--user-data-dir=${join(folder, "profile")}`,
    `--js-flags=${engineFlags.join(" ")}`,
    // The browser ends when the other end of this pipe is closed, be the page busy or not.
    "--remote-debugging-pipe",
    // Nothing may be slowed down because nobody looks at it.
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
    // Nothing else may run beside the measurement, or reach for the network.
    "--disable-gpu",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--disable-features=MediaRouter,OptimizationHints,Translate,IntensiveWakeUpThrottling",
    "--metrics-recording-only",
    "--mute-audio",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    "--no-proxy-server",
    "--password-store=basic",
    // Containers have little of it.
    "--disable-dev-shm-usage",
  ];
  // Chromium refuses to start for root with its sandbox.
  if (process.getuid?.() === 0) all.push("--no-sandbox");
  return [...all, address];
}

/**
 * Removes the folder once this process has ended, however it ends: killed with its process
 * group it cannot itself. In a session of its own, so that it is not killed with them.
 */
function startSweeper(folder) {
  const script = 'read -r line; for i in 1 2 3 4 5 6 7 8 9 10; do rm -rf -- "$0"; sleep 0.2; [ -e "$0" ] || exit 0; done';
  const sweeper = spawn("/bin/sh", ["-c", script, folder], { detached: true, stdio: ["pipe", "ignore", "ignore"] });
  sweeper.on("error", () => {});
  sweeper.stdin.on("error", () => {});
  sweeper.unref();
  sweeper.stdin.unref?.();
  return sweeper;
}

export class Browser {
  /** Starts `program` with the page. `onEnd(reason)` is called if it ends by itself. */
  constructor(program, address, onEnd) {
    this.folder = mkdtempSync(join(tmpdir(), "hwnas-web-"));
    this.sweeper = startSweeper(this.folder);
    this.lines = [];
    // In this process's group, so that who kills the group ends the browser too.
    this.process = spawn(program, flags(this.folder, address), {
      stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
      // It makes more folders than its profile.
      env: { ...process.env, TMPDIR: this.folder },
    });
    this.ended = new Promise((resolve) => {
      this.process.on("error", (failure) => {
        onEnd(
          `${program} cannot be started (${failure.code}): install Debian's package chromium, ` +
            "or name the browser's program with the engine's key chromium",
        );
        resolve();
      });
      this.process.on("exit", (code, signal) => {
        onEnd(`${program} ended with ${signal ?? `the code ${code}`}${this.lastWords()}`);
        resolve();
      });
    });
    createInterface({ input: this.process.stderr }).on("line", (line) => {
      // It misses a desktop's services, which nothing here needs, and says so at length.
      if (line.includes(":dbus/")) return;
      this.lines.push(line);
      if (this.lines.length > linesKept) this.lines.shift();
    });
    // What the debugger's pipe says is not needed, but must not fill it.
    for (const end of this.process.stdio.slice(3)) end.on("error", () => {});
    this.process.stdio[4].resume();
  }

  /** What it last wrote to its standard error. */
  lastWords() {
    return this.lines.length === 0 ? "" : `; it wrote:\n${this.lines.join("\n")}`;
  }

  /** Ends the browser and removes what it left. */
  async close() {
    this.process.kill("SIGTERM");
    const impatience = setTimeout(() => this.process.kill("SIGKILL"), patience);
    await this.ended;
    clearTimeout(impatience);
    // Its helpers end a moment after it and may still write.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    this.sweeper.stdin.end();
  }
}
