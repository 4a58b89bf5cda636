// The Linux in the page, under node: node page_kernel.mjs FOLDER
// It says @started when it is there. Each line on stdin is an order (JSON); what the Linux says of it
// comes on stdout, line by line.
// An order that names hosts is played by as many machines, and ends when all of them have ended.
import fs from "node:fs";
import path from "node:path";
import readline from "node:readline";
import { pathToFileURL } from "node:url";
import { Machine, shares } from "./emulator.mjs";

const folder = process.argv[2];
const { V86 } = await import(pathToFileURL(path.join(folder, "libv86.mjs")));
const state = () => {
  const bytes = fs.readFileSync(path.join(folder, "state.bin.zst"));
  return { buffer: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) };
};
const machines = [];
let running = new Set();
let status = 0;

async function another() {
  const machine = new Machine(
    V86, { wasm_path: path.join(folder, "v86.wasm"), initial_state: state() }, (line) => hear(machine, line));
  machines.push(machine);
  await machine.started;
  if (machines.length === 2) {
    const cable = new MessageChannel();
    machines.forEach((each, end) => each.plug(end ? cable.port2 : cable.port1));
  }
}

function hear(machine, line) {
  const [, ended] = /^@end (-?\d+)$/.exec(line) || [];
  if (ended === undefined) {
    process.stdout.write(line + "\n");
    if (line.includes("Kernel panic")) process.exit(1);
    return;
  }
  running.delete(machine);
  status ||= Number(ended);
  if (status) for (const other of running) other.send("stop\n");
  if (!running.size) process.stdout.write(`@end ${status}\n`);
}

await another();
process.stdout.write("@started\n");
for await (const text of readline.createInterface({ input: process.stdin })) {
  const parts = shares(JSON.parse(text));
  while (machines.length < parts.length) await another();
  status = 0;
  running = new Set(machines.slice(0, parts.length));
  await Promise.all(parts.map((part, at) => machines[at].run(part)));
}
process.exit(0);
