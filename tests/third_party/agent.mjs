// An agent on the TypeScript SDK of the Model Context Protocol lists tools and calls one.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
const headers = { Authorization: `Bearer ${process.env.API_KEY}` };
const url = new URL(process.env.URL);
const transport = new StreamableHTTPClientTransport(url, { requestInit: { headers } });
const client = new Client({ name: "node", version: "1" });
await client.connect(transport);
const { tools } = await client.listTools();
const told = await client.callTool({ name: "heygen_list-avatars", arguments: { _limit: 2 } });
const { data } = told.structuredContent;
console.log(JSON.stringify({ tools: tools.length, error: told.isError, data }));
await client.close();
