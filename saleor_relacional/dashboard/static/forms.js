// Which form of a page is which, also once the page is drawn anew: by where it is sent, and by its id or by whom or what it
// is about. What it rests on (a version) and what it happens to show (`data-drawn`) make it no other form.
const Forms = (() => {
  "use strict";
  const SEEN = ["version", "seen", "basis"]; // what a form calls that on which it rests
  const hidden = (form) => [...form.elements].filter((each) => each.type === "hidden" && each.name);
  const seen = (form) => hidden(form).filter((each) => SEEN.includes(each.name));
  const about = (form) => hidden(form).filter((each) => !SEEN.includes(each.name) && !each.hasAttribute("data-drawn"));
  const named = (form) =>
    [form.getAttribute("hx-post"), ...(form.id ? [form.id] : about(form).map((each) => `${each.name}=${each.value}`))].join(" ");
  const fields = (form) => [...form.elements].filter((each) => each.name && each.matches("input:not([type=hidden]), textarea, select"));
  return { fields, named, seen };
})();
