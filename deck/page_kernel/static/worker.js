/* A Linux in a worker: whatever it does, the page stays alive.

   It is told   {start: {wasm, state}}, {run: order, at: number}, {plug: true} with a port, {stop: true}
   and says     {ready: true}, {line: text}, {failed: text} */

import "./timer.js"; // before v86, which looks for it
import { Machine, shares } from "./emulator.js";
import { V86 } from "./libv86.js";

let machine = null;

onmessage = async ({ data, ports }) => {
  try {
    if (data.start) await start(data.start);
    else if (data.run) await machine.run(shares(data.run)[data.at]);
    else if (data.plug) machine.plug(ports[0]);
    else if (data.stop) machine.send("stop\n");
  } catch (error) {
    postMessage({ failed: String(error?.message || error) });
  }
};

async function start({ wasm, state }) {
  const files = {
    wasm_fn: async (imports) => (await WebAssembly.instantiate(wasm, imports)).exports,
    initial_state: { buffer: state },
  };
  machine = new Machine(V86, files, (line) => postMessage({ line }));
  await machine.started;
  postMessage({ ready: true });
}
