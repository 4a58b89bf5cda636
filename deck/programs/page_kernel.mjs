// The Linux in the page, under node: node page_kernel.mjs FOLDER
// Each line on stdin is an order (JSON); what the Linux says of it comes on stdout, line by line.
import fs from "node:fs";
import path from "node:path";
import readline from "node:readline";
import zlib from "node:zlib";
import { pathToFileURL } from "node:url";

const folder = process.argv[2];
const file = (name) => {
  const bytes = fs.readFileSync(path.join(folder, name));
  return { buffer: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) };
};
const { V86 } = await import(pathToFileURL(path.join(folder, "libv86.mjs")));
const emulator = new V86({
  wasm_path: path.join(folder, "v86.wasm"),
  memory_size: 128 << 20,
  vga_memory_size: 2 << 20,
  bios: file("bios.bin"),
  vga_bios: file("vgabios.bin"),
  initial_state: file("state.bin.zst"),
  autostart: true,
  disable_speaker: true,
});

const decoder = new TextDecoder();
let line = [];
emulator.add_listener("serial0-output-byte", (byte) => {
  if (byte !== 10) {
    line.push(byte);
    return;
  }
  const said = decoder.decode(new Uint8Array(line)).replace(/\r$/, "");
  line = [];
  process.stdout.write(said + "\n");
  if (said.includes("Kernel panic")) process.exit(1);
});
await new Promise((started) => emulator.add_listener("emulator-started", started));

for await (const text of readline.createInterface({ input: process.stdin })) {
  const order = { ...JSON.parse(text), time: Date.now() / 1000 };
  emulator.serial0_send("run " + zlib.deflateSync(JSON.stringify(order)).toString("base64") + "\n");
}
process.exit(0);
