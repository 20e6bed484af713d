// Uses the generated types for what a small integration does; what it prints is JSON for the test to look at.
import createClient from "openapi-fetch";
import type { components, paths } from "./matchmaker.js";

const [address, key] = process.argv.slice(2) as [string, string];
const client = createClient<paths>({ baseUrl: address, headers: { Authorization: `Bearer ${key}` } });

async function everyActor(): Promise<components["schemas"]["ActorSummary"][]> {
  const found: components["schemas"]["ActorSummary"][] = [];
  let cursor: string | undefined;
  do {
    const { data, error } = await client.GET("/api/v1/actors", {
      params: { query: { limit: 5, sort: "group", direction: "down", ...(cursor ? { cursor } : {}) } },
    });
    if (error) throw new Error(error.detail);
    found.push(...data.items);
    cursor = data.next ?? undefined;
  } while (cursor);
  return found;
}

const actors = await everyActor();
const suggestions = await client.GET("/api/v1/actors/{actor_id}/suggestions", {
  params: { path: { actor_id: "uni:1" }, query: { top: 3, group: ["company"] } },
});
const hits = await client.POST("/api/v1/search", { body: { text: "straw", top: 2, groups: [], region: "" } });
const said = await client.PUT("/api/v1/actors/{actor_id}/answers/{partner_id}", {
  params: { path: { actor_id: "uni:1", partner_id: "fibre:1" } },
  body: { answer: "declined", reason: "too_far", words: "", told: false },
});
const missing = await client.GET("/api/v1/actors/{actor_id}", { params: { path: { actor_id: "nobody" } } });
const problem: components["schemas"]["Problem"] | undefined = missing.error;

console.log(
  JSON.stringify({
    actors: actors.map((each) => each.id),
    suggestions: suggestions.data?.items.map((each) => [each.partner.id, each.score, each.reasons.length]),
    hits: hits.data?.items.map((each) => each.actor.name),
    said: said.data?.on_behalf,
    problem: [problem?.status, problem?.type, problem?.request_id],
    left: suggestions.response.headers.get("RateLimit"),
  }),
);
