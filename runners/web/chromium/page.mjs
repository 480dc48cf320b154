// The page in the browser: asks the runner for tasks, has them done by a worker, and answers.

import { WorkerKeeper } from "./measuring/worker_keeper.mjs";

function startWorker() {
  const worker = new Worker("page_worker.mjs", { type: "module" });
  return {
    send: (message) => worker.postMessage(message),
    listen: (onAnswer, onFailure) => {
      worker.onmessage = ({ data }) => onAnswer(data);
      worker.onmessageerror = () => onFailure("the worker's answer cannot be read");
      worker.onerror = (event) => onFailure(event.message || "the worker could not be started");
    },
    end: () => worker.terminate(),
  };
}

/** The runner keeps this answer open as long as it lives, and sees by it that the page lives. */
async function closeWithRunner() {
  try {
    const reader = (await fetch("alive")).body.getReader();
    while (!(await reader.read()).done);
  } catch {
    // Its connection broke: it has ended.
  }
  window.close();
}

async function work() {
  const keeper = new WorkerKeeper(startWorker);
  let answer = null;
  for (;;) {
    const response = await fetch("next", { method: "POST", body: JSON.stringify(answer) });
    const task = await response.json();
    answer = task === null ? null : await keeper.ask(task);
  }
}

void closeWithRunner();
work().catch(async (failure) => {
  // Where the runner is there still, it tells its user.
  await fetch("failed", { method: "POST", body: JSON.stringify(String(failure)) }).catch(() => {});
  window.close();
});
