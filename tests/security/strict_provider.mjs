// A provider that goes by the letter of OpenID Connect: node's oidc-provider, certified by the OpenID
// Foundation. node strict_provider.mjs FOLDER-OF-NODE-MODULES PORT PAGES CLIENT SECRET
import { pathToFileURL } from "node:url";
import { join } from "node:path";

const [folder, port, pages, client, secret] = process.argv.slice(2);
const entry = join(folder, "oidc-provider", "lib", "index.js");
const { Provider } = await import(pathToFileURL(entry));

const provider = new Provider(`http://localhost:${port}`, {
  clients: [
    {
      client_id: client,
      client_secret: secret,
      redirect_uris: [`${pages}/oauth2callback`],
      post_logout_redirect_uris: [`${pages}/oauth2callback`],
    },
  ],
  claims: { openid: ["sub"], profile: ["name"], email: ["email"] },
  conformIdTokenClaims: false, // names in the ID token, as directories have them
  cookies: { keys: ["for tests alone"] },
  pkce: { required: () => true },
  findAccount: (_, sub) => ({
    accountId: sub,
    claims: () => ({ sub, name: `${sub} of the strict provider`, email: `${sub}@example.org` }),
  }),
});
provider.listen(Number(port), "localhost", () => console.log("listening"));
