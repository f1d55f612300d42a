// What was typed and has not reached the server, kept in this browser until the server has it. One entry a field, with
// the version its writer had seen there. Tabs share the entries: each only takes away its own.
const tab = `${Date.now()} ${Math.random()}`;

export class Kept {
  constructor(name) { this.name = name; }

  read() {
    try { return JSON.parse(localStorage.getItem(this.name) ?? "{}"); } catch { return {}; }
  }

  write(entries) {
    try {
      if (Object.keys(entries).length) localStorage.setItem(this.name, JSON.stringify(entries));
      else localStorage.removeItem(this.name);
    } catch { /* no room, or not allowed: the page still holds it */ }
  }

  // `typed` is [name, value, seen] of every field that waits; what this tab kept before and waits no more is gone.
  keep(typed) {
    const entries = Object.fromEntries(Object.entries(this.read()).filter(([, entry]) => entry.tab !== tab));
    for (const [name, value, seen] of typed) entries[name] = { value, seen, tab };
    this.write(entries);
  }

  // From now on this tab answers for them: what an earlier page kept is put back, or has arrived.
  take() {
    const entries = this.read();
    for (const entry of Object.values(entries)) entry.tab = tab;
    this.write(entries);
    return entries;
  }

  // What this tab has left to be decided on the server's page.
  get left() {
    try { return JSON.parse(sessionStorage.getItem(this.name) ?? "[]"); } catch { return []; }
  }

  set left(names) {
    try { sessionStorage.setItem(this.name, JSON.stringify(names)); } catch { /* it is asked again */ }
  }

  forget(names) {
    const entries = this.read();
    for (const name of names) delete entries[name];
    this.write(entries);
  }
}
