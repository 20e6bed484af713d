// An OpenID provider on this machine for the tests: real code flow, no password, faults on demand.
//
// node provider.mjs CALLBACK: prints one line of JSON with its issuer once it listens. Whoever signs in is named by the
// query of POST /who; POST /faults changes what tokens say.
import { createServer } from "node:http";
import { SignJWT, decodeJwt, exportJWK, generateKeyPair } from "jose";
import Provider from "oidc-provider";

const callback = process.argv[2];
const server = createServer();
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const issuer = `http://127.0.0.1:${server.address().port}`;

let who = { sub: "kim-1", email: "kim@cluster.example", email_verified: true };
let faults = {};

const key = await exportJWK((await generateKeyPair("RS256", { extractable: true })).privateKey);
Object.assign(key, { kid: "first", alg: "RS256", use: "sig" });
const stranger = (await generateKeyPair("RS256", { extractable: true })).privateKey;

const provider = new Provider(issuer, {
  clients: [
    { client_id: "matchmaker", client_secret: "geheimes-wort", redirect_uris: [callback], grant_types: ["authorization_code"] },
  ],
  jwks: { keys: [key] },
  cookies: { keys: ["for the tests alone"] },
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ ...who, sub: id }) }),
  ttl: { AccessToken: 60, AuthorizationCode: 60, IdToken: 60, Interaction: 60, Grant: 60, Session: 60 },
});
const answer = provider.callback();

async function body(request) {
  let text = "";
  for await (const part of request) text += part;
  return JSON.parse(text || "{}");
}

async function interact(request, response) {
  const details = await provider.interactionDetails(request, response);
  if (faults.refuse) {
    return provider.interactionFinished(request, response, { error: "access_denied" });
  }
  const grant = new provider.Grant({ accountId: who.sub, clientId: details.params.client_id });
  grant.addOIDCScope("openid email");
  const result = { login: { accountId: who.sub }, consent: { grantId: await grant.save() } };
  return provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

// The token of the provider itself, with one claim or the key changed.
async function changed(token) {
  const claims = { ...decodeJwt(token), ...faults.claims };
  return new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "first" }).sign(faults.stranger ? stranger : await ownKey());
}

async function ownKey() {
  const { importJWK } = await import("jose");
  return importJWK(key, "RS256");
}

function wrapped(request, response) {
  if (request.url.startsWith("/token") && (faults.claims || faults.stranger)) {
    const end = response.end.bind(response);
    response.end = (chunk) => {
      const told = JSON.parse(chunk.toString());
      if (!told.id_token) return end(chunk);
      changed(told.id_token).then((token) => {
        const sent = JSON.stringify({ ...told, id_token: token });
        response.setHeader("content-length", Buffer.byteLength(sent));
        end(sent);
      });
      return response;
    };
  }
  return answer(request, response);
}

server.on("request", async (request, response) => {
  try {
    if (request.method === "POST" && request.url === "/who") who = await body(request);
    else if (request.method === "POST" && request.url === "/faults") faults = await body(request);
    else if (faults.broken) response.statusCode = 500;
    else if (request.url.startsWith("/interaction/")) return await interact(request, response);
    else return wrapped(request, response);
    response.end();
  } catch (error) {
    console.error(error);
    response.statusCode = 500;
    response.end();
  }
});
console.log(JSON.stringify({ issuer }));
