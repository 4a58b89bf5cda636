// Boot the Linux in the page once under node, and save its state: node boot.mjs FOLDER
// FOLDER holds libv86.mjs, v86.wasm, bios.bin, vgabios.bin, bzImage and initrd.gz; it gets state.bin.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { Machine } from "../programs/emulator.mjs";

const DEADLINE = 600; // seconds
const folder = process.argv[2];
const file = (name) => {
  const bytes = fs.readFileSync(path.join(folder, name));
  return { buffer: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) };
};
setTimeout(() => {
  console.error(`not ready after ${DEADLINE} s`);
  process.exit(1);
}, DEADLINE * 1000).unref();

const { V86 } = await import(pathToFileURL(path.join(folder, "libv86.mjs")));
const files = {
  wasm_path: path.join(folder, "v86.wasm"),
  bios: file("bios.bin"),
  vga_bios: file("vgabios.bin"),
  bzimage: file("bzImage"),
  initrd: file("initrd.gz"),
  cmdline:
    "console=ttyS0 loglevel=3 nokaslr init_on_free=1 mitigations=off panic=-1" +
    // Network namespaces come and go with each run, and no other processor is made to wait.
    " rcupdate.rcu_expedited=1" +
    // Thousands of files about tracing would lie in memory, and in the saved state.
    " initcall_blacklist=tracer_init_tracefs debugfs=off" +
    " rdinit=/usr/bin/python3 -- -SBum deck.page_kernel.init",
};
const machine = new Machine(V86, files, async (said) => {
  console.error(said.trimEnd());
  if (said.includes("Kernel panic")) process.exit(1);
  if (said.startsWith("@ready")) {
    console.log(said);
    machine.send("shrink\n");
  } else if (said.startsWith("@end")) {
    const { emulator } = machine;
    await emulator.stop();
    fs.writeFileSync(path.join(folder, "state.bin"), new Uint8Array(await emulator.save_state()));
    process.exit(0);
  }
});
