/* The Linux in the page, where the deck was built with one: the source of events of a deck that no
   stage serves. All of it but this is fetched when somebody presses Run. */

const linux = {
  name: "run",
  get label() { return word("Run"); },
  about: settings.linux, // {release, version, base, parts: {name: bytes}}
  machine: null, // a promise

  /** A stage runs tricks itself; a file may fetch nothing. */
  get here() {
    return linux.about && !document.documentElement.dataset.stage
      && location.protocol.startsWith("http") && "WebAssembly" in window;
  },

  /** Why it can't run a program, "" when it can; a variant can what its trick can. */
  verdict: (panel) => (panel.trick ?? panel).data?.linux,
  can: (panel) => Boolean(linux.here && linux.verdict(panel) === ""),
  whyNot: (panel) => (linux.here && linux.verdict(panel)) || "",
  /** Why the button only replays, where that needs saying. */
  hint: () => linux.about && location.protocol === "file:"
    ? word("runs where the deck is served: a page opened from a file may fetch no Linux") : "",

  script: (name) => loadScript(settings.scripts[name]),

  load() {
    linux.machine ||= linux.script("runs.js").then(() => {
      const base = new URL(linux.about.base, document.baseURI).href;
      return window.deckLinux({ word, make, memory, load: linux.script, about: linux.about, base });
    });
    linux.machine.catch(() => { linux.machine = null; });
    return linux.machine;
  },

  async start(panel) {
    try {
      const machine = await linux.load();
      const place = (panel.trick ?? panel).element.querySelector(".trick-bar");
      await machine.start(panel.id, (event) => hear(linux, event), { place });
    } catch (error) {
      hear(linux, { trick: panel.id, kind: "end", time: 0, result: "failed", text: error.message });
    }
  },

  async stop() { (await linux.load()).stop(); },
};

/** A link may carry a program that somebody changed: it opens, and runs nothing by itself. */
const carried = /^#\/([\w.]+)\/edit:([\w-]+)$/.exec(location.hash);
if (carried) history.replaceState(null, "", `#/${carried[1]}`);

const workbench = {
  canOpen: (panel) => linux.can(panel) && linux.about.editor,

  async open(panel, text) {
    try {
      const machine = await linux.load();
      await machine.edit(panel.id, panel.data.events.map(([, line]) => line), text);
    } catch (error) {
      banner.show(word("The editor does not open"), error.message);
    }
  },

  openCarried() {
    const [panel] = carried ? panels.of(carried[1]) : [];
    if (panel && workbench.canOpen(panel)) workbench.open(panel, carried[2]);
  },
};
