/* reveal.js takes past, present and future from all slides at each turn, and gives them again, which
   has the browser style all of them anew. A slide that keeps its state is left alone here, so that a
   turn changes those that come and go. */

const STATES = new Set(["past", "present", "future"]);

/** A class list that takes a state away only once another one comes. */
class QuietClasses {
  constructor(element) {
    this.list = element.classList;
    this.leaving = "";
  }

  contains(name) { return name !== this.leaving && this.list.contains(name); }

  remove(...names) {
    for (const name of names)
      if (!STATES.has(name)) this.list.remove(name);
      else if (this.list.contains(name)) this.leaving = name;
  }

  add(...names) {
    for (const name of names) {
      if (STATES.has(name)) this.leave(name);
      if (!this.list.contains(name)) this.list.add(name);
    }
  }

  leave(next) {
    if (this.leaving && this.leaving !== next) this.list.remove(this.leaving);
    this.leaving = "";
  }

  toggle(name, force = !this.contains(name)) {
    force ? this.add(name) : this.list.remove(name);
    return force;
  }

  get length() { return this.list.length; }

  [Symbol.iterator]() { return this.list[Symbol.iterator](); }
}

/** Has these elements change only when they do. */
function quieten(elements) {
  for (const element of elements) {
    if (element.classList instanceof QuietClasses) continue;
    Object.defineProperty(element, "classList", { value: new QuietClasses(element) });
    element.setAttribute = (name, value) => {
      if (Element.prototype.getAttribute.call(element, name) !== String(value)) Element.prototype.setAttribute.call(element, name, value);
    };
  }
}

const quietenSlides = () => quieten(every(".slides > section, .backgrounds > .slide-background"));
