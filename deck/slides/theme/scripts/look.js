/* Dark and light, which is remembered. */

const theme = {
  system: matchMedia("(prefers-color-scheme: dark)"),
  apply() {
    const chosen = memory.get("theme");
    if (chosen) document.documentElement.dataset.theme = chosen;
    else delete document.documentElement.dataset.theme;
  },
  get isDark() {
    return (document.documentElement.dataset.theme || (theme.system.matches ? "dark" : "light")) === "dark";
  },
  toggle() {
    const next = theme.isDark ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    memory.set("theme", next);
    tell(next === "dark" ? word("Dark") : word("Light"));
  },
};
theme.apply();
addEventListener("storage", theme.apply); // the speaker's window follows
