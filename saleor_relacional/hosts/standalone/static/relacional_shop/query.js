// A question to /graphql/ and its answer. Token and query may be handed over in the fragment, which no server sees:
// /graphql/#token=…&query=…
"use strict";
const at = (id) => document.getElementById(id);
const handed = new URLSearchParams(location.hash.slice(1));
for (const name of ["token", "query", "variables"]) if (handed.has(name)) at(name).value = handed.get(name);

async function ask() {
  const headers = { "Content-Type": "application/json" };
  if (at("token").value) headers.Authorization = `Bearer ${at("token").value.trim()}`;
  try {
    const variables = JSON.parse(at("variables").value || "{}");
    const body = JSON.stringify({ query: at("query").value, variables });
    const answer = await fetch("/graphql/", { method: "POST", headers, body });
    at("answer").textContent = JSON.stringify(await answer.json(), null, 2);
  } catch (error) {
    at("answer").textContent = String(error);
  }
}

at("question").addEventListener("submit", (event) => { event.preventDefault(); ask(); });
document.addEventListener("keydown", (event) => { if (event.ctrlKey && event.key === "Enter") ask(); });
