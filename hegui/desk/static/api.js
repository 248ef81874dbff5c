// The one way our pages speak with /api/v1: bears the token of the page, and turns every refusal into an error with its Problems.
//
//   import { api, watch } from "…/api.js";
//   const assessment = await api("POST", "/assess", { case: text, rulebook: { publication } }, { signal });

export class Refused extends Error {
  constructor(status, problems) {
    super(problems.map((one) => one.message).join("\n"));
    this.status = status;
    this.problems = problems;
  }
}

function tokenOfPage() {
  const field = document.querySelector('input[type="hidden"][name="token"]');
  return field ? field.value : "";
}

export async function api(method, path, body, { signal } = {}) {
  const headers = { "x-hegui-token": tokenOfPage(), "accept-language": document.documentElement.lang };
  if (body !== undefined && !(body instanceof FormData)) headers["content-type"] = "application/json";
  const sent = body === undefined || body instanceof FormData ? body : JSON.stringify(body);
  const answer = await fetch(`/api/v1${path}`, { method, headers, body: sent, signal });
  const json = answer.headers.get("content-type")?.startsWith("application/json");
  const data = json ? await answer.json() : null;
  if (!answer.ok) throw new Refused(answer.status, data?.problems ?? [{ code: "unreachable", message: String(answer.status) }]);
  return data;
}

// Follow a job until it is over; `tell` hears of every change.
export async function watch(job, tell, { signal, pause = 700 } = {}) {
  for (;;) {
    const seen = await api("GET", `/jobs/${encodeURIComponent(job)}`, undefined, { signal });
    tell(seen);
    if (!["queued", "running"].includes(seen.state)) return seen;
    await new Promise((wake) => setTimeout(wake, pause));
  }
}
