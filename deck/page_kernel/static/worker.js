/* The Linux, in a worker: whatever it does, the page stays alive.

   It is told   {start: {base, parts: {name: bytes}, version, memory}}, {send: text}
   and says     {got: bytes, of: bytes} while it fetches, {ready: true}, {line: text}, {failed: text} */

"use strict";

const CACHE = "deck-page-kernel-";
const MEMORY = 128 << 20; // as it had when its state was saved: deck/page_kernel/boot.mjs
let emulator = null;

onmessage = async ({ data }) => {
  try {
    if (data.start) await start(data.start);
    else if (data.send) emulator.serial0_send(data.send);
  } catch (error) {
    postMessage({ failed: String(error?.message || error) });
  }
};

async function start({ base, parts, version }) {
  importScripts(new URL("libv86.js", base));
  const names = Object.keys(parts).filter((name) => name !== "libv86.js");
  const all = names.reduce((sum, name) => sum + parts[name], 0);
  const cache = await opened(version);
  const bytes = {};
  let got = 0;
  for (const name of names)
    bytes[name] = await fetched(new URL(name, base), cache, (count) => {
      got += count;
      postMessage({ got, of: all });
    });
  const wasm = await new Response(
    new Blob([bytes["v86.wasm.gz"]]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
  const firmware = (name) => ({ buffer: bytes[name] });
  emulator = new V86({
    wasm_fn: async (imports) => (await WebAssembly.instantiate(wasm, imports)).instance.exports,
    memory_size: MEMORY,
    vga_memory_size: 2 << 20,
    bios: firmware("bios.bin"),
    vga_bios: firmware("vgabios.bin"),
    initial_state: firmware("state.bin.zst"),
    autostart: true,
    disable_speaker: true,
    disable_keyboard: true,
    disable_mouse: true,
  });
  hearLines();
  await new Promise((done) => emulator.add_listener("emulator-started", done));
  postMessage({ ready: true });
}

function hearLines() {
  const decoder = new TextDecoder();
  let line = [];
  emulator.add_listener("serial0-output-byte", (byte) => {
    if (byte !== 10) {
      line.push(byte);
      return;
    }
    postMessage({ line: decoder.decode(new Uint8Array(line)).replace(/\r$/, "") });
    line = [];
  });
}

/** The browser's own store for this version; those of other versions go. null where it has none. */
async function opened(version) {
  if (!self.caches) return null;
  for (const name of await caches.keys())
    if (name.startsWith(CACHE) && name !== CACHE + version) await caches.delete(name);
  return caches.open(CACHE + version);
}

async function fetched(url, cache, count) {
  const kept = await cache?.match(url);
  if (kept) {
    const buffer = await kept.arrayBuffer();
    count(buffer.byteLength);
    return buffer;
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.pathname}: ${response.status} ${response.statusText}`);
  const pieces = [];
  for (const reader = response.body.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) break;
    pieces.push(value);
    count(value.byteLength);
  }
  const buffer = await new Blob(pieces).arrayBuffer();
  // A browser without room for it fetches it again next time: no error of ours.
  await cache?.put(url, new Response(buffer)).catch(() => {});
  return buffer;
}
