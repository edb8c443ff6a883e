// Where one of several forms is saved and the page is shown anew, what was typed into the others stays in them. A field
// that somebody else has changed meanwhile keeps what was typed too, but then its form says which version it was typed
// over, so that the shop can say so instead of overwriting it.
(() => {
  "use strict";
  const { fields, named, seen } = Forms;
  const ticked = (field) => field.type === "checkbox" || field.type === "radio";
  const options = (field, how) => JSON.stringify([...field.options].filter((each) => each[how]).map((each) => each.value));
  const chosen = (field) => (field.options ? options(field, "selected") : ticked(field) ? field.checked : field.value);
  const first = (field) => (field.options ? options(field, "defaultSelected") : ticked(field) ? field.defaultChecked : field.defaultValue);
  // A choice without a selected option begins with its first one.
  const begun = (field) => {
    if (field.tagName !== "SELECT" || field.multiple || [...field.options].some((each) => each.defaultSelected)) return first(field);
    return JSON.stringify([...field.options].slice(0, 1).map((each) => each.value));
  };
  const put = (field, value) => {
    if (ticked(field)) field.checked = value;
    else if (!field.options) field.value = value;
    else {
      const some = [...field.options].filter((each) => JSON.parse(value).includes(each.value));
      if (some.length || field.multiple) for (const each of field.options) each.selected = some.includes(each);
    }
  };
  // A field by its name, a tick by its value as well: there may be more of them by now. Of several alike, by their order.
  const places = (form) => {
    const many = new Map();
    return fields(form).map((field) => {
      const name = ticked(field) ? `${field.name}=${field.value}` : field.name;
      many.set(name, (many.get(name) || 0) + 1);
      return { field, place: `${name} ${many.get(name)}` };
    });
  };

  let kept = [];
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    kept = [];
    if (detail.requestConfig?.verb !== "post" || !detail.target) return;
    const sent = detail.requestConfig.elt?.closest("form");
    for (const form of detail.target.querySelectorAll("form[hx-post]")) {
      // Whom somebody chose in a list that is shown anew is not who stands in the same place.
      if (form === sent || form.hasAttribute("data-choose")) continue;
      const typed = places(form).map(({ field, place }) => ({ place, value: chosen(field), was: begun(field) }));
      const changed = typed.filter((each) => each.value !== each.was);
      if (changed.length) kept.push({ key: named(form), changed, rests: seen(form) });
    }
  });
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    const before = kept;
    kept = [];
    for (const { key, changed, rests } of before) {
      const form = [...(detail.target?.querySelectorAll("form[hx-post]") || [])].find((each) => named(each) === key);
      if (!form) continue;
      const there = new Map(places(form).map(({ field, place }) => [place, field]));
      let overtaken = false;
      for (const { place, value, was } of changed) {
        const field = there.get(place);
        if (!field) continue;
        overtaken ||= begun(field) !== was;
        put(field, value);
      }
      if (overtaken) for (const each of rests) if (form.elements[each.name]) form.elements[each.name].value = each.value;
      const fold = form.closest("details");
      if (fold) fold.open = true;
    }
  });
})();
